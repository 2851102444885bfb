#include "engine/core/progress.h"

#include <string>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

constexpr Micros at_ms(std::int64_t milliseconds) {
  return Micros{milliseconds * 1000};
}

}  // namespace

TEST_CASE("a progress line says how much, how fast and how long still", "[core]") {
  Progress progress{{.unit = "users", .total = 1000, .terminal = false}, at_ms(0)};
  progress.update(123'456, 250);
  CHECK_FALSE(progress.render(at_ms(4'999)).has_value());
  CHECK(progress.render(at_ms(5'000)) == "123,456 users, 24,691/s, 25 %, 15 s left\n");
  progress.update(123'456, 250);
  CHECK(progress.render(at_ms(10'000)) == "123,456 users, 0/s, 25 %, 30 s left\n");
  progress.update(200'000, 1000);
  CHECK(progress.render(at_ms(20'000)) == "200,000 users, 7,654/s, 100 %\n");
  CHECK(progress.finish(at_ms(20'000)) == "200,000 users in 20 s, 10,000/s\n");
}

TEST_CASE("without a total there is no percentage", "[core]") {
  Progress progress{{.unit = "events", .total = std::nullopt, .terminal = false}, at_ms(0)};
  progress.update(10, 10);
  CHECK(progress.render(at_ms(5'000)) == "10 events, 2/s\n");
}

TEST_CASE("on a terminal the line is written over", "[core]") {
  Progress progress{{.unit = "events", .total = 10, .terminal = true}, at_ms(0)};
  progress.update(5, 5);
  CHECK_FALSE(progress.render(at_ms(199)).has_value());
  CHECK(progress.render(at_ms(200)) == "\r5 events, 25/s, 50 %, 0 s left\x1b[K");
  CHECK(progress.finish(at_ms(1'000)) == "\r5 events in 1 s, 5/s\x1b[K\n");
}

TEST_CASE("numbers and durations are written for people", "[core]") {
  CHECK(with_thousands(0) == "0");
  CHECK(with_thousands(999) == "999");
  CHECK(with_thousands(1'000) == "1,000");
  CHECK(with_thousands(1'234'567) == "1,234,567");
  CHECK(duration_text(59) == "59 s");
  CHECK(duration_text(200) == "3 min 20 s");
  CHECK(duration_text(7'500) == "2 h 5 min");
}
