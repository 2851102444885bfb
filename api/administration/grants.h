/// Who may grant what: nobody more than they have themselves.
#pragma once

#include <vector>

#include "api/directory/fields.h"
#include "api/directory/operation.h"

namespace muster {

/// kNotFound "workspace_not_found", too, for one in which the caller may do nothing.
Result<std::shared_ptr<const WorkspaceState>> find_visible_workspace(const Context& context,
                                                                     std::string_view id);

/// The member `roles` of a body: [{"role", "workspace_id" or "pool_id"}]. Refuses what the other
/// fields lack, too. Pools and workspaces with which the caller may do nothing answer as if they
/// were not there: a fault of `values`, and "workspace_not_found".
Result<std::vector<RoleGrant>> read_grants(const Context& context, const Fields& fields);

/// Without those of pools that are gone. They allow nothing any more, not even on another pool that
/// got the id since.
Result<std::vector<RoleGrant>> grants_that_hold(const Context& context,
                                                const std::vector<RoleGrant>& grants);

/// The tag of who was granted `granted` roles, `held` of which still hold: a pool that goes changes
/// what is shown, but not the revision. What a condition of a write compares is the same.
std::string make_roles_etag(Epoch epoch,
                            const StreamHead& head,
                            std::size_t held,
                            std::size_t granted);

/// Whether the caller may give or take back these roles: it has `with` where each of them holds,
/// and all that the role allows. Roles that hold nowhere count for nothing, and whoever holds none
/// is managed by the tenant's administrators.
Result<bool> may_manage(const Context& context,
                        const std::vector<RoleGrant>& grants,
                        Permission with = Permission::kManageRoles);

/// kForbidden "missing_permission" unless may_manage().
Result<void> check_may_manage(const Context& context,
                              const std::vector<RoleGrant>& grants,
                              Permission with = Permission::kManageRoles);

}  // namespace muster
