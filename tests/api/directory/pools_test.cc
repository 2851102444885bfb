#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {

TEST_CASE("a pool that says only its name gets the defaults, and shows them") {
  const Response made =
      stack().admin(Method::kPost, "/pools", R"({"tenant_id":"default","name":"Defaults"})");
  REQUIRE(made.status == 201);
  const std::string id = at(made, "/id");
  CHECK(id.size() == 38);  // a UUID and its quotes
  CHECK(at(made, "/tenant_id") == "\"default\"");
  CHECK(at(made, "/payload_schema_id") == "\"default_payload\"");
  CHECK(at(made, "/metadata_schema_id") == "\"default_metadata\"");
  CHECK(at(made, "/business_metadata_schema_id") == "absent");
  CHECK(at(made, "/identifier_case_insensitive") == "false");
  CHECK(at(made, "/public_registration_allowed") == "false");
  CHECK(at(made, "/authentication_mechanisms") == R"(["password"])");
  CHECK(at(made, "/preferred_authentication_mechanism") == "\"password\"");
  CHECK(at(made, "/otp_settings/challenge") == R"({"length":6,"ttl":"5m0s"})");
  CHECK(at(made, "/password_settings") == R"({"hashing_method":"bcrypt","expires_after":"0s"})");
  CHECK(at(made, "/number_of_users") == "0");
  const Response read = stack().system(Method::kGet, "/pools/" + id.substr(1, 36));
  CHECK(read.bytes() == made.bytes());
  CHECK(read.header("ETag") == made.header("ETag"));
  CHECK(version_of(made) == "1.1.0.0");
}

TEST_CASE("what the generated Go client sends for a pool is understood") {
  // Unset arrays and objects are null, unset times are the year 1, zero values are left out.
  const Response made = stack().admin(
      Method::kPost,
      "/pools",
      R"({"authentication_mechanisms":null,"id":"gopool","metadata":null,"mfa_session_ttl":"1 hour",)"
      R"("name":"gopool","otp_settings":null,"password_policy":null,"password_settings":null,)"
      R"("created_at":"0001-01-01T00:00:00.000Z","second_factor_authentication_mechanisms":null,)"
      R"("tenant_id":"somebody-elses","from_a_later_version":{"x":1}})");
  CHECK(made.status == 201);
  CHECK(at(made, "/id") == "\"gopool\"");
  CHECK(at(made, "/tenant_id") == "\"default\"");
  CHECK(at(made, "/mfa_session_ttl") == "\"1h0m0s\"");
}

TEST_CASE("replacing a pool replaces all of it, and the path says which one") {
  stack().make_pool("replaced", R"(,"description":"before","public_registration_allowed":true)");
  const Response changed = stack().admin(
      Method::kPut, "/pools/replaced", R"({"id":"other","name":"Renamed","badge_color":"red"})");
  CHECK(changed.status == 200);
  CHECK(at(changed, "/id") == "\"replaced\"");
  CHECK(at(changed, "/name") == "\"Renamed\"");
  CHECK(at(changed, "/badge_color") == "\"red\"");
  CHECK(at(changed, "/description") == "absent");
  CHECK(at(changed, "/public_registration_allowed") == "false");
  CHECK(stack().admin(Method::kGet, "/pools/other").status == 404);
  CHECK(stack().admin(Method::kGet, "/pools/replaced").bytes() == changed.bytes());
}

TEST_CASE("replacing a pool by what it is changes nothing") {
  stack().make_pool("same");
  const std::string body = R"({"name":"same"})";
  const Response first = stack().admin(Method::kPut, "/pools/same", body);
  const Response second = stack().admin(Method::kPut, "/pools/same", body);
  CHECK(second.status == 200);
  CHECK(version_of(second) == "1.1.0.0");
  CHECK(first.header("Muster-Position") == second.header("Muster-Position"));
}

TEST_CASE("every fault of a pool is told at once, wrong types before wrong values") {
  const Response values =
      stack().admin(Method::kPost,
                    "/pools",
                    R"({"id":"/","name":"a b","authentication_mechanisms":["sms"],)"
                    R"("otp_settings":{"challenge":{"length":3,"ttl":"never"}}})");
  CHECK(values.status == 422);
  CHECK(at(values, "/error_code") == "\"invalid_request\"");
  CHECK(column(values, "x", "y") == "absent");
  CHECK(at(values, "/details/faults/4/pointer") != "absent");
  const Response types = stack().admin(
      Method::kPost, "/pools", R"({"name":7,"description":[],"otp_settings":{"challenge":1}})");
  CHECK(types.status == 400);
  CHECK(at(types, "/error_code") == "\"invalid_body\"");
  CHECK(at(types, "/details/faults/2/rule") == "\"type\"");
}

