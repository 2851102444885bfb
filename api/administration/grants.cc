#include "api/administration/grants.h"

#include "api/directory/access.h"

namespace muster {
namespace {

/// What the caller may do where the grant holds; nothing where that is not there any more.
Result<Permissions> permissions_where(const Context& context, const RoleGrant& grant) {
  const Catalog& catalog = context.services.catalog;
  if (!grant.pool_id.empty()) {
    MUSTER_TRY(const auto pool, catalog.find_pool(context.point, context.log(), grant.pool_id));
    return pool == nullptr ? Result<Permissions>{permissions_in_tenant(context)}
                           : permissions_on(context, *pool);
  }
  if (!grant.workspace.empty()) {
    MUSTER_TRY(const auto workspace,
               catalog.find_workspace(context.point, context.log(), grant.workspace));
    return workspace == nullptr ? permissions_in_tenant(context)
                                : permissions_in(context, *workspace);
  }
  return permissions_in_tenant(context);
}

}  // namespace

Result<std::vector<RoleGrant>> read_grants(const Context& context, const Fields& fields) {
  std::vector<RoleGrant> grants;
  for (const Fields& element : fields.elements("roles")) {
    RoleGrant grant;
    grant.role = element.required_text("role");
    grant.workspace = element.text("workspace_id");
    grant.pool_id = element.text("pool_id");
    if (!grant.pool_id.empty()) {
      MUSTER_TRY(const auto pool,
                 context.services.catalog.find_pool(context.point, context.log(), grant.pool_id));
      if (pool == nullptr) {
        fields.faults().values.add(
            element.at("pool_id"), "pool_not_found", "there is no such pool");
      } else {
        grant.pool = pool->head.stream;
      }
    }
    grants.push_back(std::move(grant));
  }
  return grants;
}

Result<bool> may_manage(const Context& context,
                        const std::vector<RoleGrant>& grants,
                        Permission with) {
  if (context.caller.administers_tenant) {
    return true;
  }
  if (grants.empty()) {
    return permissions_in_tenant(context).has(with);
  }
  for (const RoleGrant& grant : grants) {
    const Role* role = find_role(grant.role);
    MUSTER_TRY(const Permissions allowed, permissions_where(context, grant));
    if (!allowed.has(with) || (role != nullptr && !allowed.covers(role->permissions))) {
      return false;
    }
  }
  return true;
}

Result<void> check_may_manage(const Context& context,
                              const std::vector<RoleGrant>& grants,
                              Permission with) {
  MUSTER_TRY(const bool may, may_manage(context, grants, with));
  if (!may) {
    return failure(
        Errc::kForbidden,
        "missing_permission",
        "roles are granted and taken back by who has all they allow, and may grant them");
  }
  return {};
}

}  // namespace muster
