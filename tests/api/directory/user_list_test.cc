#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

/// Four users: a and b of the team blue, c of red, d without a team.
void make_people(std::string_view pool, std::string_view more = {}) {
  stack().make_pool(pool, more);
  const auto person = [&](std::string_view id, std::string_view family, std::string_view extra) {
    stack().make_user(pool,
                      id,
                      R"(,"payload":{"given_name":"X","family_name":")" + std::string{family} +
                          R"(","name":"X","tags":["t1",")" + std::string{id} + "\"]}" +
                          std::string{extra});
  };
  person("a",
         "Lee",
         R"(,"metadata":{"team":"blue"},"identifiers":[{"identifier":"Anna","type":"uid"}])");
  person(
      "b",
      "Lee",
      R"(,"metadata":{"team":"blue","n":1},"identifiers":[{"identifier":"hanna","type":"uid"}])");
  person("c",
         "Fox",
         R"(,"metadata":{"team":"red"},"verifiable_addresses":[)"
         R"({"address":"c@anna.test","type":"email","status":"active","verified":true}])");
  person("d",
         "Fox",
         R"(,"verifiable_addresses":[)"
         R"({"address":"d@anna.test","type":"email","status":"active","verified":false}])");
}

std::string ids(std::string_view pool, std::string_view parameters) {
  const Response page = stack().admin(
      Method::kGet, "/pools/" + std::string{pool} + "/users?" + std::string{parameters});
  INFO(parameters << page.bytes());
  CHECK(page.status == 200);
  return column(page, "users", "id");
}

}  // namespace

TEST_CASE("users are paged by id, both ways, whatever sort and order say") {
  make_people("paged");

  struct Row {
    std::string_view parameters;
    std::string_view expected;
  };

  const Row rows[] = {
      {"", "a,b,c,d"},
      {"limit=2", "a,b"},
      {"limit=2&after_user_id=b", "c,d"},
      {"after_user_id=bb", "c,d"},
      {"after_user_id=d", ""},
      {"before_user_id=d", "a,b,c"},
      {"before_user_id=d&limit=2", "b,c"},
      {"before_user_id=a", ""},
      {"sort=name&order=desc", "a,b,c,d"},
      {"after_user_id=&limit=1", "a"},
  };
  for (const Row& row : rows) {
    INFO(row.parameters);
    CHECK(ids("paged", row.parameters) == row.expected);
  }
}

TEST_CASE("a query finds users by key, payload and metadata, all of which must hold") {
  make_people("queried");
  make_people("queriedfolded", R"(,"identifier_case_insensitive":true)");

  struct Row {
    std::string_view pool;
    std::string_view query;
    std::string_view expected;
  };

  const Row rows[] = {
      {"queried", R"({})", "a,b,c,d"},
      {"queried", R"({"user_key":null,"payload":null,"metadata":null})", "a,b,c,d"},
      {"queried", R"({"user_key":"Anna"})", "a"},
      {"queried", R"({"user_key":"anna"})", "b"},
      {"queriedfolded", R"({"user_key":"ANNA"})", "a,b"},
      {"queried", R"({"user_key":"anna.test"})", "c"},
      {"queried", R"({"user_key":"d"})", "d"},
      {"queried", R"({"payload":{"family_name":"Fox"}})", "c,d"},
      {"queried", R"({"payload":{"family_name":"fox"}})", ""},
      {"queried", R"({"payload":{"tags":["t1","b"]}})", "b"},
      {"queried", R"({"payload":{"tags":"c"}})", "c"},
      {"queried", R"({"metadata":{"team":"blue"}})", "a,b"},
      {"queried", R"({"metadata":{"n":1.0}})", "b"},
      {"queried", R"({"metadata":{"n":"1"}})", ""},
      {"queried", R"({"metadata":{"team":"blue"},"user_key":"Anna"})", "a"},
      {"queried", R"({"metadata":{"team":"red"},"payload":{"family_name":"Lee"}})", ""},
  };
  for (const Row& row : rows) {
    INFO(row.pool << row.query);
    CHECK(ids(row.pool, "query=" + url_encoded(row.query)) == row.expected);
  }
}

TEST_CASE("a query that cannot be understood is refused") {
  stack().make_pool("refused");
  const std::string_view queries[] = {"x",
                                      "[]",
                                      "7",
                                      R"({"user_key":7})",
                                      R"({"payload":"x"})",
                                      R"({"metadata":[1]})",
                                      R"({"name":"x"})",
                                      R"({"user_key":"a","user_key":"b"})"};
  for (const std::string_view query : queries) {
    INFO(query);
    const Response refused =
        stack().system(Method::kGet, "/pools/refused/users?query=" + url_encoded(query));
    CHECK(refused.status == 400);
    CHECK(at(refused, "/details/faults/0/pointer") == "\"query\"");
  }
  for (const std::string_view parameters :
       {"limit=0", "limit=x", "after_user_id=a&before_user_id=b"}) {
    INFO(parameters);
    CHECK(stack().admin(Method::kGet, "/pools/refused/users?" + std::string{parameters}).status ==
          400);
  }
}

TEST_CASE("an entry of a list has the summary's members") {
  make_people("entries");
  const Response page = stack().admin(Method::kGet, "/pools/entries/users");
  CHECK(at(page, "/users/0/identifiers") == R"(["Anna"])");
  CHECK(at(page, "/users/0/identifiers_with_details") == R"([{"type":"uid","value":"Anna"}])");
  CHECK(at(page, "/users/0/payload/family_name") == "\"Lee\"");
  CHECK(at(page, "/users/0/credentials") == "absent");
  CHECK(at(page, "/users/2/verified addresses") == R"(["c@anna.test"])");
  CHECK(at(page, "/users/3/addresses") == R"([{"address":"d@anna.test","verified":false}])");
  CHECK(at(page, "/users/3/verified addresses") == "[]");
  CHECK(stack().admin(Method::kGet, "/pools/entries/users?after_user_id=x").bytes() ==
        R"({"users":[]})");
}

TEST_CASE("a list has an ETag in the admin family, and none in the system family") {
  make_people("tagged");
  const Response first = stack().admin(Method::kGet, "/pools/tagged/users");
  CHECK(first.header("ETag").size() > 2);
  CHECK(stack().system(Method::kGet, "/pools/tagged/users").header("ETag").empty());
  Call again = stack().call(ApiFamily::kAdmin, Method::kGet, "/pools/tagged/users");
  again.headers.emplace_back("If-None-Match", first.header("ETag"));
  CHECK(stack().send(again).status == 304);
  stack().make_user("tagged", "e");
  CHECK(stack().send(again).status == 200);
}

}  // namespace muster::test
