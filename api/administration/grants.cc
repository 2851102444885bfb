#include "api/administration/grants.h"

#include "api/directory/access.h"
#include "api/directory/conditions.h"

namespace muster {
namespace {

/// What the caller may do where the grant holds.
Result<Permissions> permissions_where(const Context& context, const RoleGrant& grant) {
  const Catalog& catalog = context.services.catalog;
  if (!grant.pool.is_nil()) {
    MUSTER_TRY(const auto pool, catalog.find_pool(context.point, context.log(), grant.pool_id));
    return permissions_on(context, *pool);
  }
  if (!grant.workspace.empty()) {
    MUSTER_TRY(const auto workspace,
               catalog.find_workspace(context.point, context.log(), grant.workspace));
    return permissions_in(context, *workspace);
  }
  return permissions_in_tenant(context);
}

/// A pool is told by its stream: another one may have got its id. A workspace stays while somebody
/// has a role in it, but a point that is newer than the grants may lack it.
Result<bool> holds_somewhere(const Context& context, const RoleGrant& grant) {
  const Catalog& catalog = context.services.catalog;
  if (!grant.pool.is_nil()) {
    MUSTER_TRY(const auto pool, catalog.find_pool(context.point, context.log(), grant.pool_id));
    return pool != nullptr && pool->head.stream == grant.pool;
  }
  if (!grant.workspace.empty()) {
    MUSTER_TRY(const auto workspace,
               catalog.find_workspace(context.point, context.log(), grant.workspace));
    return workspace != nullptr;
  }
  return true;
}

/// Nil when there is none that the caller may know of.
Result<StreamId> find_granted_pool(const Context& context, const std::string& id) {
  MUSTER_TRY(const auto pool, context.services.catalog.find_pool(context.point, context.log(), id));
  if (pool == nullptr) {
    return StreamId{};
  }
  MUSTER_TRY(const Permissions allowed, permissions_on(context, *pool));
  return allowed.empty() ? StreamId{} : pool->head.stream;
}

}  // namespace

Result<std::shared_ptr<const WorkspaceState>> find_visible_workspace(const Context& context,
                                                                     std::string_view id) {
  MUSTER_TRY(auto workspace,
             context.services.catalog.find_workspace(context.point, context.log(), id));
  if (workspace == nullptr || permissions_in(context, *workspace).empty()) {
    return not_found("workspace");
  }
  return workspace;
}

Result<std::vector<RoleGrant>> read_grants(const Context& context, const Fields& fields) {
  std::vector<RoleGrant> grants;
  for (const Fields& element : fields.elements("roles")) {
    RoleGrant grant;
    grant.role = element.required_text("role");
    grant.workspace = element.text("workspace_id");
    grant.pool_id = element.text("pool_id");
    if (!grant.pool_id.empty()) {
      MUSTER_TRY(grant.pool, find_granted_pool(context, grant.pool_id));
      if (grant.pool.is_nil()) {
        fields.faults().values.add(
            element.at("pool_id"), "pool_not_found", "there is no such pool");
      }
    }
    grants.push_back(std::move(grant));
  }
  MUSTER_CHECKED(fields.faults().done());
  for (const RoleGrant& grant : grants) {
    // From a tenant's administrators nothing is hidden: the command says what is not there.
    if (!grant.workspace.empty() && !context.caller.administers_tenant) {
      MUSTER_CHECKED(find_visible_workspace(context, grant.workspace));
    }
  }
  return grants;
}

Result<std::vector<RoleGrant>> grants_that_hold(const Context& context,
                                                const std::vector<RoleGrant>& grants) {
  std::vector<RoleGrant> held;
  for (const RoleGrant& grant : grants) {
    MUSTER_TRY(const bool holds, holds_somewhere(context, grant));
    if (holds) {
      held.push_back(grant);
    }
  }
  return held;
}

std::string make_roles_etag(Epoch epoch,
                            const StreamHead& head,
                            std::size_t held,
                            std::size_t granted) {
  std::string etag = make_etag(epoch, head);
  if (held != granted) {
    etag.insert(etag.size() - 1, kShownMark + std::to_string(held));
  }
  return etag;
}

Result<bool> may_manage(const Context& context,
                        const std::vector<RoleGrant>& grants,
                        Permission with) {
  if (context.caller.administers_tenant) {
    return true;
  }
  MUSTER_TRY(const auto held, grants_that_hold(context, grants));
  if (held.empty()) {
    return permissions_in_tenant(context).has(with);
  }
  for (const RoleGrant& grant : held) {
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
