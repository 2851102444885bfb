/// Who may grant what: nobody more than they have themselves.
#pragma once

#include <vector>

#include "api/directory/fields.h"
#include "api/directory/operation.h"

namespace muster {

/// The member `roles` of a body: [{"role", "workspace_id" or "pool_id"}]. Pools that do not exist
/// are faults of `values`.
Result<std::vector<RoleGrant>> read_grants(const Context& context, const Fields& fields);

/// Whether the caller may give or take back these roles: it has `with` where each of them holds,
/// and all that the role allows. Whoever holds no role is managed by the tenant's administrators.
Result<bool> may_manage(const Context& context,
                        const std::vector<RoleGrant>& grants,
                        Permission with = Permission::kManageRoles);

/// kForbidden "missing_permission" unless may_manage().
Result<void> check_may_manage(const Context& context,
                              const std::vector<RoleGrant>& grants,
                              Permission with = Permission::kManageRoles);

}  // namespace muster
