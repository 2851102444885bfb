#include "projections/history/state_document.h"

#include <algorithm>
#include <array>

#include "engine/events/codec.h"
#include "projections/document_members.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// What is not personal about a user. Everything else is, so that a new member is hidden until
/// somebody thinks about it.
constexpr std::array<std::string_view, 13> kOpenMembersOfUsers{"tenant_id",
                                                               "user_pool_id",
                                                               "status",
                                                               "user_type",
                                                               "payload_schema_id",
                                                               "metadata_schema_id",
                                                               "business_metadata_schema_id",
                                                               "created_at",
                                                               "updated_at",
                                                               "status_updated_at",
                                                               "groups",
                                                               "roles",
                                                               "unfit"};

/// The members of `more` behind those of `object`.
void splice(std::string& object, std::string_view more) {
  if (more.size() > 2) {
    object.back() = ',';
    object.append(more.substr(1));
  }
}

template <class List>
void list_member(JsonWriter& writer, std::string_view name, const List& list) {
  writer.key(name);
  codec::write_value(writer, list);
}

struct Documents {
  std::string_view tenant;

  std::string operator()(const std::monostate&) const { return "null"; }

  std::string operator()(const UserState& user) const {
    std::string out;
    append_user(out, tenant, user);
    std::string more;
    JsonWriter writer{more};
    writer.begin_object();
    member_unless_empty(writer, "user_type", user.user_type);
    list_member(writer, "groups", user.groups);
    append_roles(writer, user.roles);
    list_member(writer, "unfit", user.unfit);
    writer.end_object();
    splice(out, more);
    return out;
  }

  std::string operator()(const PoolState& pool) const {
    std::string out;
    JsonWriter writer{out};
    writer.begin_object();
    pool_members(out, writer, tenant, pool);
    list_member(writer, "connected_workspaces", pool.connected);
    member_unless_empty(writer, "folding", pool.folding);
    instants(writer, pool);
    writer.end_object();
    return out;
  }

  std::string operator()(const SchemaState& schema) const {
    std::string out;
    append_schema(out, tenant, schema);
    return out;
  }

  std::string operator()(const GroupState& group) const {
    std::string out;
    append_group(out, tenant, group);
    std::string more;
    JsonWriter writer{more};
    writer.begin_object();
    instants(writer, group);
    writer.end_object();
    splice(out, more);
    return out;
  }

  std::string operator()(const WorkspaceState& workspace) const {
    std::string out;
    append_workspace(out, tenant, workspace);
    return out;
  }

  std::string operator()(const ClientState& client) const {
    std::string out;
    append_client(out, tenant, client);
    return out;
  }

  std::string operator()(const TenantState& state) const {
    std::string out;
    JsonWriter writer{out};
    writer.begin_object();
    writer.member("id", state.id);
    writer.member("name", state.name);
    instant(writer, "created_at", state.created);
    writer.end_object();
    return out;
  }

  std::string operator()(const SigningKeyState& key) const {
    std::string out;
    JsonWriter writer{out};
    writer.begin_object();
    writer.member("id", key.id);
    writer.member("algorithm", key.algorithm);
    json_unless_empty(writer, "public_jwk", key.public_jwk);
    instant(writer, "created_at", key.created);
    writer.end_object();
    return out;
  }

  std::string operator()(const WebhookState& webhook) const {
    std::string out;
    append_webhook(out, tenant, webhook);
    return out;
  }

  template <class State>
  static void instants(JsonWriter& writer, const State& state) {
    instant(writer, "created_at", state.created);
    instant(writer, "updated_at", state.updated);
  }
};

struct Kinds {
  std::string_view operator()(const std::monostate&) const { return {}; }

  std::string_view operator()(const TenantState&) const { return "tenant"; }

  std::string_view operator()(const WorkspaceState&) const { return "workspace"; }

  std::string_view operator()(const ClientState&) const { return "client"; }

  std::string_view operator()(const SigningKeyState&) const { return "signing_key"; }

  std::string_view operator()(const WebhookState&) const { return "webhook"; }

  std::string_view operator()(const SchemaState&) const { return "schema"; }

  std::string_view operator()(const PoolState&) const { return "pool"; }

  std::string_view operator()(const UserState&) const { return "user"; }

  std::string_view operator()(const GroupState&) const { return "group"; }
};

/// Pools and groups that are being emptied are there for nobody any more.
bool is_seen(const AnyState& state) {
  const auto* pool = std::get_if<PoolState>(&state);
  const auto* group = std::get_if<GroupState>(&state);
  return exists(state) && (pool == nullptr || !pool->deleting) &&
         (group == nullptr || !group->deleting);
}

bool is_open(const UserState& user, std::string_view member) {
  return std::ranges::find(kOpenMembersOfUsers, member) != kOpenMembersOfUsers.end() ||
         (member == "id" && user.id == user.head.stream.text());
}

}  // namespace

std::string state_document(std::string_view tenant_id, const AnyState& state) {
  return is_seen(state) ? std::visit(Documents{tenant_id}, state) : "null";
}

SeenDocument seen_document(const std::string& document,
                           const AnyState& state,
                           bool shows_personal) {
  const auto* user = std::get_if<UserState>(&state);
  SeenDocument seen;
  if (user == nullptr || shows_personal || document == "null") {
    seen.shown = document;
    return seen;
  }
  const auto parsed = parse_json(document);
  check(parsed.has_value(), "a document of a state is JSON");
  JsonWriter writer{seen.shown};
  writer.begin_object();
  for (const auto& [name, value] : parsed->root().members()) {
    if (is_open(*user, name)) {
      writer.raw_member(name, value.minified());
    } else {
      std::string pointer;
      append_pointer_token(pointer, name);
      seen.hidden.push_back({std::move(pointer), value.minified()});
    }
  }
  writer.end_object();
  return seen;
}

bool is_erased(const AnyState& state) {
  const auto* user = std::get_if<UserState>(&state);
  return user != nullptr && user->erased;
}

std::string_view kind_of(const AnyState& state) {
  return std::visit(Kinds{}, state);
}

}  // namespace muster
