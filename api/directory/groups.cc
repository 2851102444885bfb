#include "api/directory/answers.h"
#include "api/directory/body.h"
#include "api/directory/handlers.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "engine/groups/group_commands.h"
#include "projections/documents.h"

namespace muster {
namespace {

/// The stream of the parent that a body names; nil when it names none, or one that is not there.
Result<StreamId> find_parent(const Context& context, const PoolAt& at, const std::string& id) {
  if (id.empty()) {
    return StreamId{};
  }
  MUSTER_TRY(const auto parent, context.services.groups.find(at, id));
  return parent ? parent->head.stream : StreamId{};
}

}  // namespace

Result<Step> list_groups(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const GroupPage page, read_group_page(context.request));
  MUSTER_TRY(const bool nested, read_flag(context.request, "with_nested_groups"));
  const PoolAt at{context.point, context.log(), *pool};
  const Groups& groups = context.services.groups;
  std::optional<GroupState> parent;
  if (const auto id = read_text(context.request, "parent_id")) {
    MUSTER_TRY(parent, groups.find(at, *id));
    if (!parent) {
      return failure_at(Errc::kInvalid,
                        "group_parent_not_found",
                        "parent_id",
                        "there is no group with this id in the pool");
    }
  }
  MUSTER_TRY(const auto listed, groups.list(at, parent ? &*parent : nullptr, nested, page));
  MUSTER_TRY(Response response, group_list_response(context, listed));
  return Step{std::move(response)};
}

Result<Step> create_group(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(GroupBody body, read_group(context.request));
  const PoolAt at{context.point, context.log(), *pool};
  MUSTER_TRY(const StreamId parent, find_parent(context, at, body.parent_id));
  Prepared prepared;
  MUSTER_TRY(prepared.decide,
             prepare_create_group(context.services.domain,
                                  {context.log(), *pool, std::move(body), parent}));
  return Step{std::move(prepared)};
}

Result<Step> get_group(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const GroupState group, find_group(context, *pool));
  std::string json;
  append_group(json, context.tenant(), group);
  return Step{json_response(std::move(json))};
}

bool may_move_group(const Request& request) {
  // Without a parent a group may be moved too, but only to the top, where everything fits.
  return request.body.find("\"parent_id\"") != std::string::npos ||
         request.body.find("\\u") != std::string::npos;
}

Result<Step> update_group(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  ReplaceGroup input;
  MUSTER_TRY(input.body, read_group(context.request));
  MUSTER_TRY(const GroupState group, find_group(context, *pool));
  const PoolAt at{context.point, context.log(), *pool};
  input.name = {context.log(), pool->id, group.id};
  MUSTER_TRY(input.parent, find_parent(context, at, input.body.parent_id));
  if (!input.parent.is_nil() && input.parent != group.parent) {
    MUSTER_TRY(input.height, context.services.groups.height(at, group, kGroupDepthMax));
  }
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_replace_group(context.services.domain, std::move(input)));
  return Step{std::move(prepared)};
}

Result<Step> delete_group(const Context& context) {
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_delete_group(named_group(context)));
  return Step{std::move(prepared)};
}

Result<Response> answer_group(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const GroupState group, state_after<GroupState>(context, accepted));
  std::string json;
  append_group(json, context.tenant(), group);
  return json_response(std::move(json));
}

Result<Response> answer_new_group(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(Response response, answer_group(context, accepted));
  response.status = 201;
  return response;
}

}  // namespace muster
