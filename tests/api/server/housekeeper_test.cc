#include "api/server/housekeeper.h"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "projections/deleted_groups.h"
#include "projections/deleted_pools.h"
#include "tests/api/directory/stack.h"

using namespace muster;
using muster::test::Stack;

namespace {

constexpr LogId kTenantLog{1};

/// Whether it becomes true before long.
template <class Condition>
bool soon(const Condition& condition) {
  for (int i = 0; i < 400; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  return false;
}

bool no_pool_is_left(Stack& stack) {
  const auto point = stack.services().published.now();
  return deleted_pools(stack.kv(), *point, kTenantLog)->empty();
}

bool no_group_is_left(Stack& stack) {
  const auto point = stack.services().published.now();
  return deleted_groups(stack.kv(), *point, kTenantLog)->empty();
}

/// A pool with 600 users, all members of the group `top`, and 600 groups below `middle`, which is
/// below `top`: more of each than one step takes.
void make_crowded_pool(Stack& stack, const std::string& id) {
  stack.make_pool(id);
  const std::string groups = "/pools/" + id + "/groups";
  stack.admin(Method::kPost, groups, R"({"id":"top","name":"top"})");
  stack.admin(Method::kPost, groups, R"({"id":"middle","name":"middle","parent_id":"top"})");
  for (int i = 0; i < 600; ++i) {
    const std::string number = std::to_string(i);
    stack.make_user(id, "u" + number);
    REQUIRE(stack.admin(Method::kPut, groups + "/top/users/u" + number).status == 204);
    const Response made =
        stack.admin(Method::kPost, groups, R"({"name":"g)" + number + R"(","parent_id":"middle"})");
    REQUIRE(made.status == 201);
  }
}

/// How many rows of groups and memberships there are.
std::size_t group_rows(Stack& stack) {
  std::size_t rows = 0;
  const auto count = [&](std::string_view, std::string_view) {
    return ++rows > 0;
  };
  REQUIRE(stack.kv().scan(Family::kGroups, KvRange::all(), count).has_value());
  return rows;
}

}  // namespace

TEST_CASE("what a deleted group holds is removed afterwards, and its users stay", "[server]") {
  Stack stack;
  make_crowded_pool(stack, "kept");
  const std::string groups = "/pools/kept/groups";
  stack.admin(Method::kPost, groups, R"({"id":"other","name":"other"})");
  REQUIRE(stack.admin(Method::kPut, groups + "/other/users/u7").status == 204);
  CHECK(stack.admin(Method::kDelete, groups + "/top").status == 204);
  CHECK(soon([&] { return no_group_is_left(stack); }));
  CHECK(group_rows(stack) == 3);  // the other group, its name, its member
  CHECK(stack.admin(Method::kGet, "/pools/kept/users/u7/groups/other").status == 204);
  CHECK(stack.admin(Method::kGet, "/pools/kept/users/u599").status == 200);
}

TEST_CASE("the groups of a deleted pool are removed with it", "[server]") {
  Stack stack;
  make_crowded_pool(stack, "doomed");
  CHECK(stack.admin(Method::kDelete, "/pools/doomed").status == 204);
  CHECK(soon([&] { return no_pool_is_left(stack); }));
  CHECK(no_group_is_left(stack));
  CHECK(group_rows(stack) == 0);
}

TEST_CASE("a deleted pool is invisible at once and its users are removed afterwards", "[server]") {
  Stack stack;
  stack.make_pool("doomed");
  for (int i = 0; i < 700; ++i) {  // more than one step
    stack.make_user("doomed", "u" + std::to_string(i));
  }
  CHECK(stack.admin(Method::kDelete, "/pools/doomed").status == 204);
  CHECK(stack.admin(Method::kGet, "/pools/doomed").status == 404);
  CHECK(stack.admin(Method::kGet, "/pools/doomed/users/u1").status == 404);
  CHECK(soon([&] { return no_pool_is_left(stack); }));
  const Services& services = stack.services();
  // The id and the name are free again, and the schemas are no longer counted as used.
  stack.make_pool("doomed");
  CHECK(*services.directory.schema_uses(*services.published.now(), kTenantLog, "default_payload") ==
        1);
}
