#include "api/directory/access.h"

#include "api/directory/subjects.h"

namespace muster {
namespace {

Failure missing(Permission permission) {
  return failure(Errc::kForbidden,
                 "missing_permission",
                 "the caller's roles do not allow '" +
                     std::string{kPermissionNames[static_cast<std::size_t>(permission)]} +
                     "' here");
}

Result<void> require(Permissions allowed, Permission permission) {
  return allowed.has(permission) ? Result<void>{} : Result<void>{missing(permission)};
}

/// Whoever sees a pool sees which workspace it belongs to, so that one is no secret.
Result<bool> owns_visible_pool(const Context& context, const WorkspaceState& workspace) {
  MUSTER_TRY(const auto pool,
             context.services.catalog.find_pool(
                 context.point, context.log(), context.request.path_parameter("ipID")));
  if (pool == nullptr || pool->workspace != workspace.id) {
    return false;
  }
  MUSTER_TRY(const Permissions allowed, permissions_on(context, *pool));
  return !allowed.empty();
}

/// Of the workspace of the path, which is asked about before the pool: else the answer about the
/// pool would tell whether the workspace is there.
Result<Permissions> permissions_in_visible_workspace(const Context& context, bool in_pool) {
  MUSTER_TRY(const auto workspace, find_workspace(context));
  const Permissions allowed = permissions_in(context, *workspace);
  if (!allowed.empty()) {
    return allowed;
  }
  MUSTER_TRY(const bool known, in_pool ? owns_visible_pool(context, *workspace) : false);
  return known ? Result<Permissions>{allowed} : Result<Permissions>{not_found("workspace")};
}

}  // namespace

Permissions permissions_in_tenant(const Context& context) {
  return permissions_at(context.caller.roles, {});
}

Permissions permissions_in(const Context& context, const WorkspaceState& workspace) {
  return permissions_at(context.caller.roles, {&workspace, nullptr});
}

Result<Permissions> permissions_on(const Context& context, const PoolState& pool) {
  if (context.caller.administers_tenant) {
    return Permissions::all();
  }
  std::shared_ptr<const WorkspaceState> workspace;
  if (!pool.workspace.empty()) {
    MUSTER_TRY(
        workspace,
        context.services.catalog.find_workspace(context.point, context.log(), pool.workspace));
  }
  return permissions_at(context.caller.roles, {workspace.get(), &pool});
}

Result<void> check_permission(const Context& context, const PoolState& pool, Permission wanted) {
  MUSTER_TRY(const Permissions allowed, permissions_on(context, pool));
  return require(allowed, wanted);
}

Result<void> check_permission(const Context& context,
                              const WorkspaceState& workspace,
                              Permission wanted) {
  return require(permissions_in(context, workspace), wanted);
}

Result<void> check_access(const Context& context, const Operation& operation) {
  if (context.caller.administers_tenant) {
    return {};
  }
  Permissions allowed = permissions_in_tenant(context);
  const bool in_pool = !context.request.path_parameter("ipID").empty();
  if (!context.request.path_parameter("wid").empty()) {
    MUSTER_TRY(allowed, permissions_in_visible_workspace(context, in_pool));
  }
  if (in_pool) {
    MUSTER_TRY(const auto pool, find_pool(context));
    MUSTER_TRY(allowed, permissions_on(context, *pool));
    if (allowed.empty()) {
      return not_found("pool");
    }
  }
  return operation.permission ? require(allowed, *operation.permission) : Result<void>{};
}

}  // namespace muster
