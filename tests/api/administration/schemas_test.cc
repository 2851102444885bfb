#include <chrono>
#include <thread>

#include "api/server/schema_plans.h"
#include "tests/api/administration/offices.h"

namespace muster::test {
namespace {

constexpr std::string_view kLoose = R"({"type":"object","properties":{"age":{"type":"integer"}}})";
constexpr std::string_view kStrict =
    R"({"type":"object","properties":{"age":{"type":"integer","minimum":18}},"required":["age"]})";

/// Who does not fit kStrict.
constexpr std::string_view kSeven =
    R"({"total":7,"users":[{"id":"u11","unfit":["payload"]},{"id":"u12","unfit":["payload"]},)"
    R"({"id":"u13","unfit":["payload"]},{"id":"u14","unfit":["payload"]},)"
    R"({"id":"u15","unfit":["payload"]},{"id":"u16","unfit":["payload"]},)"
    R"({"id":"u17","unfit":["payload"]}]})";

/// A pool of ten users, one year apart from 11 on, under a schema of its own.
class Ages {
 public:
  Ages() {
    Offices::must(
        201,
        offices.stack.admin(Method::kPost,
                            "/schemas",
                            R"({"id":"aged","name":"aged","schema":)" + std::string{kLoose} + "}"));
    offices.stack.make_pool("aged", R"(,"payload_schema_id":"aged")");
    for (int age = 11; age <= 20; ++age) {
      const std::string text = std::to_string(age);
      Offices::must(201,
                    offices.stack.admin(Method::kPost,
                                        "/pools/aged/users",
                                        R"({"status":"active","id":"u)" + text +
                                            R"(","payload":{"age":)" + text + "}}"));
    }
  }

  Response plan(std::string_view schema) {
    return offices.muster(
        Method::kPost, "/schemas/aged/plan", R"({"schema":)" + std::string{schema} + "}");
  }

