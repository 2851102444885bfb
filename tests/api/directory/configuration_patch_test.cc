#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

/// Pools a and b; users ann (with identifier and password state) and bob in a; group g.
void fill(Stack& stack) {
  const Response made = stack.configuration(
      Method::kPut,
      R"({"pools":[{"id":"a","name":"a"},{"id":"b","name":"b"}],)"
      R"("groups":[{"user_pool_id":"a","id":"g","name":"g"}],)"
      R"("users":[{"user_pool_id":"a","id":"ann","status":"new"},{"user_pool_id":"a","id":"bob","status":"new"}],)"
      R"("user_identifiers":[{"user_pool_id":"a","user_id":"ann","identifier":"one"},{"user_pool_id":"a","user_id":"ann","identifier":"two"}],)"
      R"("group_members":[{"user_pool_id":"a","group_id":"g","user_id":"ann"}]})");
  INFO(made.bytes());
  REQUIRE(made.status == 204);
}

TEST_CASE("a patch changes, adds and removes entries of the exported document") {
  Stack stack;
  fill(stack);
  const Response patched = stack.configuration(
      Method::kPatch,
      R"([{"op":"test","path":"/users/0/id","value":"ann"},)"
      R"({"op":"replace","path":"/users/0/status","value":"active"},)"
      R"({"op":"remove","path":"/user_identifiers/0"},)"
      R"({"op":"remove","path":"/users/1"},)"
      R"({"op":"add","path":"/users/-","value":{"user_pool_id":"b","id":"eve","status":"new"}},)"
      R"({"op":"copy","from":"/pools/1","path":"/pools/-"},)"
      R"({"op":"replace","path":"/pools/2/id","value":"c"},)"
      R"({"op":"replace","path":"/pools/2/name","value":"c"},)"
      R"({"op":"remove","path":"/group_members/0"}])");
  INFO(patched.bytes());
  REQUIRE(patched.status == 204);
  const Response after = stack.configuration(Method::kGet);
  CHECK(column(after, "pools", "id") == "a,b,c");
  CHECK(column(after, "users", "id") == "ann,eve");
  CHECK(at(after, "/users/0/status") == "\"active\"");
  CHECK(column(after, "user_identifiers", "identifier") == "two");
  CHECK(at(after, "/group_members") == "[]");
  CHECK(column(after, "groups", "id") == "g");
}

TEST_CASE("what belongs to a removed pool goes with it") {
  Stack stack;
  fill(stack);
  REQUIRE(stack.configuration(Method::kPatch, R"([{"op":"remove","path":"/pools/0"}])").status ==
          204);
  const Response after = stack.configuration(Method::kGet);
  CHECK(column(after, "pools", "id") == "b");
  CHECK(at(after, "/users") == "[]");
}

TEST_CASE("a removed member leaves the group that is there, not one that had its id before") {
  Stack stack{{.held_to_document = false}};
  fill(stack);
  REQUIRE(stack.admin(Method::kDelete, "/pools/a/groups/g").status == 204);
  REQUIRE(stack.admin(Method::kPost, "/pools/a/groups", R"({"id":"g","name":"g"})").status == 201);
  REQUIRE(stack.admin(Method::kPut, "/pools/a/groups/g/users/ann").status == 204);
  const Response patched =
      stack.configuration(Method::kPatch, R"([{"op":"remove","path":"/group_members/0"}])");
  INFO(patched.bytes());
  REQUIRE(patched.status == 204);
  CHECK(column(stack.admin(Method::kGet, "/pools/a/groups/g/users"), "users", "id").empty());
}

TEST_CASE("a patch that fails anywhere changes nothing") {
  Stack stack;
  fill(stack);
  const std::string before{stack.configuration(Method::kGet).bytes()};
  const auto refused = [&](const std::string& body, int status, std::string_view code) {
    const Response answer = stack.configuration(Method::kPatch, body);
    INFO(body << "\n" << answer.bytes());
    CHECK(answer.status == status);
    CHECK(at(answer, "/error_code") == '"' + std::string{code} + '"');
  };
  const std::string change = R"([{"op":"replace","path":"/users/0/status","value":"active"},)";
  refused(change + R"({"op":"test","path":"/users/0/id","value":"x"}])", 422, "patch_test_failed");
  refused(change + R"({"op":"remove","path":"/users/9"}])", 422, "patch_path_missing");
  refused(change + R"({"op":"jump","path":"/users/0"}])", 400, "invalid_patch");
  refused("{}", 400, "invalid_body");
  refused(change + R"({"op":"add","path":"/users/-","value":{"user_pool_id":"z","id":"x"}}])",
          422,
          "pool_not_found");
  // A clash is no 409 here.
  refused(
      change +
          R"({"op":"add","path":"/user_identifiers/-","value":{"user_pool_id":"a","user_id":"bob","identifier":"one"}}])",
      422,
      "identifier_taken");
  CHECK(stack.configuration(Method::kGet).bytes() == before);
}

TEST_CASE("the mode says what becomes of entries that are there already") {
  Stack stack;
  fill(stack);
  const std::string patch =
      R"([{"op":"replace","path":"/users/0/status","value":"active"},{"op":"remove","path":"/users/1"},)"
      R"({"op":"add","path":"/users/-","value":{"user_pool_id":"b","id":"eve","status":"new"}},)"
      R"({"op":"add","path":"/user_identifiers/-","value":{"user_pool_id":"a","user_id":"ann","identifier":"three"}}])";
  const Response failed = stack.configuration(Method::kPatch, patch, "?mode=fail");
  CHECK(failed.status == 422);
  CHECK(at(failed, "/error_code") == "\"entry_exists\"");
  CHECK(at(failed, "/details/faults/0/pointer") == "\"/users/0\"");

  REQUIRE(stack.configuration(Method::kPatch, patch, "?mode=ignore").status == 204);
  const Response ignored = stack.configuration(Method::kGet);
  CHECK(at(ignored, "/users/0/status") == "\"new\"");
  CHECK(column(ignored, "users", "id") == "ann,bob,eve");
  CHECK(column(ignored, "user_identifiers", "identifier") == "one,two,three");

  CHECK(stack.configuration(Method::kPatch, "[]", "?mode=other").status == 400);
  REQUIRE(stack.configuration(Method::kPatch, R"([{"op":"remove","path":"/users/1"}])").status ==
          204);
  CHECK(column(stack.configuration(Method::kGet), "users", "id") == "ann,eve");
}

}  // namespace
}  // namespace muster::test
