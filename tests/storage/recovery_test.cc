// What a start makes of every kind of stop and damage.
#include "storage/recovery.h"

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "tests/storage/killed_store.h"

namespace muster {
namespace {

TEST_CASE("a new directory has no groups, and a missing one is not made by accident") {
  Store store;
  CHECK(store.start() == "store_missing");
  CHECK_FALSE(fs::exists(store.path()));
  store.open(true);
  CHECK(store.groups() == "0");
}

TEST_CASE("everything is there after a kill and after a clean stop") {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 40; ++group) {
    store.write_group(group, group - 1);
  }
  store.kill();
  REQUIRE(store.wal().size() == 1);
  CHECK(store.start() == "40");
  store.close();
  CHECK(store.wal().empty());
  CHECK(store.start() == "40");
}

TEST_CASE("an unclean directory is read without being changed") {
  Store store;
  store.open(true);
  store.write_group(1, 0);
  store.confirm(1);
  store.kill();
  const auto before = fingerprint(store.path());
  RocksKvOptions options;
  options.path = store.path();
  options.read_only = true;
  {
    const auto kv = open_recovered_kv(options);
    REQUIRE(kv.has_value());
    CHECK((*read_commit_row(**kv))->group == 1);
    const auto batch = (*kv)->new_batch();
    CHECK((*kv)->write(*batch).error().rule == "read_only");
  }
  CHECK(fingerprint(store.path()) == before);
}

TEST_CASE("a torn tail of what was never acknowledged is dropped in silence") {
  const bool zeros = GENERATE(false, true);
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 8; ++group) {
    store.write_group(group, group - 1);
  }
  const auto wal = store.wal().front();
  const auto acknowledged = read_all(wal).size();
  store.write_group(9, 8, 70'000);
  store.kill();
  const auto whole = read_all(wal);
  const fs::path copy = store.path().string() + ".copy";
  fs::copy(store.path(), copy);
  for (const std::size_t lost :
       {std::size_t{9}, std::size_t{40'000}, whole.size() - acknowledged}) {
    CAPTURE(zeros, lost);
    fs::remove_all(store.path());
    fs::copy(copy, store.path());
    write_all(wal, whole.substr(0, whole.size() - lost) + std::string(zeros ? lost : 0, '\0'));
    CHECK(store.start() == "8");
    // What is written after the recovery takes the place of the lost group.
    store.write_group(9, 8);
    store.write_group(10, 9);
    store.kill();
    CHECK(store.start() == "10");
    store.kill();
  }
}

TEST_CASE("the refusal names the groups and positions") {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 10; ++group) {
    store.write_group(group, group - 1);
  }
  store.confirm(10);
  store.kill();
  const auto wal = store.wal().front();
  auto bytes = read_all(wal);
  const auto place = bytes.size() / 2;
  bytes[place] = static_cast<char>(bytes[place] ^ 1);
  write_all(wal, bytes);
  CHECK(store.start() == "wal_damaged");
  CHECK_THAT(store.reason(), Catch::Contains("group 6 to 10"));
  CHECK_THAT(store.reason(), Catch::Contains("log 7 position 10 to 19"));
}

TEST_CASE("damage in a group that nothing witnesses is a torn tail") {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 10; ++group) {
    store.write_group(group, group > 2 ? group - 3 : 0);
  }
  store.kill();
  const auto wal = store.wal().front();
  auto bytes = read_all(wal);
  // Inside group 9 of ten equal ones; group 10 says that 7 is durable.
  const auto place = bytes.size() * 17 / 20;
  bytes[place] = static_cast<char>(bytes[place] ^ 1);
  write_all(wal, bytes);
  CHECK(store.start() == "8");
}

/// Three files of the log at once: the family of the log keeps the older ones alive.
void write_three_files(Store& store) {
  store.open(true);
  for (std::uint64_t group = 1; group <= 9; ++group) {
    store.write_group(group, group - 1);
    if (group % 3 == 0 && group < 9) {
      REQUIRE(store.kv().sync().has_value());
      REQUIRE(store.kv().compact(Family::kUsers, {}, false).has_value());
    }
  }
  store.confirm(9);
  store.kill();
  REQUIRE(store.wal().size() == 3);
}

TEST_CASE("a log of several files is read whole") {
  Store store;
  write_three_files(store);
  CHECK(store.start() == "9");
}

TEST_CASE("a missing file of the log is noticed") {
  Store store;
  write_three_files(store);
  SECTION("in the middle") {
    fs::remove(store.wal()[1]);
    CHECK(store.start() == "wal_damaged");
    CHECK_THAT(store.reason(), Catch::Contains("group 4 to 6"));
  }
  SECTION("cut off at a whole batch") {
    const auto file = store.wal()[1];
    const auto bytes = read_all(file);
    write_all(file, bytes.substr(0, bytes.size() / 3));
    CHECK(store.start() == "wal_damaged");
    CHECK_THAT(store.reason(), Catch::Contains("group 5 to "));
  }
  SECTION("flipped in the first") {
    const auto file = store.wal()[0];
    auto bytes = read_all(file);
    bytes[8] = static_cast<char>(bytes[8] ^ 1);
    write_all(file, bytes);
    // RocksDB itself notices, because a table holds later changes.
    CHECK(store.start() == "storage_corrupt");
    CHECK_THAT(store.reason(), Catch::Contains("ahead of WALs"));
  }
}

TEST_CASE("a file of the log that a kill left behind after its groups went to tables is no gap") {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 3; ++group) {
    store.write_group(group, group - 1);
  }
  REQUIRE(store.kv().sync().has_value());
  const auto first = store.wal()[0];
  const std::string left_behind = read_all(first);
  REQUIRE(store.kv().flush_all().has_value());
  for (std::uint64_t group = 4; group <= 6; ++group) {
    store.write_group(group, group - 1);
  }
  REQUIRE(store.kv().flush_all().has_value());
  for (std::uint64_t group = 7; group <= 9; ++group) {
    store.write_group(group, group - 1);
  }
  REQUIRE(store.kv().sync().has_value());
  store.kill();
  write_all(first, left_behind);
  CHECK(store.start() == "9");
}

