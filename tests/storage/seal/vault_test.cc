#include "storage/seal/vault.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "storage/seal/digest.h"
#include "storage/seal/system_entropy.h"
#include "tests/storage/seal/keys_dir.h"

namespace muster {

namespace {

SegmentContext context_of(std::uint32_t log) {
  SegmentContext context;
  context.log = LogId{log};
  context.stream.bytes.fill(static_cast<std::uint8_t>(log));
  context.type = "user.created";
  context.version = 1;
  return context;
}

std::unique_ptr<Vault> open_vault(const KeysDir& dir, Entropy& entropy, Slot first_free = Slot{1}) {
  auto vault = must(Vault::open(dir.options(), entropy));
  must(vault->begin_reserving(first_free));
  return vault;
}

}  // namespace

TEST_CASE("what a vault has sealed it opens after a restart, until it is erased", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  auto vault = open_vault(dir, entropy);
  const Slot ada = must(vault->reserve_slot(LogId{3}));
  const Slot bob = must(vault->reserve_slot(LogId{3}));
  const auto of_ada = must(vault->seal(ada, context_of(3), "ada"));
  const auto of_bob = must(vault->seal(bob, context_of(3), "bob"));
  CHECK(must(vault->open(context_of(3), of_ada)) == "ada");
  CHECK(vault->digest(of_ada) == sha256(of_ada));

  vault.reset();
  vault = open_vault(dir, entropy, Slot{raw(bob) + 1});
  CHECK(must(vault->open(context_of(3), of_ada)) == "ada");
  must(vault->erase_slot(ada));
  CHECK(outcome(vault->open(context_of(3), of_ada)) == "erased");
  CHECK(outcome(vault->seal(ada, context_of(3), "again")) == "erased");
  must(vault->erase_slot(ada));
  CHECK(must(vault->open(context_of(3), of_bob)) == "bob");

  vault.reset();
  vault = open_vault(dir, entropy, Slot{raw(bob) + 1});
  CHECK(outcome(vault->open(context_of(3), of_ada)) == "erased");
  CHECK(must(vault->open(context_of(3), of_bob)) == "bob");
}

TEST_CASE("a vault tells a damaged segment from a missing key", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  const auto vault = open_vault(dir, entropy);
  const Slot slot = must(vault->reserve_slot(LogId{3}));
  const Slot other = must(vault->reserve_slot(LogId{3}));
  const auto segment = must(vault->seal(slot, context_of(3), "ada"));
  CHECK(outcome(vault->open(context_of(4), segment)) == "segment_damaged");
  CHECK(outcome(vault->open(context_of(3), "")) == "segment_damaged");
  std::string moved = segment;
  std::string slot_bytes;
  put_big_endian_32(slot_bytes, raw(other));
  moved.replace(1, 4, slot_bytes);
  CHECK(outcome(vault->open(context_of(3), moved)) == "segment_damaged");
  moved.replace(1, 4, "\x7F\xFF\xFF\xFF");
  CHECK(outcome(vault->open(context_of(3), moved)) == "key_missing");
  moved.replace(1, 4, std::string(4, '\0'));
  CHECK(outcome(vault->open(context_of(3), moved)) == "key_missing");
}

TEST_CASE("whether a key is destroyed is told by the disk, and an unreadable slot is not erased",
          "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  const auto vault = open_vault(dir, entropy);
  std::vector<Slot> slots;
  for (int i = 0; i < 4; ++i) {
    slots.push_back(must(vault->reserve_slot(LogId{3})));
    CHECK_FALSE(must(vault->is_erased(slots.back())));
  }
  must(vault->erase_slots(std::vector{slots[0], slots[2]}));
  CHECK(must(vault->is_erased(slots[0])));
  CHECK_FALSE(must(vault->is_erased(slots[1])));
  CHECK(must(vault->is_erased(slots[2])));

  std::fstream file{dir.options().ring.dir / "slots",
                    std::ios::in | std::ios::out | std::ios::binary};
  file.seekp(static_cast<std::streamoff>(raw(slots[3])) * 128 + 40);
  file.put('?');
  file.close();
  CHECK(outcome(vault->is_erased(slots[3])) == "key_missing");
  CHECK(outcome(vault->is_erased(Slot{1'000'000})) == "key_missing");
  // Whom nobody can unseal any more can still be erased.
  must(vault->erase_slots(std::vector{slots[3]}));
  CHECK(must(vault->is_erased(slots[3])));
}

TEST_CASE("a vault open for reading opens and does not reserve", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  std::string segment;
  Slot slot{};
  {
    const auto vault = open_vault(dir, entropy);
    slot = must(vault->reserve_slot(LogId{3}));
    segment = must(vault->seal(slot, context_of(3), "ada"));
  }
  const auto vault = must(Vault::open(dir.options(true), entropy));
  CHECK(must(vault->open(context_of(3), segment)) == "ada");
  CHECK(outcome(vault->reserve_slot(LogId{3})) == "read_only");
  CHECK(outcome(vault->erase_slot(slot)) == "read_only");
  CHECK(must(vault->open(context_of(3), segment)) == "ada");
}

TEST_CASE("key slots without their KEKs are refused, not taken for a new directory", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  must(open_vault(dir, entropy)->reserve_slot(LogId{3}));
  const std::string keks = contents(dir.keys() / "keks");
  std::filesystem::remove(dir.keys() / "keks");
  CHECK(outcome(Vault::open(dir.options(), entropy)) == "keks_missing");
  overwrite(dir.keys() / "keks", keks);
  CHECK(outcome(Vault::open(dir.options(), entropy)) == "ok");
}

TEST_CASE("segments survive a rotation of the master key", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  auto vault = open_vault(dir, entropy);
  const Slot slot = must(vault->reserve_slot(LogId{3}));
  const auto segment = must(vault->seal(slot, context_of(3), "ada"));
  const std::string verifier = must(vault->head_key(LogId{3}, "log/3")).verifier();
  must(vault->ring().rotate_master());
  vault.reset();
  vault = open_vault(dir, entropy, Slot{raw(slot) + 1});
  CHECK(must(vault->open(context_of(3), segment)) == "ada");
  CHECK(must(vault->head_key(LogId{3}, "log/3")).verifier() == verifier);
  CHECK(must(vault->head_key(LogId{4}, "log/3")).verifier() != verifier);
}

TEST_CASE("a cache smaller than the directory changes nothing but speed", "[seal]") {
  const KeysDir dir;
  SeededEntropy entropy;
  VaultOptions options = dir.options();
  options.cached_keys = 1;
  const auto vault = must(Vault::open(options, entropy));
  must(vault->begin_reserving(Slot{1}));
  std::vector<std::string> segments;
  for (int i = 0; i < 300; ++i) {
    const Slot slot = must(vault->reserve_slot(LogId{3}));
    segments.push_back(must(vault->seal(slot, context_of(3), std::to_string(i))));
  }
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < segments.size(); ++i) {
      REQUIRE(must(vault->open(context_of(3), segments[i])) == std::to_string(i));
    }
  }
}

