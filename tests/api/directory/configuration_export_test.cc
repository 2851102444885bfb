#include <set>

#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

constexpr std::string_view kParts =
    R"(,"identifiers":[{"identifier":"ann@e.test","type":"email"}],)"
    R"("verifiable_addresses":[{"address":"ann@e.test","type":"email","verified":true}],)"
    R"("credentials":[{"type":"password","password":"correct horse"}])";

TEST_CASE("the exported configuration has everything, in nine arrays, hashes included") {
  Stack stack;
  stack.make_pool("exported");
  stack.make_user("exported", "ann", kParts);
  const Response answer = stack.configuration(Method::kGet);
  CHECK(answer.status == 200);
  CHECK(column(answer, "pools", "id") == "exported");
  CHECK(at(answer, "/pools/0/number_of_users") == "absent");
  CHECK(column(answer, "schemas", "id") == "default_metadata,default_payload");
  CHECK(at(answer, "/schemas/0/created_at") == "absent");
  CHECK(column(answer, "users", "id") == "ann");
  CHECK(at(answer, "/users/0/identifiers") == "absent");
  CHECK(at(answer, "/user_identifiers/0/identifier") == "\"ann@e.test\"");
  CHECK(at(answer, "/user_identifiers/0/user_id") == "\"ann\"");
  CHECK(at(answer, "/user_verifiable_addresses/0/verified") == "true");
  CHECK(at(answer, "/user_credentials/0/payload/hashed_password/config/method") == "\"bcrypt\"");
  CHECK(at(answer, "/codes") == "[]");
  CHECK(at(answer, "/groups") == "[]");
  CHECK(at(answer, "/group_members") == "[]");
}

TEST_CASE("an export of many users comes in pieces and misses nobody") {
  Stack stack;
  stack.make_pool("first");
  stack.make_pool("second");
  const std::string filling(3000, 'x');
  for (int i = 0; i < 60; ++i) {
    stack.make_user(i % 2 == 0 ? "first" : "second",
                    "u" + std::to_string(i),
                    R"(,"metadata":{"filling":")" + filling +
                        R"("},"identifiers":[{"identifier":"i)" + std::to_string(i) +
                        R"(","type":"uid"}])");
  }
  const Response answer = stack.configuration(Method::kGet);
  REQUIRE(answer.status == 200);
  const auto json = parse_json(answer.bytes());
  REQUIRE(json.has_value());
  std::set<std::string> seen;
  for (const JsonValue user : json->root().find("users")->elements()) {
    seen.emplace(user.find("id")->as_string());
  }
  CHECK(seen.size() == 60);
  CHECK(json->root().find("user_identifiers")->size() == 60);

  const Services& services = stack.services();
  const auto walk = services.configuration.walk(services.published.now(), LogId{1}, "default");
  std::size_t steps = 0;
  for (bool last = false; !last; ++steps) {
    const auto step = walk->next();
    REQUIRE(step.has_value());
    std::size_t bytes = 0;
    for (const std::string& entry : step->entries) {
      bytes += entry.size();
    }
    CHECK(bytes < DumpWalk::kStepBytesMax + 8192);
    last = step->last;
  }
  CHECK(steps > 10);
}

TEST_CASE("an export needs the scope to read, which the scope to change includes") {
  Stack& shared = stack();
  const auto status = [&](std::string_view scope, Method method) {
    Call call{method, "/api/identity/default/configuration", method == Method::kGet ? "" : "{}"};
    call.headers.emplace_back("Authorization", "Bearer " + shared.token("system", scope));
    return shared.send(call).status;
  };
  CHECK(status("read_configuration", Method::kGet) == 200);
  CHECK(status("manage_configuration", Method::kGet) == 200);
  CHECK(status("identity", Method::kGet) == 403);
  CHECK(status("read_configuration", Method::kPut) == 403);
  CHECK(status("manage_configuration", Method::kPut) == 204);
}

TEST_CASE("what is deleted is not exported, and the older path shows the same") {
  Stack stack;
  stack.make_pool("gone");
  stack.make_pool("kept");
  stack.make_user("gone", "ann", kParts);
  REQUIRE(stack.system(Method::kDelete, "/pools/gone").status == 204);
  const Response answer = stack.configuration(Method::kGet);
  CHECK(column(answer, "pools", "id") == "kept");
  CHECK(at(answer, "/users") == "[]");
  CHECK(at(answer, "/user_credentials") == "[]");
  Call older{Method::kGet, "/api/identity/system/default/configuration"};
  older.headers.emplace_back("Authorization", "Bearer " + stack.token("system"));
  CHECK(stack.send(older).bytes() == answer.bytes());
}

}  // namespace
}  // namespace muster::test
