#include "api/administration/handlers.h"
#include "api/directory/answers.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "api/server/pool_foldings.h"

namespace muster {
namespace {

void append_folding(std::string& out, const FoldingReport& report) {
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("pool_id", report.pool_id);
  writer.member("state", report.state);
  writer.member("users_done", static_cast<std::int64_t>(report.done));
  writer.member("users_total", static_cast<std::int64_t>(report.total));
  writer.member("collisions_total", static_cast<std::int64_t>(report.collisions.total));
  writer.key("collisions");
  writer.begin_array();
  for (const FoldingCollision& collision : report.collisions.listed) {
    writer.begin_object();
    writer.member("kind", collision.kind);
    writer.member("value", collision.value);
    writer.key("user_ids");
    writer.begin_array();
    for (const std::string& id : collision.users) {
      writer.string(id);
    }
    writer.end_array();
    writer.end_object();
  }
  writer.end_array();
  if (!report.problem.empty()) {
    writer.member("problem", report.problem);
  }
  writer.end_object();
}

Result<Response> folding_response(const Context& context, const PoolState& pool, int status) {
  MUSTER_TRY(const FoldingReport report,
             context.services.foldings.report({context.point, context.log(), pool}));
  std::string json;
  append_folding(json, report);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.status = status;
  response.add_header("Cache-Control", "no-store");
  return response;
}

}  // namespace

Result<Step> start_folding(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_CHECKED(context.services.foldings.start(context.log(), *pool));
  MUSTER_TRY(Response response, folding_response(context, *pool, 202));
  return Step{std::move(response)};
}

Result<Step> get_folding(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(Response response, folding_response(context, *pool, 200));
  return Step{std::move(response)};
}

Result<Step> cancel_folding(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  if (context.services.foldings.cancel_check(context.log(), *pool)) {
    MUSTER_TRY(Response response, folding_response(context, *pool, 200));
    return Step{std::move(response)};
  }
  Prepared prepared;
  MUSTER_TRY(prepared.decide, prepare_cancel_folding({context.log(), pool->id, pool->head.stream}));
  return Step{std::move(prepared)};
}

Result<Response> answer_folding(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(const PoolState pool, state_after<PoolState>(context, accepted));
  return folding_response(context, pool, 200);
}

}  // namespace muster
