/// What roles allow, and where (N-17). A role is granted for the whole tenant, for a workspace
/// with its organizations, or for one pool; it allows the same things in each, as far as they
/// exist there.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/events/system_events.h"
#include "engine/state/administration.h"
#include "engine/state/directory.h"

namespace muster {

/// In the order of kPermissionNames. Those of pools come first, in the order of the published
/// object (contract 2.1.7).
enum class Permission : std::uint8_t {
  kGetPool,
  kUpdatePool,
  kDeletePool,
  kReadUsers,
  kManageUsers,
  kReadGroups,
  kManageGroups,
  kManageAddresses,
  kManageIdentifiers,
  kManageOtps,
  kManagePasswords,
  kManageUserManagerRole,
  kReadRoles,
  kSendActivation,
  kSendVerification,
  kB2bReadUsers,
  kB2bManageUsers,
  kB2bReadAdminMetadata,
  kB2bManageAdminMetadata,
  kB2bReadBusinessMetadata,
  kB2bManageBusinessMetadata,
  kCreatePools,
  kConnectPools,
  kReadWorkspace,
  kManageWorkspace,
  kReadSchemas,
  kManageSchemas,
  kManageRoles,
  kReadConfiguration,
  kManageConfiguration,
  kReadHistory,
  kReadPersonalHistory,
};

inline constexpr auto kPermissionNames =
    std::to_array<std::string_view>({"get_identity_pool",
                                     "update_identity_pool",
                                     "delete_identity_pool",
                                     "read_identity_pool_users",
                                     "manage_identity_pool_users",
                                     "read_identity_pool_groups",
                                     "manage_identity_pool_groups",
                                     "manage_user_addresses",
                                     "manage_user_identifiers",
                                     "manage_user_otps",
                                     "manage_user_passwords",
                                     "manage_user_manager_role",
                                     "read_roles",
                                     "send_user_activation",
                                     "send_user_verification",
                                     "b2b_read_users",
                                     "b2b_manage_users",
                                     "b2b_read_admin_metadata",
                                     "b2b_manage_admin_metadata",
                                     "b2b_read_business_metadata",
                                     "b2b_manage_business_metadata",
                                     "create_identity_pools",
                                     "connect_identity_pools",
                                     "read_workspace",
                                     "manage_workspace",
                                     "read_schemas",
                                     "manage_schemas",
                                     "manage_roles",
                                     "read_configuration",
                                     "manage_configuration",
                                     "read_history",
                                     "read_personal_history"});

/// How many of them the published object shows.
inline constexpr std::size_t kPoolPermissions =
    static_cast<std::size_t>(Permission::kB2bManageBusinessMetadata) + 1;

class Permissions {
 public:
  constexpr Permissions() = default;

  constexpr Permissions(std::initializer_list<Permission> list) {
    for (const Permission permission : list) {
      bits_ |= bit(permission);
    }
  }

  static constexpr Permissions all() {
    Permissions everything;
    everything.bits_ = (std::uint64_t{1} << kPermissionNames.size()) - 1;
    return everything;
  }

  [[nodiscard]] constexpr bool has(Permission permission) const {
    return (bits_ & bit(permission)) != 0;
  }

  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  /// Whether everything in `other` is in this, too.
  [[nodiscard]] constexpr bool covers(Permissions other) const {
    return (other.bits_ & ~bits_) == 0;
  }

  constexpr void add(Permissions other) { bits_ |= other.bits_; }

  bool operator==(const Permissions&) const = default;

 private:
  static constexpr std::uint64_t bit(Permission permission) {
    return std::uint64_t{1} << static_cast<unsigned>(permission);
  }

  std::uint64_t bits_ = 0;
};

struct Role {
  std::string_view name;
  std::string_view summary;
  Permissions permissions;
};

inline constexpr std::string_view kTenantAdministrator = "tenant_administrator";

/// Every role there is.
std::span<const Role> every_role();
/// Null when there is none of that name.
const Role* find_role(std::string_view name);

/// Where something is to be done.
struct Place {
  /// Workspace or organization; null for what belongs to the tenant.
  const WorkspaceState* workspace = nullptr;
  /// Null for what belongs to no pool.
  const PoolState* pool = nullptr;
};

/// What `grants` allow at a place.
Permissions permissions_at(std::span<const RoleGrant> grants, const Place& place);

inline constexpr std::size_t kRolesMax = 64;

}  // namespace muster
