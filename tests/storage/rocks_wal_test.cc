// Flipped bits in the write-ahead log: each is seen, and none that was acknowledged is accepted.
#include "storage/rocks_wal.h"

#include <catch2/catch.hpp>

#include "tests/storage/killed_store.h"

namespace muster {
namespace {

/// Flips a bit of every `step`th byte and reads the file alone, which is quick enough for many.
void read_flipped(std::size_t step) {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 60; ++group) {
    store.write_group(group, group - 1, group == 30 ? 40'000 : 100);
  }
  store.kill();
  const auto wal = store.wal().front();
  const auto bytes = read_all(wal).size();
  std::string wrong;
  for (std::size_t at = 0; at < bytes && wrong.empty(); at += step) {
    flip_bit(wal, at);
    std::size_t found = 0;
    std::uint64_t last = 0;
    const auto intact = read_wal_file(wal, [&](const WalBatch& batch) {
      ++found;
      last = batch.commit.has_value() ? batch.commit->group : 0;
    });
    flip_bit(wal, at);
    // One group is lost and no other, and damage to the last is not taken for an end.
    if (!intact.has_value() || *intact || found != 59 || last < 59) {
      wrong = std::to_string(at) + ": " + std::to_string(found) + " groups, the last " +
              std::to_string(last);
    }
  }
  CHECK(wrong == "");
}

TEST_CASE("a flipped bit costs the reader of the log one group and no more") {
  read_flipped(23);
}

TEST_CASE("any flipped bit costs the reader of the log one group and no more", "[slow]") {
  read_flipped(1);
}

/// Flips one bit of each byte in turn, `step` bytes apart, in a log of which everything up to
/// group 30 is acknowledged and witnessed.
void flip_everywhere(std::size_t step) {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 30; ++group) {
    store.write_group(group, group > 1 ? group - 2 : 0, group == 17 ? 50'000 : 700);
  }
  const auto wal = store.wal().front();
  const auto acknowledged = read_all(wal).size();
  store.confirm(30);
  store.kill();
  const auto before = fingerprint(store.path());
  int refused = 0;
  std::string opened;
  for (std::size_t at = 0; at < acknowledged; at += step) {
    flip_bit(wal, at);
    const auto outcome = store.start();
    if (outcome == "wal_damaged") {
      flip_bit(wal, at);
      ++refused;
      continue;
    }
    // Opening changed the store: stop here.
    opened = outcome + " after a flip at " + std::to_string(at);
    break;
  }
  CHECK(opened == "");
  CHECK(refused == static_cast<int>((acknowledged + step - 1) / step));
  CHECK(fingerprint(store.path()) == before);
  CHECK(store.start() == "30");
}

TEST_CASE("a flipped bit in an acknowledged group is refused and changes nothing") {
  flip_everywhere(1999);
}

TEST_CASE("a flipped bit anywhere in acknowledged groups is refused", "[slow]") {
  flip_everywhere(61);
}

}  // namespace
}  // namespace muster
