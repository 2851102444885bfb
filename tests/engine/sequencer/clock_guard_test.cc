#include "engine/sequencer/clock_guard.h"

#include "tests/engine/sequencer/bench.h"

namespace muster::test {
namespace {

TEST_CASE("a clock may run and be corrected by up to an hour", "[engine]") {
  TwoClocks clock;
  const ClockGuard guard{clock};
  clock.pass(400LL * 24 * kHourMicros);
  CHECK(guard.check().has_value());
  for (const std::int64_t step : {kHourMicros, -2 * kHourMicros, kHourMicros}) {
    clock.step(step);
    CHECK(guard.check().has_value());
  }
}

TEST_CASE("a jump of the clock stops writes until somebody accepts it", "[engine]") {
  const std::int64_t jump =
      GENERATE(kHourMicros + 1, -kHourMicros - 1, 9LL * 365 * 24 * kHourMicros);
  TwoClocks clock;
  ClockGuard guard{clock};
  clock.step(jump);
  REQUIRE_FALSE(guard.check().has_value());
  CHECK(guard.check().error().rule == "clock_jumped");
  CHECK(guard.check().error().code == Errc::kUnavailable);
  SECTION("it is right") {
    guard.accept();
    CHECK(guard.check().has_value());
    clock.step(-jump);
    CHECK_FALSE(guard.check().has_value());
  }
  SECTION("it is set right") {
    clock.step(-jump);
    CHECK(guard.check().has_value());
  }
}

}  // namespace
}  // namespace muster::test
