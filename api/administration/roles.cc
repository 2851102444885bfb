#include "api/administration/grants.h"
#include "api/administration/handlers.h"
#include "api/directory/answers.h"
#include "api/directory/subjects.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// Administrators of a pool may make somebody its user manager; everything else takes more.
Permission needed_for(const RoleGrant& grant, const PoolState& pool) {
  return grant.role == "user_manager" && grant.pool == pool.head.stream
             ? Permission::kManageUserManagerRole
             : Permission::kManageRoles;
}

Result<void> check_each(const Context& context,
                        const PoolState& pool,
                        const std::vector<RoleGrant>& grants) {
  for (const RoleGrant& grant : grants) {
    MUSTER_CHECKED(check_may_manage(context, {grant}, needed_for(grant, pool)));
  }
  return {};
}

Response roles_response(const std::vector<RoleGrant>& roles) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  append_roles(writer, roles);
  writer.end_object();
  return json_response(std::move(json));
}

}  // namespace

Result<Step> list_roles(const Context&) {
  return Step{
      json_response(list_document("roles", every_role(), [](std::string& out, const Role& role) {
        JsonWriter writer{out};
        writer.begin_object();
        writer.member("role", role.name);
        writer.member("summary", role.summary);
        writer.key("permissions");
        writer.begin_array();
        for (std::size_t i = 0; i < kPermissionNames.size(); ++i) {
          if (role.permissions.has(static_cast<Permission>(i))) {
            writer.string(kPermissionNames[i]);
          }
        }
        writer.end_array();
        writer.end_object();
      }))};
}

Result<Step> get_user_roles(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  MUSTER_TRY(const auto held, grants_that_hold(context, user.roles));
  Response response = roles_response(held);
  response.add_header(
      "ETag", make_roles_etag(context.point.epoch, row.head(), held.size(), user.roles.size()));
  return Step{std::move(response)};
}

Result<Step> replace_user_roles(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  MUSTER_TRY(std::vector<RoleGrant> roles, read_grants(context, fields));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  // What is taken back counts as well as what is given.
  MUSTER_CHECKED(check_each(context, *pool, roles));
  MUSTER_TRY(const auto held, grants_that_hold(context, user.roles));
  MUSTER_CHECKED(check_each(context, *pool, held));
  Prepared prepared;
  prepared.precondition = user_address(context, *pool);
  MUSTER_TRY(prepared.decide, prepare_replace_user_roles(named_user(context), std::move(roles)));
  return Step{std::move(prepared)};
}

Result<Response> answer_user_roles(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const UserState user, state_after<UserState>(context, accepted));
  Response response = roles_response(user.roles);
  response.add_header("ETag", make_etag(accepted));
  return response;
}

}  // namespace muster
