#include <catch2/catch.hpp>

#include "engine/groups/group_commands.h"
#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

/// A document with groups of the pool "deep"; the last id of each path is the group's.
Response import_groups(Stack& stack, const std::vector<std::string>& paths) {
  std::string groups;
  for (const std::string& path : paths) {
    const std::string id = path.substr(path.rfind('/') + 1);
    groups += std::string{groups.empty() ? "" : ","} + R"({"user_pool_id":"deep","id":")" + id +
              R"(","name":")" + id + R"(","path":")" + path + "\"}";
  }
  return stack.configuration(Method::kPut, R"({"groups":[)" + groups + "]}");
}

/// Paths of `count` groups, each below the one before.
std::vector<std::string> chain(const std::string& letter,
                               std::size_t count,
                               const std::string& above = {}) {
  std::vector<std::string> paths;
  std::string path = above;
  for (std::size_t i = 0; i < count; ++i) {
    path += (path.empty() ? "" : "/") + letter + std::to_string(i);
    paths.push_back(path);
  }
  return paths;
}

std::string fault(const Response& response) {
  return at(response, "/details/faults/0/pointer") + " " + at(response, "/error_code");
}

TEST_CASE("an import moves no tree so that it becomes deeper than 32 levels") {
  Stack stack;
  stack.make_pool("deep");
  const auto upper = chain("a", 20);
  REQUIRE(import_groups(stack, upper).status == 204);
  REQUIRE(import_groups(stack, chain("b", 20)).status == 204);
  const std::string before{stack.configuration(Method::kGet).bytes()};

  const auto alone = import_groups(stack, {upper.back() + "/b0"});
  CHECK(alone.status == 422);
  CHECK(fault(alone) == R"("/groups/0/path" "subgroups_missing")");
  const auto some = import_groups(stack, chain("b", 12, upper.back()));
  CHECK(fault(some) == R"("/groups/11/path" "subgroups_missing")");
  const auto all = import_groups(stack, chain("b", 20, upper.back()));
  CHECK(all.status == 422);
  CHECK(fault(all) == R"("/groups/12/path" "invalid_request")");
  CHECK(stack.configuration(Method::kGet).bytes() == before);
}

TEST_CASE("an import moves a group together with all that is below it") {
  Stack stack;
  stack.make_pool("deep");
  REQUIRE(import_groups(stack, chain("a", 5)).status == 204);
  REQUIRE(import_groups(stack, chain("b", 5)).status == 204);
  REQUIRE(import_groups(stack, chain("b", 5, "a0/a1")).status == 204);
  const Response exported = stack.configuration(Method::kGet);
  CHECK(exported.bytes().find(R"("path":"a0/a1/b0/b1/b2/b3/b4")") != std::string::npos);
  // To the top, where everything fits, it may go alone.
  CHECK(import_groups(stack, {"b2"}).status == 204);
  CHECK(stack.configuration(Method::kGet).bytes().find(R"("path":"b2/b3/b4")") !=
        std::string::npos);
}

TEST_CASE("an import that says of one group two places is refused") {
  Stack stack;
  stack.make_pool("deep");
  const auto line = chain("b", 31);
  REQUIRE(import_groups(stack, {"x", "x/e"}).status == 204);
  REQUIRE(import_groups(stack, line).status == 204);
  const Response refused = import_groups(stack, {"x/e", line.back() + "/x"});
  CHECK(refused.status == 422);
  CHECK(fault(refused) == R"("/groups/0/path" "group_elsewhere")");
}

TEST_CASE("an import puts nobody into more groups than a user may be in") {
  Stack stack;
  stack.make_pool("many");
  stack.make_user("many", "ann");
  const auto join = [&](std::size_t from, std::size_t to) {
    std::string groups;
    std::string members;
    for (std::size_t i = from; i < to; ++i) {
      const std::string comma = i == from ? "" : ",";
      const std::string id = "g" + std::to_string(i);
      groups += comma + R"({"user_pool_id":"many","id":")" + id + R"(","name":")" + id +
                R"(","path":")" + id + "\"}";
      members += comma + R"({"user_pool_id":"many","user_id":"ann","group_id":")" + id + "\"}";
    }
    return stack.configuration(
        Method::kPut, R"({"groups":[)" + groups + R"(],"group_members":[)" + members + "]}");
  };
  for (std::size_t from = 0; from < kGroupsOfUserMax; from += 250) {
    REQUIRE(join(from, from + 250).status == 204);
  }
  const Response beyond = join(kGroupsOfUserMax, kGroupsOfUserMax + 1);
  CHECK(beyond.status == 422);
  CHECK(at(beyond, "/error_code") == "\"too_many_groups\"");
  CHECK(join(0, 1).status == 204);
}

}  // namespace
}  // namespace muster::test
