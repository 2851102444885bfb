/// `MUSTER_SEED=7 build/dev/bin/tests/administrators_test` lets one sequence happen again;
/// MUSTER_SEQUENCES says how many others.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/administrators/session.h"

namespace muster::administrators {
namespace {

constexpr std::size_t kSequences = 200;
constexpr std::size_t kRequests = 60;
constexpr std::size_t kRestarts = 2;
/// Sequences wait for syncs and for removals in the background most of the time.
constexpr std::size_t kAtOnce = 8;

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

struct Outcome {
  std::atomic<std::size_t> accepted{0};
  std::atomic<std::size_t> refused{0};
  std::mutex mutex;
  std::set<Deed> deeds;
  std::string first_failure;  // of the smallest seed that was tried
  std::uint64_t failed = 0;   // its seed
};

void run_one(std::uint64_t seed, Outcome& outcome) {
  std::string failure;
  try {
    Session session{seed};
    session.run(kRequests, kRestarts);
    outcome.accepted += session.accepted();
    outcome.refused += session.refused();
    const std::lock_guard lock{outcome.mutex};
    outcome.deeds.insert(session.deeds().begin(), session.deeds().end());
    return;
  } catch (const Mismatch& mismatch) {
    failure = mismatch.what();
  } catch (const std::exception& error) {
    failure = "seed " + std::to_string(seed) + ": " + error.what();
  }
  const std::lock_guard lock{outcome.mutex};
  if (outcome.failed == 0 || seed < outcome.failed) {
    outcome.failed = seed;
    outcome.first_failure = failure;
  }
}

void run_all(std::uint64_t first, std::uint64_t count, Outcome& outcome) {
  std::atomic<std::uint64_t> next{first};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min<std::uint64_t>(kAtOnce, count); ++i) {
    threads.emplace_back([&] {
      for (std::uint64_t seed = next++; seed < first + count; seed = next++) {
        run_one(seed, outcome);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace

TEST_CASE(
    "two hundred random administrators leave engine, oracle and bookkeeping equal, through "
    "restarts") {
  const std::uint64_t only = number_in("MUSTER_SEED", 0);
  const std::uint64_t count = only == 0 ? number_in("MUSTER_SEQUENCES", kSequences) : 1;
  Outcome outcome;
  run_all(only == 0 ? 1 : only, count, outcome);
  INFO(outcome.first_failure);
  CHECK(outcome.failed == 0);
  if (outcome.failed == 0 && only == 0) {
    // Neither all too easy nor all in vain.
    CHECK(outcome.accepted * 3 > count * kRequests);
    CHECK(outcome.refused * 5 > count * kRequests);
    CHECK((count < kSequences || outcome.deeds.size() == kDeeds));
  }
}

}  // namespace muster::administrators