TEST_CASE("threads may reserve, seal, open and erase at once", "[seal]") {
  const KeysDir dir;
  SystemEntropy entropy;
  const auto vault = open_vault(dir, entropy);
  constexpr int kThreads = 4;
  constexpr int kRounds = 1500;
  std::array<std::vector<Slot>, kThreads> slots;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      const LogId log{thread % 2};
      for (int i = 0; i < kRounds; ++i) {
        const auto slot = vault->reserve_slot(log);
        if (!slot.has_value()) {
          ++wrong;
          continue;
        }
        slots[thread].push_back(*slot);
        const auto segment = vault->seal(*slot, context_of(thread), "ada");
        if (!segment.has_value()) {
          ++wrong;
          continue;
        }
        if (outcome(vault->open(context_of(thread), *segment)) != "ok") ++wrong;
        if (i % 50 != 0) continue;
        if (!vault->erase_slot(*slot).has_value()) ++wrong;
        if (outcome(vault->open(context_of(thread), *segment)) != "erased") ++wrong;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
  std::vector<Slot> all;
  for (const auto& some : slots)
    all.insert(all.end(), some.begin(), some.end());
  std::sort(all.begin(), all.end());
  CHECK(all.size() == kThreads * kRounds);
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
  const SlotCensus census = must(vault->scan([](const DamagedSlot&) {}));
  CHECK(census.erased == kThreads * kRounds / 50);
  CHECK(census.damaged == 0);
}

}  // namespace muster
