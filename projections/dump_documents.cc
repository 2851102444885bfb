#include "projections/dump_documents.h"

#include "engine/events/codec.h"
#include "projections/document_members.h"

namespace muster {
namespace {

void texts_unless_empty(JsonWriter& writer,
                        std::string_view name,
                        const std::vector<std::string>& texts) {
  if (!texts.empty()) {
    writer.key(name);
    codec::write_value(writer, texts);
  }
}

void owner(JsonWriter& writer, std::string_view tenant_id, std::string_view pool_id) {
  writer.member("tenant_id", tenant_id);
  writer.member("user_pool_id", pool_id);
}

}  // namespace

void append_dumped_workspace(std::string& out,
                             std::string_view tenant_id,
                             const WorkspaceState& workspace) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", workspace.id);
  writer.member("tenant_id", tenant_id);
  writer.member("name", workspace.name);
  member_unless_empty(writer, "parent_id", workspace.parent);
  texts_unless_empty(writer, "cors_origins", workspace.cors_origins);
  writer.end_object();
}

void append_dumped_pool(std::string& out, std::string_view tenant_id, const PoolState& pool) {
  JsonWriter writer{out};
  writer.begin_object();
  pool_members(out, writer, tenant_id, pool);
  texts_unless_empty(writer, "connected_workspaces", pool.connected);
  writer.end_object();
}

void append_dumped_schema(std::string& out, std::string_view tenant_id, const SchemaState& schema) {
  JsonWriter writer{out};
  writer.begin_object();
  schema_members(writer, tenant_id, schema);
  if (schema.id != kDefaultPayloadSchema && schema.id != kDefaultMetadataSchema) {
    instant(writer, "created_at", schema.created);
    instant(writer, "updated_at", schema.updated);
  }
  writer.end_object();
}

void append_dumped_user(std::string& out, std::string_view tenant_id, const UserState& user) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", user.id);
  owner(writer, tenant_id, user.pool_id);
  writer.member("status", user.status);
  member_unless_empty(writer, "user_type", user.user_type);
  member_unless_empty(writer, "payload_schema_id", user.payload_schema_id);
  json_unless_empty(writer, "payload", user.payload);
  member_unless_empty(writer, "metadata_schema_id", user.metadata_schema_id);
  json_unless_empty(writer, "metadata", user.metadata);
  member_unless_empty(writer, "business_metadata_schema_id", user.business_metadata_schema_id);
  json_unless_empty(writer, "business_metadata", user.business_metadata);
  texts_unless_empty(writer, "unfit", user.unfit);
  instant(writer, "created_at", user.created);
  instant(writer, "updated_at", user.updated);
  instant(writer, "status_updated_at", user.status_updated);
  writer.end_object();
}

void append_dumped_credential(std::string& out,
                              std::string_view tenant_id,
                              const UserState& user,
                              const Credential& credential) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", credential.id);
  owner(writer, tenant_id, user.pool_id);
  writer.member("user_id", user.id);
  writer.member("type", credential.type);
  json_unless_empty(writer, "payload", credential.secret);
  member_unless_empty(writer, "state", credential.state);
  instant(writer, "created_at", credential.created);
  instant(writer, "updated_at", credential.updated);
  instant_unless_unset(writer, "expires_at", credential.expires);
  writer.end_object();
}

void append_dumped_group(std::string& out,
                         std::string_view tenant_id,
                         const GroupState& group,
                         std::string_view path) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("id", group.id);
  owner(writer, tenant_id, group.pool_id);
  writer.member("name", group.name);
  member_unless_empty(writer, "description", group.description);
  writer.member("path", path);
  writer.end_object();
}

void append_dumped_member(std::string& out,
                          std::string_view tenant_id,
                          const UserState& user,
                          std::string_view group_id) {
  JsonWriter writer{out};
  writer.begin_object();
  owner(writer, tenant_id, user.pool_id);
  writer.member("group_id", group_id);
  writer.member("user_id", user.id);
  writer.end_object();
}

}  // namespace muster