  /// The report of a plan that has run to its end.
  std::string planned(std::string_view schema) {
    const Response begun = plan(schema);
    Offices::must(202, begun);
    const std::string id = member_of(begun, "id");
    for (int tries = 0; tries < 500; ++tries) {
      const Response report = offices.muster(Method::kGet, "/plans/" + id);
      Offices::must(200, report);
      if (member_of(report, "status") != "running") {
        return std::string{report.bytes()};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    FAIL("the plan does not end");
    return {};
  }

  Response apply(const std::string& report, std::string_view violations) {
    const auto document = parse_json(report);
    return offices.muster(Method::kPost,
                          "/schemas/aged/apply",
                          R"({"plan_id":")" +
                              std::string{document->root().find("id")->as_string()} +
                              R"(","violations":")" + std::string{violations} + "\"}");
  }

  /// The list of users that do not fit, once it is `wanted`; else what it is after five seconds.
  std::string unfit(std::string_view wanted) {
    std::string seen;
    for (int tries = 0; tries < 500 && seen != wanted; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
      seen = offices.muster(Method::kGet, "/pools/aged/unfit-users").bytes();
    }
    return seen;
  }

  Offices offices;
};

bool says(const std::string& report, std::string_view words) {
  return report.find(words) != std::string::npos;
}

TEST_CASE("a plan counts the users that would not fit, by pool and rule, with examples") {
  Ages ages;
  const std::string report = ages.planned(kStrict);
  CAPTURE(report);
  CHECK(says(report, R"("status":"done")"));
  CHECK(says(report, R"("governed":10,"unfit":7)"));
  CHECK(says(report, R"("pools":[{"id":"aged","unfit":7}])"));
  CHECK(says(report, R"({"value":"payload","pointer":"/age","keyword":"minimum","users":7})"));
  CHECK(says(report, R"("user_id":"u11")"));
  CHECK(says(report, R"("pointer":"/payload/age")"));
  CHECK_FALSE(says(report, "u18"));
}

TEST_CASE(
    "a plan that nobody fails can be applied, and one that somebody fails only when allowed") {
  Ages ages;
  const std::string strict = ages.planned(kStrict);
  const Response refused = ages.apply(strict, "refuse");
  CHECK(refused.status == 409);
  CHECK(says(std::string{refused.bytes()}, "users_would_not_fit"));
  CHECK(ages.apply(strict, "maybe").status == 422);
  CHECK(ages.apply(strict, "allow").status == 200);
  const std::string looser = ages.planned(kLoose);
  CHECK(ages.apply(looser, "refuse").status == 200);
}

TEST_CASE("a plan made against an older version of the schema cannot be applied") {
  Ages ages;
  const std::string first = ages.planned(kStrict);
  Offices::must(200, ages.apply(ages.planned(R"({"type":"object"})"), "refuse"));
  const Response late = ages.apply(first, "allow");
  CHECK(late.status == 409);
  CHECK(says(std::string{late.bytes()}, "plan_outdated"));
}

TEST_CASE("a schema that does not compile is refused before it is planned") {
  Ages ages;
  const Response refused = ages.plan(R"({"type":"object","$ref":"#"})");
  CHECK(refused.status == 422);
  CHECK(says(std::string{refused.bytes()}, "/schema/$ref"));
}

TEST_CASE("a plan of a schema that is never changed is refused at once") {
  Offices offices;
  const Response refused = offices.muster(
      Method::kPost, "/schemas/default_payload/plan", R"({"schema":{"type":"object"}})");
  CHECK(refused.status == 409);
  CHECK(member_of(refused, "code") == "system_schema");
}

TEST_CASE("a plan of a schema that is gone is none of the schema that got its id") {
  Offices offices;
  const std::string body = R"({"id":"again","name":"again","schema":{"type":"object"}})";
  Offices::must(201, offices.stack.admin(Method::kPost, "/schemas", body));
  const Response begun =
      offices.muster(Method::kPost, "/schemas/again/plan", R"({"schema":{"type":"object"}})");
  Offices::must(202, begun);
  const std::string id = member_of(begun, "id");
  for (int tries = 0; tries < 500; ++tries) {
    if (member_of(offices.muster(Method::kGet, "/plans/" + id), "status") == "done") {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  Offices::must(204, offices.stack.admin(Method::kDelete, "/schemas/again"));
  Offices::must(201, offices.stack.admin(Method::kPost, "/schemas", body));
  const Response applied = offices.muster(
      Method::kPost, "/schemas/again/apply", R"({"plan_id":")" + id + R"(","violations":"allow"})");
  CHECK(applied.status == 404);
  CHECK(member_of(applied, "code") == "plan_not_found");
}

// N-05
TEST_CASE("a plan asked for again under its idempotency key is the same plan") {
  Ages ages;
  const auto ask = [&](const std::string& schema, const std::string& key) {
    return ages.offices.stack.send(
        {Method::kPost,
         "/api/muster/default/schemas/aged/plan",
         R"({"schema":)" + schema + "}",
         {{"Authorization", "Bearer " + ages.offices.stack.token("admin")},
          {"Content-Type", "application/json"},
          {"X-Idempotency-Key", key}}});
  };
  const std::string key(32, 'p');
  const Response first = ask(std::string{kStrict}, key);
  Offices::must(202, first);
  const Response again = ask(std::string{kStrict}, key);
  Offices::must(202, again);
  CHECK(member_of(again, "id") == member_of(first, "id"));
  CHECK(first.header("X-Idempotent-Replayed").empty());
  CHECK(again.header("X-Idempotent-Replayed") == "true");
  const Response other = ask(std::string{kLoose}, key);
  CHECK(other.status == 422);
  CHECK(member_of(other, "code") == "idempotency_key_reused");
  CHECK(ask(std::string{kStrict}, "short").status == 400);
  CHECK(ask(std::string{kStrict}, "").status == 400);
  CHECK(ask(std::string{kStrict}, std::string(31, 'p') + "\xC3\xA9").status == 400);
}

/// Makes an empty plan for a tenant and waits for its end.
std::string plan_once(Offices& offices, LogId log) {
  SchemaPlans& plans = offices.stack.services().plans;
  auto compiled = CompiledSchema::compile(R"({"type":"object"})");
  REQUIRE(compiled);
  for (int tries = 0; tries < 500; ++tries) {
    SchemaPlans::Wanted wanted;
    static int number = 0;
    wanted.id = "plan" + std::to_string(++number);
    wanted.log = log;
    wanted.schema_id = "default_metadata";
    wanted.compiled = *compiled;
    const std::string id = wanted.id;
    if (plans.start(std::move(wanted))) {
      return id;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return {};
}

TEST_CASE("plans of one tenant do not push out another's") {
  Offices offices;
  constexpr LogId kOne{1};
  constexpr LogId kOther{2};
  const std::string others = plan_once(offices, kOther);
  const std::string first = plan_once(offices, kOne);
  for (std::size_t i = 0; i < 2 * SchemaPlans::kKeptMax; ++i) {
    REQUIRE_FALSE(plan_once(offices, kOne).empty());
  }
  const SchemaPlans& plans = offices.stack.services().plans;
  CHECK(plans.find(kOther, others).has_value());
  CHECK_FALSE(plans.find(kOne, first).has_value());
}

TEST_CASE("a finished plan stays as it is when it is cancelled") {
  Ages ages;
  const std::string report = ages.planned(kStrict);
  const auto document = parse_json(report);
  const std::string path = "/plans/" + std::string{document->root().find("id")->as_string()};
  CHECK(member_of(ages.offices.muster(Method::kDelete, path), "status") == "done");
  CHECK(ages.offices.muster(Method::kGet, "/plans/none").status == 404);
}

TEST_CASE("users who no longer fit are listed and counted until they do") {
  Ages ages;
  constexpr std::string_view kNobody = R"({"total":0,"users":[]})";
  CHECK(ages.unfit(kNobody) == kNobody);
  Offices::must(
      200,
      ages.offices.stack.admin(Method::kPut,
                               "/schemas/aged",
                               R"({"name":"aged","schema":)" + std::string{kStrict} + "}"));
  CHECK(ages.unfit(kSeven) == kSeven);

  Offices::must(
      200,
      ages.offices.stack.admin(Method::kPut, "/pools/aged/users/u11", R"({"payload":{"age":40}})"));
  const Response list =
      ages.offices.muster(Method::kGet, "/pools/aged/unfit-users?limit=2&after_user_id=u15");
  CHECK(
      list.bytes() ==
      R"({"total":6,"users":[{"id":"u16","unfit":["payload"]},{"id":"u17","unfit":["payload"]}]})");

  Offices::must(
      200,
      ages.offices.stack.admin(Method::kPut,
                               "/schemas/aged",
                               R"({"name":"aged","schema":)" + std::string{kLoose} + "}"));
  CHECK(ages.unfit(kNobody) == kNobody);
}

/// Version and schema of all that a page of the history shows.
std::string versions_in(const Response& history) {
  const auto document = parse_json(history.bytes());
  std::string versions;
  for (const JsonValue version : document->root().find("versions")->elements()) {
    versions += std::to_string(*version.find("version")->whole()) +
                version.find("schema")->minified() + " ";
  }
  return versions;
}

TEST_CASE("a plan is not applied over users who came after it and would not fit") {
  Ages ages;
  const std::string modest =
      R"({"type":"object","properties":{"age":{"type":"integer","maximum":99}}})";
  const std::string plan = ages.planned(modest);
  CHECK(says(plan, R"("unfit":0)"));
  Offices::must(
      201,
      ages.offices.stack.admin(Method::kPost,
                               "/pools/aged/users",
                               R"({"status":"active","id":"old","payload":{"age":120}})"));
  const Response refused = ages.apply(plan, "refuse");
  CHECK(refused.status == 409);
  CHECK(at(refused, "/code") == "\"users_would_not_fit\"");
  Offices::must(204, ages.offices.stack.admin(Method::kDelete, "/pools/aged/users/old"));
  CHECK(ages.apply(plan, "refuse").status == 200);
}

TEST_CASE("every version of a schema is kept, and pages lead to the first") {
  Ages ages;
  Offices::must(200, ages.apply(ages.planned(kStrict), "allow"));
  const auto history = [&](const std::string& query) {
    return versions_in(ages.offices.muster(Method::kGet, "/schemas/aged/history" + query));
  };
  const std::string first = "1" + std::string{kLoose} + " ";
  const std::string second = "2" + std::string{kStrict} + " ";
  CHECK(history("") == second + first);
  CHECK(history("?limit=1") == second);
  CHECK(history("?limit=1&before_version=2") == first);
  CHECK(history("?before_version=1").empty());
  CHECK(ages.offices.muster(Method::kGet, "/schemas/aged/history?before_version=x").status == 400);
  CHECK(at(ages.offices.muster(Method::kGet, "/schemas/aged/history?before_version=2"),
           "/versions/0/name") == "\"aged\"");
}

TEST_CASE("the entity tag of a schema stays while its users are compared with it") {
  Ages ages;
  const Response applied = ages.apply(ages.planned(kStrict), "allow");
  Offices::must(200, applied);
  CHECK(ages.unfit(kSeven) == kSeven);
  for (int tries = 0; tries < 50; ++tries) {  // that it is compared is noted after the users
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    const Response read = ages.offices.stack.admin(Method::kGet, "/schemas/aged");
    REQUIRE(read.header("ETag") == applied.header("ETag"));
  }
}

}  // namespace
}  // namespace muster::test
