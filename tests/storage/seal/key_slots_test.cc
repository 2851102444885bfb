#include "storage/seal/key_slots.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/storage/seal/keys_dir.h"

namespace muster {

namespace fs = std::filesystem;

namespace {

/// A key ring and a slot file in a directory of their own.
struct World {
  World() { restart(Slot{1}); }

  void restart(Slot first_free) {
    close();
    open();
    must(slots->begin_reserving(first_free));
  }

  void close() {
    slots.reset();
    ring.reset();
  }

  void open(bool read_only = false) {
    KeyRingOptions options;
    options.dir = dir.keys();
    ring = must(KeyRing::open(options, entropy));
    slots = must(KeySlots::open(dir.slots(), read_only, *ring, entropy));
  }

  ReservedSlot reserve(std::uint32_t log = 3) { return must(slots->reserve(LogId{log})); }

  std::string state_of(Slot slot) { return outcome(slots->read(slot)); }

  KeysDir dir;
  SeededEntropy entropy;
  std::unique_ptr<KeyRing> ring;
  std::unique_ptr<KeySlots> slots;
};

std::vector<DamagedSlot> damaged_in(World& world, SlotCensus& census) {
  std::vector<DamagedSlot> damaged;
  census = must(world.slots->scan([&](const DamagedSlot& slot) { damaged.push_back(slot); }));
  return damaged;
}

}  // namespace

TEST_CASE("every slot is given out once, with the key that is in the file", "[seal]") {
  World world;
  std::map<Slot, std::string> keys;
  // More than one block, so that the maker works meanwhile.
  for (std::uint32_t i = 0; i < KeySlots::kFirstBlockSlots + KeySlots::kBlockSlots; ++i) {
    const ReservedSlot reserved = world.reserve();
    REQUIRE(raw(reserved.slot) != 0);
    REQUIRE(keys.emplace(reserved.slot, std::string{reserved.key.view()}).second);
  }
  std::size_t checked = 0;
  for (const auto& [slot, key] : keys) {
    if (must(world.slots->read(slot)).view() == key) ++checked;
  }
  CHECK(checked == keys.size());
}

TEST_CASE("a log of few people costs one small block", "[seal]") {
  World world;
  for (std::uint32_t i = 0; i < KeySlots::kFirstBlockSlots / 2; ++i)
    world.reserve();
  world.close();
  CHECK(fs::file_size(world.dir.slots()) == (1 + KeySlots::kFirstBlockSlots) * kSlotBytes);
}

TEST_CASE("slots wait on disk before they are given out", "[seal]") {
  World world;
  const ReservedSlot reserved = world.reserve();
  const std::string bytes = contents(world.dir.slots());
  REQUIRE(bytes.size() >= (raw(reserved.slot) + 1) * kSlotBytes);
  CHECK(outcome(parse_slot(reserved.slot,
                           bytes.substr(raw(reserved.slot) * kSlotBytes, kSlotBytes))) == "ok");
  CHECK(bytes.find(std::string{reserved.key.view()}) == std::string::npos);
}

TEST_CASE("after a restart slots go on where the log says, without a gap or a repeat", "[seal]") {
  World world;
  std::vector<Slot> first;
  for (int i = 0; i < 10; ++i)
    first.push_back(world.reserve().slot);
  const auto size_before = fs::file_size(world.dir.slots());
  world.restart(Slot{raw(first[4]) + 1});
  CHECK(world.reserve().slot == first[5]);
  CHECK(fs::file_size(world.dir.slots()) == size_before);
  // Another log's block comes after.
  CHECK(raw(world.reserve(8).slot) >= size_before / kSlotBytes);
}

TEST_CASE("slots of several logs are wrapped by the KEKs of their logs", "[seal]") {
  World world;
  for (const std::uint32_t log : {1u, 2u, 3u}) {
    const ReservedSlot reserved = world.reserve(log);
    const auto bytes =
        contents(world.dir.slots()).substr(raw(reserved.slot) * kSlotBytes, kSlotBytes);
    CHECK(must(world.ring->kek(must(parse_slot(reserved.slot, bytes)).kek))->log == LogId{log});
  }
}

TEST_CASE("an erased slot is told from a lost one", "[seal]") {
  World world;
  const Slot erased = world.reserve().slot;
  const Slot kept = world.reserve().slot;
  must(world.slots->overwrite_as_erased(erased));
  must(world.slots->sync());
  CHECK(world.state_of(erased) == "erased");
  CHECK(world.state_of(kept) == "ok");
  CHECK(world.state_of(Slot{0}) == "key_missing");
  CHECK(world.state_of(Slot{4'000'000}) == "key_missing");
  CHECK(outcome(world.slots->overwrite_as_erased(Slot{0})) == "key_missing");
  CHECK(outcome(world.slots->overwrite_as_erased(Slot{4'000'000})) == "key_missing");

  world.restart(Slot{raw(kept) + 1});
  CHECK(world.state_of(erased) == "erased");
  must(world.slots->overwrite_as_erased(erased));
  CHECK(world.state_of(erased) == "erased");
  // Nothing of the key is left.
  const auto bytes = contents(world.dir.slots()).substr(raw(erased) * kSlotBytes, kSlotBytes);
  CHECK(bytes.substr(9, 115).find_first_not_of('\0') == std::string::npos);
}

TEST_CASE("damage to a slot is never taken for an erasure, nor an erasure undone", "[seal]") {
  World world;
  const Slot live = world.reserve().slot;
  const Slot erased = world.reserve().slot;
  must(world.slots->overwrite_as_erased(erased));
  world.close();
  const std::string whole = contents(world.dir.slots());
  for (const Slot slot : {live, erased}) {
    for (std::size_t i = 0; i < kSlotBytes; ++i) {
      CAPTURE(raw(slot), i);
      std::string bytes = whole.substr(raw(slot) * kSlotBytes, kSlotBytes);
      bytes[i] = static_cast<char>(bytes[i] ^ 0x03);
      REQUIRE(outcome(parse_slot(slot, bytes)) == "key_missing");
      REQUIRE(outcome(parse_slot(slot, bytes.substr(0, i))) == "key_missing");
    }
  }
  CHECK(outcome(parse_slot(live, std::string(kSlotBytes, '\0'))) == "key_missing");
  CHECK(outcome(parse_slot(live, whole.substr(raw(erased) * kSlotBytes, kSlotBytes))) ==
        "key_missing");
}

TEST_CASE("a slot whose checksum was made to fit still does not give a wrong key", "[seal]") {
  World world;
  const ReservedSlot reserved = world.reserve();
  const auto whole = contents(world.dir.slots());
  const auto record =
      must(parse_slot(reserved.slot, whole.substr(raw(reserved.slot) * kSlotBytes, kSlotBytes)));
  const auto kek = must(world.ring->kek(record.kek));
  CHECK(unwrap_subject_key(record, *kek)->view() == reserved.key.view());

  SlotRecord moved = record;
  moved.slot = Slot{raw(record.slot) + 1};
  CHECK(!unwrap_subject_key(moved, *kek).has_value());
  SlotRecord renamed = record;
  renamed.key_id[15] ^= 1;
  CHECK(!unwrap_subject_key(renamed, *kek).has_value());
  SlotRecord changed = record;
  changed.wrapped[0] ^= 1;
  CHECK(!unwrap_subject_key(changed, *kek).has_value());
  Kek other{kek->id, kek->log, SecretKey{}};
  CHECK(!unwrap_subject_key(record, other).has_value());
}

TEST_CASE("a scan names every damaged slot and where it lies", "[seal]") {
  World world;
  std::vector<Slot> slots;
  for (int i = 0; i < 20; ++i)
    slots.push_back(world.reserve().slot);
  must(world.slots->overwrite_as_erased(slots[2]));
  world.close();
  std::string bytes = contents(world.dir.slots());
  bytes.replace(raw(slots[5]) * kSlotBytes, kSlotBytes, std::string(kSlotBytes, '\0'));
  bytes[raw(slots[9]) * kSlotBytes + 40] ^= 1;
  bytes.resize(bytes.size() - 5);
  overwrite(world.dir.slots(), bytes);
  world.open();

  SlotCensus census;
  const auto damaged = damaged_in(world, census);
  REQUIRE(damaged.size() == 3);
  CHECK(damaged[0].slot == slots[5]);
  CHECK(damaged[0].offset_bytes == raw(slots[5]) * kSlotBytes);
  CHECK(damaged[0].reason == "the slot is empty");
  CHECK(damaged[1].slot == slots[9]);
  CHECK(damaged[2].reason == "the slot is cut off");
  CHECK(census.damaged == 3);
  CHECK(census.erased == 1);
  CHECK(census.live == KeySlots::kFirstBlockSlots - 4);
  for (const std::size_t i : {5u, 9u}) {
    CHECK(world.state_of(slots[i]) == "key_missing");
    // Erasing is what may still be done with it.
    must(world.slots->overwrite_as_erased(slots[i]));
    CHECK(world.state_of(slots[i]) == "erased");
  }
}

TEST_CASE("a block torn by a crash is neither given out nor reported for ever", "[seal]") {
  for (const std::size_t torn :
       {std::size_t{1}, kSlotBytes - 1, 3 * kSlotBytes, 5 * kSlotBytes + 7}) {
    CAPTURE(torn);
    World world;
    const Slot last = world.reserve().slot;
    world.close();
    std::string bytes = contents(world.dir.slots());
    // The file has grown, but only some of the bytes came to disk.
    bytes.append(torn, '\0');
    overwrite(world.dir.slots(), bytes);
    const Slot first_free{raw(last) + 1};
    world.restart(first_free);
    SlotCensus census;
    CHECK(damaged_in(world, census).empty());
    CHECK(census.unassigned == (torn + kSlotBytes - 1) / kSlotBytes);
    for (std::uint32_t i = 0; i < KeySlots::kFirstBlockSlots + 10; ++i) {
      const Slot slot = world.reserve().slot;
      REQUIRE(world.state_of(slot) == "ok");
      REQUIRE(slot > last);
    }
    CHECK(world.state_of(Slot{static_cast<std::uint32_t>(bytes.size() / kSlotBytes - 1)}) ==
          (torn >= kSlotBytes ? "key_missing" : "ok"));
  }
}

TEST_CASE("a slot file that ends before what the log names is refused", "[seal]") {
  World world;
  world.reserve();
  world.close();
  world.open();
  CHECK(outcome(world.slots->begin_reserving(Slot{KeySlots::kFirstBlockSlots + 2})) ==
        "keys_missing");
  world.close();
  overwrite(world.dir.slots(), std::string(kSlotBytes, 'x'));
  CHECK_THROWS_WITH(world.open(), Catch::Contains("slots_damaged"));
}

TEST_CASE("keys that cannot be written are refused at once, until they can be again", "[seal]") {
  World world;
  world.reserve(3);
  fs::rename(world.dir.keys(), world.dir.root() / "away");
  // A new log needs a KEK first, and there is nowhere to write it.
  const auto refused = world.slots->reserve(LogId{4});
  CHECK(outcome(Result<ReservedSlot>{refused}) == "key_slots_unavailable");
  CHECK(refused.error().code == Errc::kUnavailable);
  CHECK(outcome(world.slots->reserve(LogId{3})) == "ok");
  fs::rename(world.dir.root() / "away", world.dir.keys());
  CHECK(outcome(world.slots->reserve(LogId{4})) == "ok");
}

TEST_CASE("slots open for reading give out and erase nothing", "[seal]") {
  World world;
  const Slot slot = world.reserve().slot;
  world.close();
  world.open(true);
  CHECK(world.state_of(slot) == "ok");
  CHECK(outcome(world.slots->reserve(LogId{3})) == "read_only");
  CHECK(outcome(world.slots->overwrite_as_erased(slot)) == "read_only");
  CHECK(outcome(world.slots->begin_reserving(Slot{1})) == "read_only");
}

}  // namespace muster
