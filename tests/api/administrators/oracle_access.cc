/// Who may do what, as the pages say it.
#include <algorithm>

#include "tests/api/administrators/oracle.h"

namespace muster::administrators {
namespace {

Permits permits_of(const std::string& role) {
  const Permits reading{"get_identity_pool",
                        "read_identity_pool_users",
                        "read_identity_pool_groups",
                        "read_roles",
                        "b2b_read_users",
                        "b2b_read_admin_metadata",
                        "b2b_read_business_metadata",
                        "read_workspace",
                        "read_schemas"};
  const Permits b2b{"get_identity_pool",
                    "b2b_read_users",
                    "b2b_manage_users",
                    "b2b_read_business_metadata",
                    "b2b_manage_business_metadata"};
  Permits managing = b2b;
  managing.merge(Permits{"read_identity_pool_users",
                         "manage_identity_pool_users",
                         "read_identity_pool_groups",
                         "manage_identity_pool_groups",
                         "manage_user_addresses",
                         "manage_user_identifiers",
                         "manage_user_otps",
                         "manage_user_passwords",
                         "send_user_activation",
                         "send_user_verification",
                         "b2b_read_admin_metadata",
                         "b2b_manage_admin_metadata",
                         "read_workspace"});
  Permits pool{"update_identity_pool", "delete_identity_pool", "manage_user_manager_role"};
  pool.insert(reading.begin(), reading.end());
  pool.insert(managing.begin(), managing.end());
  if (role == "workspace_administrator") {
    pool.merge(Permits{
        "create_identity_pools", "connect_identity_pools", "manage_workspace", "manage_roles"});
    return pool;
  }
  if (role == "pool_administrator") {
    return pool;
  }
  return role == "user_manager" ? managing : role == "b2b_user_manager" ? b2b : reading;
}

/// Whether `id` is `granted` or an organization of it.
bool is_within(const World& world, const std::string& id, const std::string& granted) {
  const auto found = world.workspaces.find(id);
  return found != world.workspaces.end() && (id == granted || found->second.parent == granted);
}

Permits sum(const World& world,
            const std::string& client,
            const std::string& workspace,
            const Pool* pool) {
  Permits all;
  for (const Grant& grant : world.clients.at(client)) {
    bool reaches = grant.workspace.empty() || is_within(world, workspace, grant.workspace);
    if (!grant.pool.empty()) {
      reaches = pool != nullptr && pool->made == grant.made;
    }
    if (reaches) {
      all.merge(permits_of(grant.role));
    } else if (pool != nullptr && pool->connected.contains(grant.workspace)) {
      all.insert("get_identity_pool");
    }
  }
  return all;
}

std::string needed(const Intent& intent) {
  switch (intent.deed) {
    case Deed::kCreateWorkspace:
    case Deed::kCreateOrganization:
    case Deed::kReplaceWorkspace:
    case Deed::kDeleteWorkspace:
      return "manage_workspace";
    case Deed::kConnect:
    case Deed::kDisconnect:
    case Deed::kReplacePool:
      return "update_identity_pool";
    case Deed::kCreatePool:
    case Deed::kCreateWorkspacePool:
      return "create_identity_pools";
    case Deed::kDeletePool:
    case Deed::kDeleteWorkspacePool:
      return "delete_identity_pool";
    case Deed::kCreateSchema:
    case Deed::kReplaceSchema:
    case Deed::kDeleteSchema:
      return "manage_schemas";
    case Deed::kCreateUser:
    case Deed::kReplaceUser:
    case Deed::kPatchUser:
    case Deed::kDeleteUser:
      return intent.door == Door::kB2b ? "b2b_manage_users" : "manage_identity_pool_users";
    case Deed::kAddIdentifier:
    case Deed::kRemoveIdentifier:
      return "manage_user_identifiers";
    case Deed::kAddAddress:
    case Deed::kUpdateAddress:
    case Deed::kRemoveAddress:
      return "manage_user_addresses";
    case Deed::kSetMetadata:
      return "b2b_manage_" + intent.metadata_type + "_metadata";
    case Deed::kCreateGroup:
    case Deed::kReplaceGroup:
    case Deed::kDeleteGroup:
    case Deed::kJoin:
    case Deed::kLeave:
      return "manage_identity_pool_groups";
    case Deed::kSetPasswordState:
    case Deed::kVerifyPassword:
      return "manage_user_passwords";
    case Deed::kReplaceUserRoles:
      return "manage_user_manager_role";
    case Deed::kReplaceRoles:
    case Deed::kImport:
    case Deed::kCreateClient:
    case Deed::kDeleteClient:
    case Deed::kRotateSecret:
      break;
  }
  return {};
}

/// A workspace that is not there for the client is told before anything about the pool.
bool sees_workspace(const World& world, const std::string& client, const Intent& intent) {
  if (!world.workspaces.contains(intent.workspace)) {
    return false;
  }
  const auto pool = world.pools.find(intent.pool);
  const bool owns = pool != world.pools.end() && pool->second.workspace == intent.workspace &&
                    !permits_on(world, client, pool->second).empty();
  return owns || !permits_in(world, client, intent.workspace).empty();
}

}  // namespace

Permits permits_in_tenant(const World& world, const std::string& client) {
  return sum(world, client, {}, nullptr);
}

Permits permits_in(const World& world, const std::string& client, const std::string& workspace) {
  return sum(world, client, workspace, nullptr);
}

Permits permits_on(const World& world, const std::string& client, const Pool& pool) {
  return sum(world, client, pool.workspace, &pool);
}

bool may_grant(const World& world,
               const std::string& client,
               const Grant& grant,
               const Pool& pool) {
  const auto where = world.pools.find(grant.pool);
  Permits may = permits_in_tenant(world, client);
  if (!grant.pool.empty() && where != world.pools.end()) {
    may = permits_on(world, client, where->second);
  } else if (grant.pool.empty() && world.workspaces.contains(grant.workspace)) {
    may = permits_in(world, client, grant.workspace);
  }
  const bool manages_this = grant.role == "user_manager" && grant.made == pool.made;
  const Permits allowed = grant.role == "emperor" ? Permits{} : permits_of(grant.role);
  return may.contains(manages_this ? "manage_user_manager_role" : "manage_roles") &&
         std::ranges::includes(may, allowed);
}

int access(const World& world, const Intent& intent) {
  if (intent.actor == 0) {
    return 0;
  }
  const std::string client = client_id(intent.actor);
  Permits may = permits_in_tenant(world, client);
  const bool in_pool = !intent.pool.empty();
  const bool connects = intent.deed == Deed::kConnect || intent.deed == Deed::kDisconnect;
  if (connects && !sees_workspace(world, client, intent)) {
    return 404;
  }
  if (in_pool) {
    const auto pool = world.pools.find(intent.pool);
    may = pool == world.pools.end() ? Permits{} : permits_on(world, client, pool->second);
  } else if (!intent.workspace.empty()) {
    const bool is_there = world.workspaces.contains(intent.workspace);
    may = is_there ? permits_in(world, client, intent.workspace) : Permits{};
  }
  if (may.empty() && (in_pool || !intent.workspace.empty())) {
    return 404;
  }
  if (!may.contains(needed(intent))) {
    return 403;
  }
  if (connects && !permits_in(world, client, intent.workspace).contains("connect_identity_pools")) {
    return 403;
  }
  return 0;
}

}  // namespace muster::administrators
