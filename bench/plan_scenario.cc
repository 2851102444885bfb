/// What a plan costs those who ask meanwhile: the same load without it, with it, without it.
#include <array>
#include <chrono>
#include <thread>

#include "bench/user_requests.h"
#include "engine/core/json.h"
#include "engine/state/directory.h"

namespace muster {

namespace {

constexpr std::string_view kAdministrationPath = "/api/muster/default";
constexpr int kAcceptedStatus = 202;
constexpr auto kBetweenLooks = std::chrono::milliseconds{250};
constexpr auto kPlanMax = std::chrono::minutes{5};

/// The default schema, made stricter: a tenth of the rooms would not fit.
constexpr std::string_view kStricter =
    R"({"schema":{"type":"object","properties":{)"
    R"("given_name":{"type":"string","minLength":1,"maxLength":100},)"
    R"("family_name":{"type":"string","minLength":1,"maxLength":100},)"
    R"("name":{"type":"string","minLength":1},)"
    R"("department":{"type":"string"},"title":{"type":"string"},)"
    R"("locale":{"type":"string","pattern":"^[a-z]{2}-[A-Z]{2}$"},)"
    R"("room":{"type":"string","pattern":"^[0-8]"},)"
    R"("preferences":{"type":"object","properties":{"newsletter":{"type":"boolean"},)"
    R"("theme":{"enum":["light","dark"]},"items_per_page":{"type":"integer","maximum":100}}}},)"
    R"("required":["given_name","family_name","name"]}})";

class LoadUntil final : public MixedRequests {
 public:
  LoadUntil(const SharedRequests& shared, std::size_t thread, const std::atomic<bool>& stopped)
      : MixedRequests{shared, thread}, stopped_{stopped} {}

  bool append_request(std::string& out) override {
    return !stopped_ && MixedRequests::append_request(out);
  }

 private:
  const std::atomic<bool>& stopped_;
};

struct Plan {
  std::string id;
  std::string status;
  double total = 0;
  double examined = 0;
  double unfit = 0;
};

Result<Plan> read_plan(std::string_view json) {
  MUSTER_TRY(const JsonDocument document, parse_json(json));
  const auto text = [&](std::string_view name) {
    const auto value = document.root().find_set(name);
    return std::string{value ? value->text().value_or("") : ""};
  };
  const auto number = [&](std::string_view name) {
    const auto value = document.root().find_set(name);
    return value && value->is_number() ? value->as_double() : 0.0;
  };
  return Plan{text("id"), text("status"), number("total"), number("examined"), number("unfit")};
}

class Planner {
 public:
  explicit Planner(const BenchContext& context)
      : target_{*context.target},
        format_{target_.endpoint, "Bearer " + context.admin_token},
        path_{target_.endpoint.path + std::string{kAdministrationPath}},
        pool_{context.target->pool} {}

  /// Makes a plan for the pool's payload schema and waits for its end.
  Result<Plan> run() {
    MUSTER_TRY(const std::string schema, payload_schema());
    std::string request;
    format_.append_json(request, "POST", path_ + "/schemas/" + schema + "/plan", kStricter);
    MUSTER_TRY(const std::string begun, ask(target_, request, kAcceptedStatus));
    MUSTER_TRY(Plan plan, read_plan(begun));
    const auto until = std::chrono::steady_clock::now() + kPlanMax;
    while (plan.status == "running" && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(kBetweenLooks);
      request.clear();
      format_.append_get(request, path_ + "/plans/" + plan.id);
      MUSTER_TRY(const std::string json, ask(target_, request, kOk));
      MUSTER_TRY(plan, read_plan(json));
    }
    if (plan.status != "done") {
      return failure(Errc::kUnavailable, "plan_not_done", "the plan's status is " + plan.status);
    }
    return plan;
  }

 private:
  Result<std::string> payload_schema() {
    std::string request;
    format_.append_get(request,
                       target_.endpoint.path + "/api/identity/default/admin/pools/" + pool_);
    MUSTER_TRY(const std::string json, ask(target_, request, kOk));
    MUSTER_TRY(const JsonDocument pool, parse_json(json));
    const auto id = pool.root().find_set("payload_schema_id");
    const std::string schema{id ? id->text().value_or("") : ""};
    if (schema == kDefaultPayloadSchema) {
      return failure(Errc::kInvalid,
                     "system_schema",
                     "the pool's payload schema never changes; make a pool with another one first");
    }
    return schema;
  }

  const HttpTarget& target_;
  HttpRequestFormat format_;
  std::string path_;
  std::string pool_;
};

struct UnderLoad {
  ScenarioResult load;
  Plan plan;
  double seconds = 0;
};

/// The load for as long as a plan takes.
Result<UnderLoad> plan_under_load(BenchContext& context, const SharedRequests& shared) {
  std::atomic<bool> stopped = false;
  LoadOptions options;
  options.endpoint = context.target->endpoint;
  options.connections = context.connections;
  options.threads = context.threads;
  Result<ScenarioResult> load = ScenarioResult{};
  std::thread loading{[&] {
    load = measure_once(*context.target, options, [&](std::size_t thread) {
      return std::make_unique<LoadUntil>(shared, thread, stopped);
    });
  }};
  const auto begun = std::chrono::steady_clock::now();
  auto plan = Planner{context}.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  stopped = true;
  loading.join();
  MUSTER_CHECKED(plan);
  MUSTER_CHECKED(load);
  return UnderLoad{*std::move(load), *std::move(plan), took.count()};
}

Result<ScenarioResult> load_alone(const BenchContext& context, const SharedRequests& shared) {
  return measure_load(context, *context.target, [&](std::size_t thread) {
    return std::make_unique<MixedRequests>(shared, thread);
  });
}

Result<ScenarioResult> run_plan(BenchContext& context) {
  if (!context.target) {
    return no_server();
  }
  if (context.users == 0) {
    return no_users();
  }
  if (context.admin_token.empty()) {
    return failure(Errc::kInvalid, "no_administrator", "plans need --admin-client");
  }
  const SharedRequests shared{context, *context.target};
  MUSTER_TRY(const ScenarioResult before, load_alone(context, shared));
  MUSTER_TRY(const UnderLoad with, plan_under_load(context, shared));
  MUSTER_TRY(const ScenarioResult after, load_alone(context, shared));
  ScenarioResult result;
  result.scenario = "plan";
  result.metrics = {{"seconds", with.seconds, "s"},
                    {"users a second", with.plan.examined / with.seconds, "1/s"},
                    {"users", with.plan.examined, ""},
                    {"unfit", with.plan.unfit, ""}};
  for (const std::string name : {"throughput", "p50", "p99", "errors"}) {
    const std::string unit = name == "throughput" ? "1/s" : name == "errors" ? "" : "us";
    result.metrics.push_back({name + " before", metric_of(before, name), unit});
    result.metrics.push_back({name + " with", metric_of(with.load, name), unit});
    result.metrics.push_back({name + " after", metric_of(after, name), unit});
  }
  const double alone = (metric_of(before, "p99") + metric_of(after, "p99")) / 2;
  result.metrics.push_back({"p99 with a plan : without", metric_of(with.load, "p99") / alone, ""});
  result.notes = with.load.notes;
  result.notes.emplace_back("80 % get, 10 % by_key, 5 % list, 5 % create");
  return result;
}

constexpr std::array<Scenario, 1> kScenarios = {{
    {"plan",
     "compare every user with another schema, while others read and write",
     &run_plan,
     true},
}};

}  // namespace

std::span<const Scenario> plan_scenarios() {
  return kScenarios;
}

}  // namespace muster
