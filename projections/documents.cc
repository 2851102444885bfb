#include "projections/documents.h"

#include "engine/events/codec.h"
#include "projections/document_members.h"

namespace muster {
namespace {

/// Writes `list` as an array of objects, each by `append(out, element)`.
template <class List, class Append>
void array(JsonWriter& writer, std::string_view name, const List& list, const Append& append) {
  writer.key(name);
  writer.begin_array();
  for (const auto& element : list) {
    std::string json;
    append(json, element);
    writer.raw(json);
  }
  writer.end_array();
}

/// The members of User that its larger forms share.
void user_members(JsonWriter& writer,
                  std::string_view tenant_id,
                  const UserState& user,
                  UserForm form) {
  writer.member("id", user.id);
  writer.member("tenant_id", tenant_id);
  writer.member("user_pool_id", user.pool_id);
  writer.member("status", user.status);
  member_unless_empty(writer, "payload_schema_id", user.payload_schema_id);
  json_unless_empty(writer, "payload", user.payload);
  if (form == UserForm::kWhole) {
    member_unless_empty(writer, "metadata_schema_id", user.metadata_schema_id);
    json_unless_empty(writer, "metadata", user.metadata);
    member_unless_empty(writer, "business_metadata_schema_id", user.business_metadata_schema_id);
    json_unless_empty(writer, "business_metadata", user.business_metadata);
  }
  instant(writer, "created_at", user.created);
  instant(writer, "updated_at", user.updated);
  instant(writer, "status_updated_at", user.status_updated);
  if (user.erased_since) {
    writer.member("erased", true);
  }
}

/// Whose part it is.
void owner_members(JsonWriter& writer, std::string_view tenant_id, const UserState& user) {
  writer.member("tenant_id", tenant_id);
  writer.member("user_pool_id", user.pool_id);
  writer.member("user_id", user.id);
}

/// The secret keeps its shape and loses its value (contract 2.1.3).
std::string_view blurred(std::string_view credential_type) {
  if (credential_type == "password") {
    return R"({"hashed_password":"###"})";
  }
  if (credential_type == "totp") {
    return R"({"totp_secret":"###"})";
  }
  return R"({"credentials":"###"})";
}

}  // namespace

void append_user(std::string& out,
                 std::string_view tenant_id,
                 const UserState& user,
                 UserForm form) {
  JsonWriter writer{out};
  writer.begin_object();
  user_members(writer, tenant_id, user, form);
  array(writer, "identifiers", user.identifiers, [&](std::string& json, const auto& identifier) {
    append_identifier(json, tenant_id, user, identifier);
  });
  array(
      writer, "verifiable_addresses", user.addresses, [&](std::string& json, const auto& address) {
        append_address(json, tenant_id, user, address);
      });
  array(writer, "credentials", user.credentials, [&](std::string& json, const auto& credential) {
    append_credential(json, tenant_id, user, credential);
  });
  writer.end_object();
}

void append_extended_user(std::string& out,
                          std::string_view tenant_id,
                          const UserState& user,
                          UserForm form) {
  JsonWriter writer{out};
  writer.begin_object();
  user_members(writer, tenant_id, user, form);
  member_unless_empty(writer, "user_type", user.user_type);
  writer.key("identifiers");
  writer.begin_array();
  for (const Identifier& identifier : user.identifiers) {
    writer.string(identifier.value);
  }
  writer.end_array();
  array(
      writer, "identifiers_with_details", user.identifiers, [](std::string& json, const auto& one) {
        JsonWriter detail{json};
        detail.begin_object();
        detail.member("type", one.type);
        detail.member("value", one.value);
        detail.end_object();
      });
  array(writer, "addresses", user.addresses, [](std::string& json, const auto& one) {
    JsonWriter detail{json};
    detail.begin_object();
    detail.member("address", one.value);
    detail.member("verified", one.verified);
    detail.end_object();
  });
  writer.key("verified addresses");  // the published name has the space
  writer.begin_array();
  for (const Address& address : user.addresses) {
    if (address.verified) {
      writer.string(address.value);
    }
  }
  writer.end_array();
  writer.end_object();
}

void append_identifier(std::string& out,
                       std::string_view tenant_id,
                       const UserState& user,
                       const Identifier& identifier) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", identifier.id);
  owner_members(writer, tenant_id, user);
  writer.member("identifier", identifier.value);
  writer.member("identifier_lc", folded_form(identifier));
  writer.member("type", identifier.type);
  json_unless_empty(writer, "metadata", identifier.metadata);
  instant(writer, "created_at", identifier.created);
  instant(writer, "updated_at", identifier.updated);
  writer.end_object();
}

