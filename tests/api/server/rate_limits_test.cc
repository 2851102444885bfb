#include "api/server/rate_limits.h"

#include <thread>

#include <catch2/catch.hpp>

#include "engine/core/ids.h"

using namespace muster;

namespace {

class StoodClock final : public Clock {
 public:
  Micros now() override { return time; }

  Micros boot_time() override { return time; }

  void pass(std::int64_t micros) { time = Micros{raw(time) + micros}; }

  Micros time{5'000'000};
};

StreamId client(std::uint8_t number) {
  Uuid id;
  id.bytes.fill(number);
  return StreamId{id};
}

/// How many of `tries` requests get through.
template <class Take>
int taken(int tries, const Take& take) {
  int count = 0;
  for (int i = 0; i < tries; ++i) {
    count += take(i) ? 1 : 0;
  }
  return count;
}

constexpr auto kRead = RateLimits::Kind::kRead;
constexpr auto kWrite = RateLimits::Kind::kWrite;

}  // namespace

TEST_CASE("a client may send its burst at once and its rate after that", "[server]") {
  StoodClock clock;
  RateLimits limits{{{100, 20}, {10, 5}, {}}, clock};
  const auto read = [&](int) {
    return limits.take(kRead, client(1)).has_value();
  };
  CHECK(taken(50, read) == 20);
  clock.pass(100'000);
  CHECK(taken(50, read) == 10);
  clock.pass(3'600'000'000LL);
  CHECK(taken(50, read) == 20);  // no more than the burst, however long it was silent
  const auto refused = limits.take(kRead, client(1));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kTooMany);
  CHECK(refused.error().rule == "rate_limited");
}

TEST_CASE("reads, writes and other clients have allowances of their own", "[server]") {
  StoodClock clock;
  RateLimits limits{{{1, 3}, {1, 2}, {}}, clock};
  for (std::uint8_t number = 1; number < 200; ++number) {
    CAPTURE(int{number});
    CHECK(taken(9, [&](int) { return limits.take(kRead, client(number)).has_value(); }) == 3);
    CHECK(taken(9, [&](int) { return limits.take(kWrite, client(number)).has_value(); }) == 2);
  }
}

TEST_CASE("no limit is no limit", "[server]") {
  StoodClock clock;
  RateLimits limits{{}, clock};
  CHECK(taken(100'000, [&](int) { return limits.take(kWrite, client(1)).has_value(); }) == 100'000);
  CHECK(taken(1'000, [&](int) { return limits.note_failure("192.0.2.1").has_value(); }) == 1'000);
  CHECK(limits.check_failures("192.0.2.1"));
}

TEST_CASE("an address that failed too often must wait, others need not", "[server]") {
  StoodClock clock;
  RateLimits limits{{{}, {}, {2, 10}}, clock};
  CHECK(taken(50, [&](int) { return limits.note_failure("192.0.2.1").has_value(); }) == 10);
  CHECK_FALSE(limits.check_failures("192.0.2.1"));
  CHECK(limits.check_failures("192.0.2.2"));
  clock.pass(500'000);
  CHECK(limits.check_failures("192.0.2.1"));
  CHECK(limits.check_failures("192.0.2.1"));  // looking costs nothing
  CHECK(limits.note_failure("192.0.2.1"));
  CHECK_FALSE(limits.note_failure("192.0.2.1"));
}

TEST_CASE("more addresses than there are places share them and are still limited", "[server]") {
  StoodClock clock;
  RateLimits limits{{{}, {}, {1, 1}}, clock};
  const auto fail = [&](int number) {
    return limits.note_failure("address " + std::to_string(number)).has_value();
  };
  constexpr int kAddresses = 300'000;  // of 65,536 places
  CHECK(taken(kAddresses, fail) <= 65'536);
  CHECK(taken(kAddresses, fail) == 0);
  clock.pass(1'000'000);
  // Whoever is silent long enough gives its place away.
  CHECK(taken(1'000, [&](int number) { return fail(-1 - number); }) > 990);
}

TEST_CASE("threads together get no more than one would", "[server]") {
  StoodClock clock;
  RateLimits limits{{{1, 10'000}, {}, {}}, clock};
  std::atomic<int> through{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      through += taken(5'000, [&](int) { return limits.take(kRead, client(1)).has_value(); });
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(through == 10'000);
}
