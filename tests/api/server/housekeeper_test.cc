#include "api/server/housekeeper.h"

#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "projections/deleted_pools.h"
#include "tests/api/directory/stack.h"

using namespace muster;
using muster::test::Stack;

TEST_CASE("a deleted pool is invisible at once and its users are removed afterwards", "[server]") {
  Stack stack;
  stack.make_pool("doomed");
  for (int i = 0; i < 700; ++i) {  // more than one step
    stack.make_user("doomed", "u" + std::to_string(i));
  }
  CHECK(stack.admin(Method::kDelete, "/pools/doomed").status == 204);
  CHECK(stack.admin(Method::kGet, "/pools/doomed").status == 404);
  CHECK(stack.admin(Method::kGet, "/pools/doomed/users/u1").status == 404);
  const Services& services = stack.services();
  const LogId log{1};
  bool empty = false;
  for (int i = 0; i < 400 && !empty; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    empty = deleted_pools(stack.kv(), *services.published.now(), log)->empty();
  }
  CHECK(empty);
  // The id and the name are free again, and the schemas are no longer counted as used.
  stack.make_pool("doomed");
  CHECK(*services.directory.schema_uses(*services.published.now(), log, "default_payload") == 1);
}