void append_address(std::string& out,
                    std::string_view tenant_id,
                    const UserState& user,
                    const Address& address) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", address.id);
  owner_members(writer, tenant_id, user);
  writer.member("address", address.value);
  writer.member("address_lc", folded_form(address));
  writer.member("type", address.type);
  writer.member("status", address.status);
  writer.member("verified", address.verified);
  member_unless_empty(writer, "preferred_contact_method", address.preferred_contact_method);
  json_unless_empty(writer, "metadata", address.metadata);
  instant(writer, "created_at", address.created);
  instant(writer, "updated_at", address.updated);
  instant_unless_unset(writer, "verified_at", address.verified_at);
  writer.end_object();
}

void append_credential(std::string& out,
                       std::string_view tenant_id,
                       const UserState& user,
                       const Credential& credential) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", credential.id);
  owner_members(writer, tenant_id, user);
  writer.member("type", credential.type);
  writer.raw_member("payload", blurred(credential.type));
  member_unless_empty(writer, "state", credential.state);
  instant(writer, "created_at", credential.created);
  instant(writer, "updated_at", credential.updated);
  instant_unless_unset(writer, "expires_at", credential.expires);
  writer.end_object();
}

void append_workspace(std::string& out,
                      std::string_view tenant_id,
                      const WorkspaceState& workspace) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", workspace.id);
  writer.member("tenant_id", tenant_id);
  writer.member("name", workspace.name);
  member_unless_empty(writer, "parent_id", workspace.parent);
  writer.key("cors_origins");
  codec::write_value(writer, workspace.cors_origins);
  instant(writer, "created_at", workspace.created);
  instant(writer, "updated_at", workspace.updated);
  writer.end_object();
}

void append_webhook(std::string& out, std::string_view tenant_id, const WebhookState& webhook) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", webhook.id);
  writer.member("tenant_id", tenant_id);
  writer.member("url", webhook.url);
  writer.key("types");
  codec::write_value(writer, webhook.types);
  writer.member("since", webhook.since);
  instant(writer, "created_at", webhook.created);
  instant(writer, "updated_at", webhook.updated);
  writer.end_object();
}

void append_roles(JsonWriter& writer, const std::vector<RoleGrant>& roles) {
  writer.key("roles");
  writer.begin_array();
  for (const RoleGrant& grant : roles) {
    writer.begin_object();
    writer.member("role", grant.role);
    member_unless_empty(writer, "workspace_id", grant.workspace);
    member_unless_empty(writer, "pool_id", grant.pool_id);
    writer.end_object();
  }
  writer.end_array();
}

void append_client(std::string& out, std::string_view tenant_id, const ClientState& client) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", client.id);
  writer.member("tenant_id", tenant_id);
  writer.member("workspace_id", client.workspace);
  member_unless_empty(writer, "name", client.name);
  writer.key("scopes");
  codec::write_value(writer, client.scopes);
  append_roles(writer, client.roles);
  instant(writer, "created_at", client.created);
  instant(writer, "rotated_at", client.rotated);
  writer.end_object();
}

void append_group(std::string& out, std::string_view tenant_id, const GroupState& group) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", group.id);
  writer.member("tenant_id", tenant_id);
  writer.member("user_pool_id", group.pool_id);
  writer.member("name", group.name);
  member_unless_empty(writer, "description", group.description);
  member_unless_empty(writer, "parent_id", group.parent_id);
  writer.end_object();
}

void append_schema(std::string& out, std::string_view tenant_id, const SchemaState& schema) {
  JsonWriter writer{out};
  writer.begin_object();
  schema_members(writer, tenant_id, schema);
  instant(writer, "created_at", schema.created);
  instant(writer, "updated_at", schema.updated);
  writer.end_object();
}

void append_pool(std::string& out,
                 std::string_view tenant_id,
                 const PoolState& pool,
                 const Counters& users) {
  JsonWriter writer{out};
  writer.begin_object();
  pool_members(out, writer, tenant_id, pool);
  writer.member("number_of_users", users[0] + users[1]);
  writer.member("number_of_standard_users", users[0]);
  writer.member("number_of_jit_users", users[1]);
  writer.end_object();
}

}  // namespace muster
