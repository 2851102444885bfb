/// Whether a caller's roles allow what it asks for (N-17).
#pragma once

#include "api/directory/operation.h"

namespace muster {

/// What the caller may do with a pool, in a workspace, and in the tenant.
Result<Permissions> permissions_on(const Context& context, const PoolState& pool);
Permissions permissions_in(const Context& context, const WorkspaceState& workspace);
Permissions permissions_in_tenant(const Context& context);

/// kForbidden "missing_permission".
Result<void> check_permission(const Context& context, const PoolState& pool, Permission wanted);
Result<void> check_permission(const Context& context,
                              const WorkspaceState& workspace,
                              Permission wanted);

/// Refusals: kForbidden "missing_permission"; kNotFound "pool_not_found" or "workspace_not_found"
/// for what the caller may do nothing with, as if it were not there.
Result<void> check_access(const Context& context, const Operation& operation);

}  // namespace muster
