#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {

TEST_CASE("an added identifier is answered as it is stored, with the user's new ETag") {
  stack().make_pool("ids");
  stack().make_user("ids", "ann", R"(,"identifiers":[{"identifier":"first","type":"uid"}])");
  const Response added =
      stack().system(Method::kPost,
                     "/pools/ids/users/ann/identifiers/add",
                     R"({"identifier":"Ann@A.test","type":"email","metadata":{"k":[1]}})");
  CHECK(added.status == 200);
  CHECK(version_of(added) == "1.2");
  CHECK(at(added, "/identifier") == "\"Ann@A.test\"");
  CHECK(at(added, "/identifier_lc") == "\"ann@a.test\"");
  CHECK(at(added, "/type") == "\"email\"");
  CHECK(at(added, "/metadata") == R"({"k":[1]})");
  CHECK(at(added, "/user_id") == "\"ann\"");
  const Response user = stack().system(Method::kGet, "/pools/ids/users/ann");
  CHECK(at(user, "/identifiers/1") == added.bytes());
  CHECK(version_of(user) == "1.2");
}

TEST_CASE("an identifier has one owner in its pool, whatever its type") {
  stack().make_pool("owned");
  stack().make_pool("ownedfolded", R"(,"identifier_case_insensitive":true)");

  struct Row {
    std::string_view pool;
    std::string_view user;
    std::string_view value;
    std::string_view type;
    int status;
  };

  for (const std::string_view pool : {"owned", "ownedfolded"}) {
    stack().make_user(pool, "ann", R"(,"identifiers":[{"identifier":"Ann","type":"uid"}])");
    stack().make_user(pool, "bob");
  }
  const Row rows[] = {
      {"owned", "bob", "Ann", "external", 409},
      {"owned", "ann", "Ann", "uid", 409},
      {"owned", "bob", "ann", "uid", 200},
      {"ownedfolded", "bob", "ANN", "uid", 409},
      {"ownedfolded", "ann", "ANN", "external", 409},
      {"ownedfolded", "bob", "bob", "federated", 200},
  };
  for (const Row& row : rows) {
    INFO(row.pool << ' ' << row.user << ' ' << row.value);
    const Response added = stack().admin(
        Method::kPost,
        "/pools/" + std::string{row.pool} + "/users/" + std::string{row.user} + "/identifiers/add",
        R"({"identifier":")" + std::string{row.value} + R"(","type":")" + std::string{row.type} +
            "\"}");
    CHECK(added.status == row.status);
    if (row.status == 409) {
      CHECK(at(added, "/error_code") == "\"identifier_taken\"");
    }
  }
}

TEST_CASE("an identifier may equal another user's verified address") {
  stack().make_pool("kinds");
  stack().make_user("kinds",
                    "ann",
                    R"(,"verifiable_addresses":[{"address":"a@a.test","type":"email",)"
                    R"("status":"active","verified":true}])");
  stack().make_user("kinds", "bob", R"(,"identifiers":[{"identifier":"a@a.test","type":"email"}])");
  const std::string path = "/pools/kinds/users/by_key";
  CHECK(at(stack().system(Method::kPost, path, R"({"address":"a@a.test"})"), "/id") == "\"ann\"");
  CHECK(at(stack().system(Method::kPost, path, R"({"identifier":"a@a.test"})"), "/id") ==
        "\"bob\"");
}

TEST_CASE("a removed identifier is free again, and the last one may go") {
  stack().make_pool("removed");
  stack().make_user("removed", "ann", R"(,"identifiers":[{"identifier":"a","type":"uid"}])");
  stack().make_user("removed", "bob");
  const std::string add = "/pools/removed/users/bob/identifiers/add";
  const std::string body = R"({"identifier":"a","type":"uid"})";
  CHECK(stack().admin(Method::kPost, add, body).status == 409);
  const Response gone = stack().admin(
      Method::kPost, "/pools/removed/users/ann/identifiers/remove", R"({"identifier":"a"})");
  CHECK(gone.status == 204);
  CHECK(version_of(gone) == "1.2");
  CHECK(stack().admin(Method::kPost, add, body).status == 200);
  const Response lost = stack().admin(
      Method::kPost, "/pools/removed/users/ann/identifiers/remove", R"({"identifier":"a"})");
  CHECK(lost.status == 404);
  CHECK(at(lost, "/error_code") == "\"identifier_not_found\"");
}

}  // namespace muster::test
