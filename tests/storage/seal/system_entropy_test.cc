#include "storage/seal/system_entropy.h"

#include <array>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "storage/system_clock.h"

namespace muster {

namespace {

using Sample = std::array<std::uint8_t, 16>;

Sample draw(Entropy& entropy) {
  Sample sample{};
  entropy.fill(sample);
  return sample;
}

}  // namespace

TEST_CASE("randomness does not repeat and fills every length", "[seal]") {
  SystemEntropy entropy;
  std::set<Sample> seen;
  for (int i = 0; i < 2000; ++i)
    seen.insert(draw(entropy));
  CHECK(seen.size() == 2000);
  for (const std::size_t length : {0u, 1u, 1023u, 1024u, 1025u, 5000u, 100'000u}) {
    CAPTURE(length);
    std::vector<std::uint8_t> first(length);
    std::vector<std::uint8_t> second(length);
    entropy.fill(first);
    entropy.fill(second);
    CHECK((length < 8 || first != second));
  }
}

TEST_CASE("a forked child draws other randomness than its parent", "[seal]") {
  SystemEntropy entropy;
  draw(entropy);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const Sample sample = draw(entropy);
    const bool written = ::write(ends[1], sample.data(), sample.size()) == 16;
    ::_exit(written ? 0 : 1);
  }
  const Sample ours = draw(entropy);
  Sample theirs{};
  CHECK(::read(ends[0], theirs.data(), theirs.size()) == 16);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(ours != theirs);
}

TEST_CASE("a version 7 UUID holds the milliseconds and is otherwise random", "[seal]") {
  SystemEntropy entropy;
  const Micros now{0x0192'3456'789Aull * 1000 + 999};
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string text = make_uuid_v7(entropy, now).text();
    REQUIRE(text.substr(0, 15) == "01923456-789a-7");
    REQUIRE(std::string{"89ab"}.find(text[19]) != std::string::npos);
    seen.insert(text);
  }
  CHECK(seen.size() == 100);
  CHECK(make_uuid_v7(entropy, Micros{-5}).text().substr(0, 13) == "00000000-0000");
}

TEST_CASE("the system's clocks run forwards", "[seal]") {
  SystemClock clock;
  CHECK(raw(clock.now()) > 1'700'000'000'000'000);
  const Micros before = clock.boot_time();
  CHECK(raw(before) > 0);
  CHECK(clock.boot_time() >= before);
}

}  // namespace muster
