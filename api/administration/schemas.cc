#include <algorithm>

#include "api/administration/handlers.h"
#include "api/administration/plan_catch_up.h"
#include "api/administration/plan_document.h"
#include "api/directory/answers.h"
#include "api/directory/fields.h"
#include "api/directory/origin.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "api/server/schema_plans.h"
#include "engine/pools/schema_commands.h"
#include "engine/pools/system_schemas.h"
#include "projections/documents.h"

namespace muster {
namespace {

Response plan_response(const PlanReport& plan, int status) {
  std::string json;
  append_plan(json, plan);
  Response response = json_response(std::move(json), status);
  response.add_header("Cache-Control", "no-store");
  return response;
}

Result<PlanReport> find_plan(const Context& context) {
  return context.services.plans.find(context.log(), context.request.path_parameter("planID"));
}

/// Of a plan that is done and is of this schema.
Result<PlanReport> find_finished_plan(const Context& context,
                                      const SchemaState& schema,
                                      const std::string& id) {
  MUSTER_TRY(PlanReport plan, context.services.plans.find(context.log(), id));
  if (plan.schema_id != schema.id || plan.schema_stream != schema.head.stream) {
    return not_found("plan");
  }
  if (plan.status != PlanStatus::kDone) {
    return failure(
        Errc::kConflict, "plan_not_done", "only a plan that has run to its end can be applied");
  }
  return plan;
}

Result<void> check_violations(const PlanReport& plan, const std::string& violations) {
  if (violations != "refuse" && violations != "allow") {
    return failure_at(Errc::kInvalid, "invalid_request", "/violations", "must be refuse or allow");
  }
  if (plan.unfit > 0 && violations == "refuse") {
    return failure(Errc::kConflict,
                   "users_would_not_fit",
                   std::to_string(plan.unfit) +
                       " users would not fit the new version; change them first, or allow it");
  }
  return {};
}

}  // namespace

Result<Step> plan_schema(const Context& context) {
  MUSTER_TRY(const auto schema, find_schema(context));
  if (std::ranges::find(kSystemSchemas, schema->id, &SystemSchema::id) != kSystemSchemas.end()) {
    return failure(Errc::kConflict,
                   "system_schema",
                   "a system schema is never changed, so there is nothing to plan");
  }
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  SchemaPlans::Wanted wanted;
  wanted.schema = fields.object("schema");
  if (!fields.has("schema")) {
    faults.values.add("/schema", "required", "must be given");
  }
  MUSTER_CHECKED(faults.done());
  auto compiled = CompiledSchema::compile(wanted.schema.text);
  if (!compiled) {
    for (Fault& fault : compiled.error().faults) {
      fault.pointer.insert(0, "/schema");
    }
    return std::move(compiled).error();
  }
  wanted.id = make_part_id(context.services.domain);
  wanted.log = context.log();
  wanted.schema_id = schema->id;
  wanted.schema_stream = schema->head.stream;
  wanted.schema_version = schema->version;
  wanted.log_size = context.point.size_of(context.log());
  wanted.compiled = *std::move(compiled);
  if (has_idempotency_key(context.request)) {
    MUSTER_TRY(wanted.key, make_idempotency(context.services, context.request, context.caller));
  }
  MUSTER_TRY(const auto started, context.services.plans.start(std::move(wanted)));
  Response response = plan_response(started.report, 202);
  response.add_header(
      "Location", "/api/muster/" + std::string{context.tenant()} + "/plans/" + started.report.id);
  if (started.replayed) {
    response.add_header("X-Idempotent-Replayed", "true");
  }
  return Step{std::move(response)};
}

Result<Step> get_plan(const Context& context) {
  MUSTER_TRY(const PlanReport plan, find_plan(context));
  return Step{plan_response(plan, 200)};
}

Result<Step> cancel_plan(const Context& context) {
  MUSTER_TRY(
      const PlanReport plan,
      context.services.plans.cancel(context.log(), context.request.path_parameter("planID")));
  return Step{plan_response(plan, 200)};
}

Result<Step> apply_plan(const Context& context) {
  MUSTER_TRY(const auto schema, find_schema(context));
  MUSTER_TRY(const JsonDocument document, parse_body(context.request));
  BodyFaults faults;
  const Fields fields{document.root(), "", faults};
  const std::string plan_id = fields.required_text("plan_id");
  const std::string violations = fields.required_text("violations");
  const std::string name = fields.text("name");
  const std::string description = fields.text("description");
  MUSTER_CHECKED(faults.done());
  MUSTER_TRY(PlanReport plan, find_finished_plan(context, *schema, plan_id));
  MUSTER_CHECKED(check_violations(plan, violations));
  if (violations == "refuse") {
    MUSTER_CHECKED(check_users_since(context, plan));
  }
  Prepared prepared;
  prepared.precondition = schema_address(context);
  MUSTER_TRY(prepared.decide,
             prepare_replace_schema(context.services.domain,
                                    {context.log(),
                                     schema->id,
                                     name.empty() ? schema->name : name,
                                     description.empty() ? schema->description : description,
                                     std::move(plan.schema),
                                     false,
                                     plan.schema_version}));
  return Step{std::move(prepared)};
}

Result<Step> list_unfit_users(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const std::size_t limit, read_limit(context.request));
  const PoolAt at{context.point, context.log(), *pool};
  const std::string after =
      context.request.query_parameter("after_user_id").value_or(std::string{});
  MUSTER_TRY(const std::int64_t total, context.services.users.count_unfit(at));
  MUSTER_TRY(const auto users, context.services.users.list_unfit(at, after, limit));
  std::string json = list_document("users", users, [](std::string& out, const UserState& user) {
    JsonWriter writer{out};
    writer.begin_object();
    writer.member("id", user.id);
    writer.key("unfit");
    writer.begin_array();
    for (const std::string& value : user.unfit) {
      writer.string(value);
    }
    writer.end_array();
    writer.end_object();
  });
  json.insert(1, R"("total":)" + std::to_string(total) + ",");
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  return Step{std::move(response)};
}

}  // namespace muster
