/// Workspaces, pools, schemas and roles.
#include <algorithm>
#include <cctype>

#include "tests/api/administrators/oracle.h"

namespace muster::administrators {
namespace {

bool is_id(const std::string& text) {
  return !text.empty() && std::isalnum(static_cast<unsigned char>(text.front())) != 0 &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
         });
}

bool is_stale(const Intent& intent) {
  return intent.condition == Condition::kStale;
}

int create_workspace(World& world, const Intent& intent) {
  const bool below = intent.deed == Deed::kCreateOrganization;
  if (below && !world.workspaces.contains(intent.workspace)) {
    return 404;
  }
  const std::string id = intent.body.text_of("id");
  const Tree* origins = intent.body.find("cors_origins");
  Workspace made{
      intent.body.text_of("name"), intent.workspace, origins == nullptr ? Tree::array() : *origins};
  made.name = made.name.empty() ? id : made.name;
  const bool good_origins = std::ranges::all_of(
      made.origins.elements, [](const Tree& one) { return one.plain().starts_with("https://"); });
  if (!is_id(id) || !good_origins) {
    return 422;
  }
  if (below && !world.workspaces[intent.workspace].parent.empty()) {
    return 422;
  }
  return world.workspaces.try_emplace(id, made).second ? 201 : 409;
}

int replace_workspace(World& world, const Intent& intent) {
  const auto found = world.workspaces.find(intent.workspace);
  if (found == world.workspaces.end()) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  const std::string name = intent.body.text_of("name");
  const Tree* origins = intent.body.find("cors_origins");
  found->second.name = name.empty() ? intent.workspace : name;
  found->second.origins = origins == nullptr ? Tree::array() : *origins;
  return 200;
}

bool holds(const std::vector<Grant>& grants, const std::string& workspace) {
  return std::ranges::count(grants, workspace, &Grant::workspace) != 0;
}

bool is_used(const World& world, const std::string& workspace) {
  return std::ranges::any_of(world.workspaces,
                             [&](const auto& one) { return one.second.parent == workspace; }) ||
         std::ranges::any_of(world.pools,
                             [&](const auto& one) {
                               return one.second.workspace == workspace ||
                                      one.second.connected.contains(workspace) ||
                                      std::ranges::any_of(one.second.users, [&](const auto& user) {
                                        return holds(user.second.roles, workspace);
                                      });
                             }) ||
         std::ranges::any_of(world.clients,
                             [&](const auto& one) { return holds(one.second, workspace); }) ||
         std::ranges::any_of(world.made_clients, [&](const auto& one) {
           return one.second.workspace == workspace || holds(one.second.roles, workspace);
         });
}

int delete_workspace(World& world, const Intent& intent, Verdict& verdict) {
  if (!world.workspaces.contains(intent.workspace)) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  const std::set<std::string> system{"admin", "default", "system"};
  if (system.contains(intent.workspace) || is_used(world, intent.workspace)) {
    return 409;
  }
  verdict.may_wait = world.lingering_workspaces.contains(intent.workspace);
  world.workspaces.erase(intent.workspace);
  return 204;
}

int connect(World& world, const Intent& intent) {
  const auto pool = world.pools.find(intent.pool);
  if (!world.workspaces.contains(intent.workspace) || pool == world.pools.end()) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  if (intent.deed == Deed::kConnect) {
    pool->second.connected.insert(intent.workspace);
  } else {
    pool->second.connected.erase(intent.workspace);
  }
  return 204;
}

int create_pool(World& world, const Intent& intent) {
  const bool in_path = intent.deed == Deed::kCreateWorkspacePool;
  if (in_path && !world.workspaces.contains(intent.workspace)) {
    return 404;
  }
  if (const int refused = status_of_pool_body(intent.body)) {
    return refused;
  }
  Pool made;
  made.workspace = in_path ? intent.workspace : intent.body.text_of("workspace_id");
  if (!made.workspace.empty() && !world.workspaces.contains(made.workspace)) {
    return 404;
  }
  if (const int refused = take_pool_body(world, intent.body, made)) {
    return refused;
  }
  if (in_path && intent.with_idp) {
    made.connected.insert(intent.workspace);
  }
  made.made = ++world.made;
  return world.pools.try_emplace(intent.body.text_of("id"), made).second ? 201 : 409;
}

int replace_pool(World& world, const Intent& intent) {
  if (const int refused = status_of_pool_body(intent.body)) {
    return refused;
  }
  const auto found = world.pools.find(intent.pool);
  if (found == world.pools.end()) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  const bool ignored_case = found->second.ignores_case;
  if (const int refused = take_pool_body(world, intent.body, found->second)) {
    return refused;
  }
  return ignored_case != found->second.ignores_case && !found->second.users.empty() ? 409 : 200;
}

