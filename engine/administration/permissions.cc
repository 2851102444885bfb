#include "engine/administration/permissions.h"

#include <algorithm>

namespace muster {
namespace {

using enum Permission;

constexpr Permissions kReadPool{kGetPool,
                                kReadUsers,
                                kReadGroups,
                                kReadRoles,
                                kB2bReadUsers,
                                kB2bReadAdminMetadata,
                                kB2bReadBusinessMetadata,
                                kReadWorkspace,
                                kReadSchemas,
                                kReadHistory};

constexpr Permissions kUserManagement{kGetPool,
                                      kReadUsers,
                                      kManageUsers,
                                      kReadGroups,
                                      kManageGroups,
                                      kManageAddresses,
                                      kManageIdentifiers,
                                      kManageOtps,
                                      kManagePasswords,
                                      kSendActivation,
                                      kSendVerification,
                                      kB2bReadUsers,
                                      kB2bManageUsers,
                                      kB2bReadAdminMetadata,
                                      kB2bManageAdminMetadata,
                                      kB2bReadBusinessMetadata,
                                      kB2bManageBusinessMetadata,
                                      kReadWorkspace};

constexpr Permissions sum(Permissions left, Permissions right) {
  left.add(right);
  return left;
}

constexpr Permissions kPoolAdministration =
    sum(sum(kUserManagement, kReadPool), {kUpdatePool, kDeletePool, kManageUserManagerRole});

constexpr std::array kRoles{
    Role{kTenantAdministrator, "everything in the tenant", Permissions::all()},
    Role{"workspace_administrator",
         "a workspace, its organizations and their pools, and who administers them",
         sum(kPoolAdministration, {kCreatePools, kConnectPools, kManageWorkspace, kManageRoles})},
    Role{"pool_administrator", "settings, users and groups of a pool", kPoolAdministration},
    Role{"user_manager", "users and groups of a pool", kUserManagement},
    Role{"b2b_user_manager",
         "users of a pool without its administrators' metadata",
         {kGetPool,
          kB2bReadUsers,
          kB2bManageUsers,
          kB2bReadBusinessMetadata,
          kB2bManageBusinessMetadata}},
    Role{"auditor", "reading, history included", kReadPool},
    Role{"personal_auditor",
         "reading, and what personal values were",
         sum(kReadPool, {kReadPersonalHistory})},
};

/// Whether a workspace lies in the one that a grant names.
bool within(const WorkspaceState* workspace, std::string_view granted) {
  return workspace != nullptr && (workspace->id == granted || workspace->parent == granted);
}

bool reaches(const RoleGrant& grant, const Place& place) {
  if (!grant.pool.is_nil()) {
    return place.pool != nullptr && place.pool->head.stream == grant.pool;
  }
  return grant.workspace.empty() || within(place.workspace, grant.workspace);
}

/// A workspace sees the pools that are connected with it, whosever they are.
bool is_connected(const RoleGrant& grant, const Place& place) {
  return place.pool != nullptr && !grant.workspace.empty() &&
         std::ranges::find(place.pool->connected, grant.workspace) != place.pool->connected.end();
}

}  // namespace

std::span<const Role> every_role() {
  return kRoles;
}

const Role* find_role(std::string_view name) {
  const auto* const found = std::ranges::find(kRoles, name, &Role::name);
  return found == kRoles.end() ? nullptr : found;
}

Permissions permissions_at(std::span<const RoleGrant> grants, const Place& place) {
  Permissions permissions;
  for (const RoleGrant& grant : grants) {
    const Role* role = find_role(grant.role);
    if (role == nullptr) {
      continue;  // a later version may know it
    }
    if (reaches(grant, place)) {
      permissions.add(role->permissions);
    } else if (is_connected(grant, place) && role->permissions.has(Permission::kGetPool)) {
      permissions.add({Permission::kGetPool});
    }
  }
  return permissions;
}

}  // namespace muster
