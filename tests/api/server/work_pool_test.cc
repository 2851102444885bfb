#include "api/server/work_pool.h"

#include <atomic>
#include <future>

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("a full work pool refuses at once and recovers", "[server]") {
  WorkPool pool{1, 2};
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  std::promise<void> running;
  std::atomic<int> done = 0;
  REQUIRE(pool.run([&] {
    running.set_value();
    opened.wait();
    ++done;
  }));
  running.get_future().wait();
  REQUIRE(pool.run([&] { ++done; }));
  REQUIRE(pool.run([&] { ++done; }));
  const auto refused = pool.run([&] { ++done; });
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kTooMany);
  CHECK(refused.error().rule == "server_busy");
  gate.set_value();
  std::promise<void> last;
  while (!pool.run([&] { last.set_value(); })) {
    std::this_thread::yield();
  }
  last.get_future().wait();
  CHECK(done == 3);
}
