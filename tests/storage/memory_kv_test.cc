// Crashes and faults of the simulated store.
#include "storage/memory_kv.h"

#include <set>

#include <catch2/catch.hpp>

namespace muster {
namespace {

/// Batch `number` puts its number under its own key and under "newest", and erases the key of the
/// batch before the last.
Result<void> write_batch(Kv& kv, int number) {
  const auto batch = kv.new_batch();
  batch->put(Family::kLog, std::string(1, static_cast<char>('a' + number)), "x");
  batch->put(Family::kMeta, "newest", std::to_string(number));
  if (number >= 2) {
    batch->erase(Family::kLog, std::string(1, static_cast<char>('a' + number - 2)));
  }
  return kv.write(*batch);
}

/// What the store must look like after batches 0 to `newest`.
std::string state_after(int newest) {
  std::string keys;
  for (int number = newest < 1 ? 0 : newest - 1; number <= newest; ++number) {
    keys += static_cast<char>('a' + number);
  }
  return newest < 0 ? ":" : std::to_string(newest) + ":" + keys;
}

std::string state_of(const Kv& kv) {
  std::string state;
  REQUIRE(kv.get(Family::kMeta, "newest", state).has_value());
  state += ":";
  const auto visit = [&](std::string_view key, std::string_view) {
    state += key;
    return true;
  };
  REQUIRE(kv.scan(Family::kLog, {}, visit).has_value());
  return state;
}

TEST_CASE("a crash keeps all that was synced and whole batches of the rest") {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    MemoryKv kv;
    for (int number = 0; number < 8; ++number) {
      REQUIRE(write_batch(kv, number).has_value());
      if (number == 3) {
        REQUIRE(kv.sync().has_value());
      }
    }
    CHECK(kv.unsynced_writes() == 4);
    kv.crash(seed);
    outcomes.insert(state_of(kv));
    CHECK(kv.unsynced_writes() == 0);
  }
  CHECK(outcomes ==
        std::set<std::string>{
            state_after(3), state_after(4), state_after(5), state_after(6), state_after(7)});
}

TEST_CASE("the same seed loses the same") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::array<std::string, 2> outcomes;
    for (auto& outcome : outcomes) {
      MemoryKv kv;
      for (int number = 0; number < 8; ++number) {
        REQUIRE(write_batch(kv, number).has_value());
      }
      kv.crash(seed);
      outcome = state_of(kv);
    }
    CHECK(outcomes[0] == outcomes[1]);
  }
}

TEST_CASE("a store goes on after a crash, and crashes again") {
  MemoryKv kv;
  REQUIRE(write_batch(kv, 0).has_value());
  REQUIRE(kv.sync().has_value());
  kv.crash(1);
  REQUIRE(write_batch(kv, 1).has_value());
  REQUIRE(kv.flush_all().has_value());
  kv.crash(2);
  CHECK(state_of(kv) == state_after(1));
  REQUIRE(kv.clear_family(Family::kLog).has_value());
  kv.crash(3);
  CHECK(state_of(kv) == "1:");
}

TEST_CASE("failing at every write leaves a prefix and a store that is broken until the crash") {
  for (std::uint64_t step = 0;; ++step) {
    CAPTURE(step);
    REQUIRE(step < 20);
    MemoryKv kv;
    kv.fail_after_writes(step);
    int written = 0;
    int synced = 0;
    std::string rule;
    while (written < 8 && rule.empty()) {
      const auto wrote = write_batch(kv, written);
      if (!wrote.has_value()) {
        rule = wrote.error().rule;
        break;
      }
      ++written;
      if (written % 3 == 0) {
        REQUIRE(kv.sync().has_value());
        synced = written;
      }
    }
    CHECK(written == static_cast<int>(std::min<std::uint64_t>(step, 8)));
    if (rule.empty()) {
      break;
    }
    CHECK(rule == "storage_io");
    CHECK(state_of(kv) == state_after(written - 1));
    CHECK_FALSE(kv.sync().has_value());
    CHECK_FALSE(write_batch(kv, written).has_value());
    kv.crash(step);
    const auto left = state_of(kv);
    bool is_prefix = false;
    for (int newest = synced - 1; newest < written; ++newest) {
      is_prefix = is_prefix || left == state_after(newest);
    }
    CHECK(is_prefix);
    CHECK(write_batch(kv, 7).has_value());
  }
}

TEST_CASE("a failed sync leaves the outcome open and the store broken") {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    MemoryKv kv;
    REQUIRE(write_batch(kv, 0).has_value());
    kv.fail_next_sync();
    CHECK(kv.sync().error().rule == "storage_io");
    CHECK_FALSE(kv.sync().has_value());
    CHECK_FALSE(write_batch(kv, 1).has_value());
    kv.crash(seed);
    outcomes.insert(state_of(kv));
    CHECK(kv.sync().has_value());
  }
  CHECK(outcomes == std::set<std::string>{state_after(-1), state_after(0)});
}

TEST_CASE("a full disk refuses writes, changes nothing and passes") {
  MemoryKv kv;
  REQUIRE(write_batch(kv, 0).has_value());
  kv.set_disk_full(true);
  const auto refused = write_batch(kv, 1);
  CHECK(refused.error().code == Errc::kUnavailable);
  CHECK(refused.error().rule == "disk_full");
  CHECK(state_of(kv) == state_after(0));
  CHECK(kv.sync().has_value());
  kv.set_disk_full(false);
  CHECK(write_batch(kv, 1).has_value());
  CHECK(kv.writes() == 2);
}

}  // namespace
}  // namespace muster