int delete_pool(World& world, const Intent& intent) {
  const auto found = world.pools.find(intent.pool);
  const bool in_path = intent.deed == Deed::kDeleteWorkspacePool;
  if (found == world.pools.end() || (in_path && (!world.workspaces.contains(intent.workspace) ||
                                                 found->second.workspace != intent.workspace))) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  for (const auto& [id, user] : found->second.users) {
    world.lingering.insert(user.payload_schema);
    world.lingering.insert(user.metadata_schema);
    for (const Grant& grant : user.roles) {
      world.lingering_workspaces.insert(grant.workspace);
    }
  }
  world.pools.erase(found);
  return 204;
}

int create_schema(World& world, const Intent& intent) {
  const std::string id = intent.body.text_of("id");
  Schema made{
      intent.body.text_of("name"), intent.body.text_of("description"), *intent.body.find("schema")};
  if (!is_id(id) || made.name.empty() || !is_good_schema(made.schema)) {
    return 422;
  }
  return world.schemas.try_emplace(id, made).second ? 201 : 409;
}

int replace_schema(World& world, const Intent& intent) {
  const Tree& body = intent.body;
  if (body.text_of("name").empty() || !is_good_schema(*body.find("schema"))) {
    return 422;
  }
  const auto found = world.schemas.find(intent.schema);
  if (found == world.schemas.end()) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  if (found->second.system) {
    return 409;
  }
  found->second = {body.text_of("name"), body.text_of("description"), *body.find("schema")};
  return 200;
}

bool is_schema_used(const World& world, const std::string& id) {
  return std::ranges::any_of(world.pools, [&](const auto& one) {
    const Pool& pool = one.second;
    return pool.payload_schema == id || pool.metadata_schema == id ||
           std::ranges::any_of(pool.users, [&](const auto& user) {
             return user.second.payload_schema == id || user.second.metadata_schema == id;
           });
  });
}

int delete_schema(World& world, const Intent& intent, Verdict& verdict) {
  const auto found = world.schemas.find(intent.schema);
  if (found == world.schemas.end()) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  if (found->second.system || is_schema_used(world, intent.schema)) {
    return 409;
  }
  verdict.may_wait = world.lingering.contains(intent.schema);
  world.schemas.erase(found);
  return 204;
}

}  // namespace

int status_of_pool_body(const Tree& body) {
  const std::string name = body.text_of("name");
  const bool plain = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0;
  });
  return plain && (!body.has("id") || is_id(body.text_of("id"))) ? 0 : 422;
}

int take_pool_body(const World& world, const Tree& body, Pool& pool) {
  const auto or_default = [&](const char* name, const char* otherwise) {
    return body.has(name) ? body.text_of(name) : std::string{otherwise};
  };
  pool.name = body.text_of("name");
  pool.description = body.text_of("description");
  pool.payload_schema = or_default("payload_schema_id", "default_payload");
  pool.metadata_schema = or_default("metadata_schema_id", "default_metadata");
  pool.ignores_case = body.flag_of("identifier_case_insensitive");
  return world.schemas.contains(pool.payload_schema) && world.schemas.contains(pool.metadata_schema)
             ? 0
             : 404;
}

int apply_to_structure(World& world, const Intent& intent, Verdict& verdict) {
  const Deed deed = intent.deed;
  if (deed == Deed::kCreateWorkspace || deed == Deed::kCreateOrganization) {
    return create_workspace(world, intent);
  }
  if (deed == Deed::kReplaceWorkspace) {
    return replace_workspace(world, intent);
  }
  if (deed == Deed::kDeleteWorkspace) {
    return delete_workspace(world, intent, verdict);
  }
  if (deed == Deed::kConnect || deed == Deed::kDisconnect) {
    return connect(world, intent);
  }
  if (deed == Deed::kCreatePool || deed == Deed::kCreateWorkspacePool) {
    return create_pool(world, intent);
  }
  if (deed == Deed::kReplacePool) {
    return replace_pool(world, intent);
  }
  if (deed == Deed::kDeletePool || deed == Deed::kDeleteWorkspacePool) {
    return delete_pool(world, intent);
  }
  if (deed == Deed::kCreateSchema) {
    return create_schema(world, intent);
  }
  if (deed == Deed::kReplaceSchema) {
    return replace_schema(world, intent);
  }
  if (deed == Deed::kDeleteSchema) {
    return delete_schema(world, intent, verdict);
  }
  return apply_to_clients(world, intent);
}

}  // namespace muster::administrators