TEST_CASE("damage to RocksDB's other files is an error with the file's name") {
  Store store;
  store.open(true);
  for (std::uint64_t group = 1; group <= 50; ++group) {
    store.write_group(group, group - 1, 3000);
  }
  store.close();
  const auto find = [&](std::string_view part) {
    for (const auto& path : files_of(store.path())) {
      if (path.filename().string().find(part) != std::string::npos) {
        return path;
      }
    }
    return fs::path{};
  };
  SECTION("CURRENT is missing") {
    fs::remove(store.path() / "CURRENT");
    CHECK(store.start() == "storage_corrupt");
    CHECK_THAT(store.reason(), Catch::Contains("CURRENT"));
  }
  SECTION("CURRENT is empty") {
    write_all(store.path() / "CURRENT", "");
    CHECK(store.start() == "storage_corrupt");
    CHECK_THAT(store.reason(), Catch::Contains("CURRENT"));
  }
  SECTION("MANIFEST is missing") {
    fs::remove(find("MANIFEST"));
    CHECK(store.start() == "storage_corrupt");
    CHECK_THAT(store.reason(), Catch::Contains("MANIFEST"));
  }
  SECTION("MANIFEST is flipped anywhere") {
    const auto manifest = find("MANIFEST");
    const auto whole = read_all(manifest);
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < whole.size(); at += at + 60 < whole.size() ? 37U : 1U) {
      places.push_back(at);
    }
    for (const std::size_t at : places) {
      CAPTURE(at, whole.size());
      auto bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ 4);
      write_all(manifest, bytes);
      CHECK(store.start() == "storage_corrupt");
      CHECK_THAT(store.reason(), Catch::Contains("MANIFEST"));
    }
  }
  SECTION("a table is missing") {
    const auto table = find(".sst");
    fs::remove(table);
    CHECK(store.start() == "storage_corrupt");
    CHECK_THAT(store.reason(), Catch::Contains(table.stem().string()));
  }
  SECTION("a table is cut off") {
    const auto table = find(".sst");
    write_all(table, read_all(table).substr(0, 200));
    CHECK(store.start() == "storage_corrupt");
    CHECK_THAT(store.reason(), Catch::Contains(table.stem().string()));
  }
  SECTION("a table is flipped, which only reading it shows") {
    for (const auto& path : files_of(store.path())) {
      if (path.extension() == ".sst" && fs::file_size(path) > 50'000) {
        auto bytes = read_all(path);
        bytes[2000] = static_cast<char>(bytes[2000] ^ 4);
        write_all(path, bytes);
        store.open();
        const auto checked = store.kv().verify_checksums();
        REQUIRE_FALSE(checked.has_value());
        CHECK(checked.error().rule == "storage_corrupt");
        CHECK_THAT(checked.error().reason, Catch::Contains(path.filename().string()));
        const auto scanned = store.kv().scan(Family::kLog, {}, [](auto, auto) { return true; });
        REQUIRE_FALSE(scanned.has_value());
        CHECK(scanned.error().code == Errc::kCorrupt);
      }
    }
  }
}

TEST_CASE("a store that another process has open is refused with the reason") {
  Store store;
  store.open(true);
  RocksKvOptions options;
  options.path = store.path();
  const auto second = open_recovered_kv(options);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().rule == "store_in_use");
}

TEST_CASE("rows of recovery are read as they were written, and nothing else is") {
  CHECK(to_hex(write_commit_row({0x0102, 3})) == "02010000000000000300000000000000");
  CHECK(parse_commit_row(write_commit_row({9, 8})) == CommitRow{9, 8});
  CHECK_FALSE(parse_commit_row("short").has_value());
  CHECK_FALSE(parse_commit_row(std::string(17, '\0')).has_value());
  CHECK(head_key(LogId{0x01020304}) == "head/\x01\x02\x03\x04");
  CHECK(parse_head_row(write_head_row(77)) == 77U);
  CHECK_FALSE(parse_head_row("").has_value());
}

}  // namespace
}  // namespace muster
