#include "api/server/position_waits.h"

#include <future>

#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

using namespace muster;
using muster::test::Stack;

namespace {

using Steady = PositionWaits::Clock;
constexpr LogId kLog{1};

std::uint64_t size_now(const Stack& stack) {
  return stack.services().published.now()->size_of(kLog);
}

}  // namespace

TEST_CASE("who waits for a position is called when it is published", "[server]") {
  Stack stack;
  stack.make_pool("p");
  PositionWaits waits{stack.services().published};
  const std::uint64_t next = size_now(stack);
  std::promise<std::uint64_t> seen;
  REQUIRE(waits.wait(kLog, next, Steady::now() + std::chrono::seconds{30}, [&] {
    seen.set_value(size_now(stack));
  }));
  auto size = seen.get_future();
  CHECK(size.wait_for(std::chrono::milliseconds{50}) == std::future_status::timeout);
  stack.make_user("p", "ann");
  REQUIRE(size.wait_for(std::chrono::seconds{10}) == std::future_status::ready);
  CHECK(size.get() > next);
}

TEST_CASE("who waits in vain is called at the deadline", "[server]") {
  Stack stack;
  PositionWaits waits{stack.services().published};
  std::promise<void> called;
  const auto begin = Steady::now();
  REQUIRE(waits.wait(
      kLog, 1'000'000, begin + std::chrono::milliseconds{40}, [&] { called.set_value(); }));
  called.get_future().get();
  CHECK(Steady::now() - begin >= std::chrono::milliseconds{40});
}

TEST_CASE("only so many wait, and all are called in the end", "[server]") {
  Stack stack;
  std::atomic<std::size_t> called{0};
  {
    PositionWaits waits{stack.services().published};
    const auto wait = [&] {
      return waits.wait(
          kLog, 1'000'000, Steady::now() + std::chrono::seconds{60}, [&] { ++called; });
    };
    for (std::size_t i = 0; i < PositionWaits::kWaitingMax; ++i) {
      REQUIRE(wait());
    }
    const auto refused = wait();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::kUnavailable);
  }
  CHECK(called == PositionWaits::kWaitingMax);
}
