#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

Response import(const std::string& pool, std::string rows) {
  Call call = stack().call(
      ApiFamily::kSystem, Method::kPost, "/pools/" + pool + "/groups/import", std::move(rows));
  call.headers.back() = {"Content-Type", "application/x-ndjson"};
  return stack().send(call);
}

/// Line, outcome and code of each row.
std::string outcomes(const Response& response) {
  REQUIRE(response.status == 200);
  std::string told;
  std::string_view lines = response.bytes();
  while (!lines.empty()) {
    const std::string line{lines.substr(0, lines.find('\n'))};
    lines.remove_prefix(line.size() + 1);
    Response one;
    one.body = line;
    const std::string code = at(one, "/error_code");
    told += at(one, "/line") + at(one, "/outcome") +
            (code == "absent" ? "" : code + at(one, "/pointer")) + "\n";
  }
  return told;
}

}  // namespace

TEST_CASE("rows of groups take effect in their order, and again change nothing") {
  stack().make_pool("gi");
  stack().make_user("gi", "ann");
  const std::string rows = R"({"id":"a","name":"A","description":"first"}
{"id":"b","name":"B","parent_id":"a"}

{"group_id":"b","user_id":"ann"}
)";
  CHECK(outcomes(import("gi", rows)) == "1\"created\"\n2\"created\"\n4\"created\"\n");
  CHECK(outcomes(import("gi", rows)) == "1\"unchanged\"\n2\"unchanged\"\n4\"unchanged\"\n");
  CHECK(at(stack().admin(Method::kGet, "/pools/gi/groups/b"), "/parent_id") == "\"a\"");
  CHECK(stack().admin(Method::kGet, "/pools/gi/users/ann/groups/b").status == 204);
  CHECK(outcomes(import("gi", R"({"id":"b","name":"B2"})")) == "1\"updated\"\n");
  CHECK(at(stack().admin(Method::kGet, "/pools/gi/groups/b"), "/name") == "\"B2\"");
  CHECK(stack().admin(Method::kGet, "/pools/gi/users/ann/groups/b").status == 204);
}

TEST_CASE("a row of groups that cannot be leaves the others alone, and is told by place") {
  stack().make_pool("gibad");
  const std::string rows = R"({"id":"a","name":"A"}
{"name":"nobody"}
{"group_id":"a"}
{"id":"c","name":"C","parent_id":"none"}
{"group_id":"a","user_id":"none"}
{"group_id":"none","user_id":"none"}
{"id":"d","name":"A"}
7
{)";
  CHECK(outcomes(import("gibad", rows)) ==
        "1\"created\"\n"
        "2\"failed\"\"invalid_row\"\"/id\"\n"
        "3\"failed\"\"invalid_row\"\"/user_id\"\n"
        "4\"failed\"\"group_parent_not_found\"\"/parent_id\"\n"
        "5\"failed\"\"user_not_found\"\"\"\n"
        "6\"failed\"\"group_not_found\"\"\"\n"
        "7\"failed\"\"group_name_taken\"\"\"\n"
        "8\"failed\"\"invalid_row\"\"\"\n"
        "9\"failed\"\"malformed_json\"\"\"\n");
  CHECK(import("nowhere", rows).status == 404);
}

}  // namespace muster::test
