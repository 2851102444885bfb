#include "api/directory/answers.h"
#include "api/directory/handlers.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "engine/groups/group_commands.h"

namespace muster {
namespace {

MemberName named_member(const Context& context) {
  return {named_user(context), named_group(context).group_id};
}

}  // namespace

Result<Step> list_group_users(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const MemberPage page, read_member_page(context.request));
  MUSTER_TRY(const GroupState group, find_group(context, *pool));
  const PoolAt at{context.point, context.log(), *pool};
  MUSTER_TRY(const auto members, context.services.groups.list_members(at, group, page));
  MUSTER_TRY(Response response, user_list_response(context, members));
  return Step{std::move(response)};
}

Result<Step> add_group_user(const Context& context) {
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_add_member(named_member(context)));
  return Step{std::move(prepared)};
}

Result<Step> remove_group_user(const Context& context) {
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_remove_member(named_member(context)));
  return Step{std::move(prepared)};
}

Result<Step> list_user_groups(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const GroupPage page, read_group_page(context.request));
  MUSTER_TRY(const bool with_parents, read_flag(context.request, "with_parent_groups"));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  const PoolAt at{context.point, context.log(), *pool};
  MUSTER_TRY(const auto groups, context.services.groups.list_of_user(at, user, with_parents, page));
  MUSTER_TRY(Response response, group_list_response(context, groups));
  return Step{std::move(response)};
}

Result<Step> is_user_in_group(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const bool nested, read_flag(context.request, "with_nested_groups"));
  MUSTER_TRY(const GroupState group, find_group(context, *pool));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  const PoolAt at{context.point, context.log(), *pool};
  MUSTER_TRY(const bool member, context.services.groups.is_member(at, user, group, nested));
  if (!member) {
    return failure(Errc::kNotFound, "not_a_member", "the user is not in the group");
  }
  return Step{empty_response()};
}

}  // namespace muster