TEST_CASE("a pool counts its users, and its ETag changes with them") {
  stack().make_pool("counted");
  const Response before = stack().admin(Method::kGet, "/pools/counted");
  stack().make_user("counted", "ann");
  stack().make_user("counted", "jim", R"(,"user_type":"jit")");
  const Response after = stack().admin(Method::kGet, "/pools/counted");
  CHECK(at(after, "/number_of_users") == "2");
  CHECK(at(after, "/number_of_standard_users") == "1");
  CHECK(at(after, "/number_of_jit_users") == "1");
  CHECK(version_of(before) == "1.1.0.0");
  CHECK(version_of(after) == "1.1.1.1");
}

TEST_CASE("pools are paged by name or by id, both ways") {
  // A prefix of their own keeps the pools of other tests out by search_phrase.
  stack().make_pool("zpage1", R"(,"description":"a")");
  stack().make_pool("zpage2");
  stack().make_pool("zpage3");
  REQUIRE(stack().admin(Method::kPut, "/pools/zpage1", R"({"name":"zpage9"})").status == 200);

  struct Row {
    std::string_view query;
    std::string_view ids;
  };

  const Row rows[] = {
      {"", "zpage2,zpage3,zpage1"},
      {"&sort=name", "zpage2,zpage3,zpage1"},
      {"&sort=id", "zpage1,zpage2,zpage3"},
      {"&sort=id&order=asc", "zpage1,zpage2,zpage3"},
      {"&sort=id&order=acs", "zpage1,zpage2,zpage3"},
      {"&sort=id&order=desc", "zpage3,zpage2,zpage1"},
      {"&sort=id&limit=2", "zpage1,zpage2"},
      {"&sort=id&after_pool_id=zpage1", "zpage2,zpage3"},
      {"&sort=id&before_pool_id=zpage3", "zpage1,zpage2"},
      {"&sort=id&before_pool_id=zpage3&limit=1", "zpage2"},
      {"&sort=id&order=desc&after_pool_id=zpage2", "zpage1"},
      {"&sort=name&after_pool_id=zpage3", "zpage1"},
      {"&sort=name&before_pool_id=zpage1", "zpage2,zpage3"},
      {"&after_pool_id=", "zpage2,zpage3,zpage1"},
  };
  for (const Row& row : rows) {
    INFO(row.query);
    const Response page =
        stack().admin(Method::kGet, "/pools?search_phrase=ZPAGE" + std::string{row.query});
    CHECK(page.status == 200);
    CHECK(column(page, "pools", "id") == row.ids);
  }
}

TEST_CASE("parameters of a list that cannot be understood are refused by name") {
  struct Row {
    std::string_view query;
    std::string_view parameter;
  };

  const Row rows[] = {
      {"limit=0", "limit"},
      {"limit=101", "limit"},
      {"limit=-1", "limit"},
      {"limit=ten", "limit"},
      {"limit=1.5", "limit"},
      {"limit=99999999999999999999", "limit"},
      {"sort=age", "sort"},
      {"order=up", "order"},
      {"after_pool_id=a&before_pool_id=b", "before_pool_id"},
      {"after_pool_id=nowhere", "after_pool_id"},
  };
  for (const Row& row : rows) {
    INFO(row.query);
    const Response refused = stack().system(Method::kGet, "/pools?" + std::string{row.query});
    CHECK(refused.status == 400);
    CHECK(at(refused, "/details/faults/0/pointer") == '"' + std::string{row.parameter} + '"');
  }
}

TEST_CASE("a deleted pool and its users are gone at once") {
  stack().make_pool("doomed");
  stack().make_user("doomed", "ann", R"(,"identifiers":[{"identifier":"a","type":"uid"}])");
  CHECK(stack().admin(Method::kDelete, "/pools/doomed").status == 204);
  CHECK(stack().admin(Method::kGet, "/pools/doomed").status == 404);
  CHECK(stack().admin(Method::kGet, "/pools/doomed/users/ann").status == 404);
  CHECK(stack().admin(Method::kPut, "/pools/doomed/users/ann", R"({"status":"new"})").status ==
        404);
  CHECK(column(stack().admin(Method::kGet, "/pools?search_phrase=doomed"), "pools", "id").empty());
}

}  // namespace muster::test
