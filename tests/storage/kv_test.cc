// The promises of storage/kv.h, held by every store alike.
#include "storage/kv.h"

#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/storage/kv_worlds.h"

namespace muster {
namespace {

TEMPLATE_TEST_CASE("a batch applies all its changes in order, across families",
                   "",
                   MemoryWorld,
                   RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put(kv, Family::kUsers, "a", "old");
  const auto batch = kv.new_batch();
  batch->put(Family::kUsers, "a", "1");
  batch->put(Family::kUsers, "b", "2");
  batch->erase(Family::kUsers, "a");
  batch->put(Family::kMeta, std::string_view{"\0key", 4}, std::string_view{"\0", 1});
  batch->put(Family::kUsers, "c", "");
  CHECK(batch->count() == 5);
  CHECK(batch->bytes() > 10);
  CHECK(value_of(kv, Family::kUsers, "a") == "old");
  REQUIRE(kv.write(*batch).has_value());
  CHECK(value_of(kv, Family::kUsers, "a") == "(none)");
  CHECK(value_of(kv, Family::kUsers, "b") == "2");
  CHECK(value_of(kv, Family::kUsers, "c").empty());
  CHECK(value_of(kv, Family::kMeta, "b") == "(none)");
  CHECK(value_of(kv, Family::kMeta, std::string_view{"\0key", 4}) == std::string{"\0", 1});

  batch->clear();
  CHECK(batch->count() == 0);
  REQUIRE(kv.write(*batch).has_value());
  CHECK(value_of(kv, Family::kUsers, "b") == "2");
}

TEMPLATE_TEST_CASE("erasing a range leaves its ends as the range says",
                   "",
                   MemoryWorld,
                   RocksWorld) {
  struct Row {
    const char* from;
    const char* to;
    const char* left;
  };

  TestType world;
  auto& kv = world.kv();
  for (const Row& row : {Row{"b", "d", "a=v d=v e=v"},
                         Row{"", "c", "c=v d=v e=v"},
                         Row{"bb", "cc", "a=v b=v d=v e=v"},
                         Row{"c", "c", "a=v b=v c=v d=v e=v"},
                         Row{"d", "b", "a=v b=v c=v d=v e=v"},
                         Row{"a", "z", ""}}) {
    CAPTURE(row.from, row.to);
    put_each(kv, Family::kStates, "abcde");
    put_each(kv, Family::kUsers, "c");
    const auto batch = kv.new_batch();
    batch->erase_range(Family::kStates, row.from, row.to);
    REQUIRE(kv.write(*batch).has_value());
    CHECK(rows_of(kv, Family::kStates) == row.left);
    CHECK(rows_of(kv, Family::kUsers) == "c=v");
    put(kv, Family::kStates, "c", "new");
    CHECK(value_of(kv, Family::kStates, "c") == "new");
  }
}

TEMPLATE_TEST_CASE("a snapshot keeps seeing what was there", "", MemoryWorld, RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put_each(kv, Family::kStates, "abc");
  const auto before = kv.snapshot();
  const auto batch = kv.new_batch();
  batch->put(Family::kStates, "a", "changed");
  batch->erase(Family::kStates, "b");
  batch->erase_range(Family::kStates, "c", "d");
  batch->put(Family::kStates, "d", "new");
  REQUIRE(kv.write(*batch).has_value());
  const auto after = kv.snapshot();
  put(kv, Family::kStates, "e", "later");
  REQUIRE(kv.flush_all().has_value());
  REQUIRE(kv.compact(Family::kStates, KvRange::all(), true).has_value());

  CHECK(rows_of(kv, Family::kStates, {}, before.get()) == "a=v b=v c=v");
  CHECK(rows_of(kv, Family::kStates, {}, after.get()) == "a=changed d=new");
  CHECK(rows_of(kv, Family::kStates) == "a=changed d=new e=later");
  CHECK(value_of(kv, Family::kStates, "b", before.get()) == "v");
  CHECK(value_of(kv, Family::kStates, "b", after.get()) == "(none)");
  const std::array<std::string_view, 3> keys{"a", "nobody", "b"};
  const auto old = kv.multi_get(Family::kStates, keys, before.get());
  REQUIRE(old.has_value());
  CHECK(*old == std::vector<std::optional<std::string>>{"v", std::nullopt, "v"});
  const auto now = kv.multi_get(Family::kStates, keys);
  REQUIRE(now.has_value());
  CHECK(*now == std::vector<std::optional<std::string>>{"changed", std::nullopt, std::nullopt});
}

TEMPLATE_TEST_CASE("an iterator stays within its range from every side",
                   "",
                   MemoryWorld,
                   RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put_each(kv, Family::kUsers, "abdefh");
  put_each(kv, Family::kStates, "c");

  struct Row {
    const char* from;
    const char* to;
    const char* rows;
  };

  for (const Row& row : {Row{"", "", "abdefh"},
                         Row{"b", "f", "bde"},
                         Row{"c", "g", "def"},
                         Row{"", "b", "a"},
                         Row{"f", "", "fh"},
                         Row{"c", "d", ""},
                         Row{"x", "", ""},
                         Row{"f", "b", ""},
                         Row{"d", "d", ""}}) {
    CAPTURE(row.from, row.to);
    const std::string expected = row.rows;
    const auto rows = kv.iterate(Family::kUsers, {row.from, row.to});
    CHECK_FALSE(rows->valid());
    std::string forward;
    for (rows->seek_to_first(); rows->valid(); rows->next()) {
      forward += rows->key();
    }
    CHECK(forward == expected);
    std::string backward;
    for (rows->seek_to_last(); rows->valid(); rows->prev()) {
      backward.insert(0, rows->key());
    }
    CHECK(backward == expected);
    for (const char key : std::string_view{"`abcdefghi"}) {
      CAPTURE(key);
      const auto at = expected.find_first_of(std::string_view{"abcdefghi"}.substr(
          key == '`' ? 0 : static_cast<std::size_t>(key - 'a')));
      rows->seek({&key, 1});
      CHECK((rows->valid() ? std::string{rows->key()} : "") ==
            (at == std::string::npos ? "" : expected.substr(at, 1)));
      const auto last = std::find_if(
          expected.rbegin(), expected.rend(), [&](char other) { return other <= key; });
      rows->seek_for_prev({&key, 1});
      CHECK((rows->valid() ? std::string{rows->key()} : "") ==
            (last == expected.rend() ? "" : std::string{*last}));
    }
    CHECK(rows->status().has_value());
  }
}

TEMPLATE_TEST_CASE("an iterator turns round where it stands", "", MemoryWorld, RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put_each(kv, Family::kUsers, "abcd");
  const auto rows = kv.iterate(Family::kUsers, {"a", "d"});
  rows->seek("b");
  rows->next();
  CHECK(rows->key() == "c");
  rows->prev();
  rows->prev();
  CHECK(rows->key() == "a");
  rows->next();
  CHECK(rows->key() == "b");
  CHECK(rows->value() == "v");
}

TEMPLATE_TEST_CASE("an iterator does not see later writes", "", MemoryWorld, RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put_each(kv, Family::kUsers, "ac");
  const auto rows = kv.iterate(Family::kUsers, {});
  put_each(kv, Family::kUsers, "bd");
  std::string seen;
  for (rows->seek_to_first(); rows->valid(); rows->next()) {
    seen += rows->key();
  }
  CHECK(seen == "ac");
}

TEMPLATE_TEST_CASE("a scan stops when its visitor says so", "", MemoryWorld, RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  put_each(kv, Family::kUsers, "abcd");
  int seen = 0;
  REQUIRE(kv.scan(Family::kUsers, {}, [&](auto, auto) { return ++seen < 2; }).has_value());
  CHECK(seen == 2);
}

TEMPLATE_TEST_CASE("a clean stop keeps everything", "", MemoryWorld, RocksWorld) {
  TestType world;
  put_each(world.kv(), Family::kUsers, "ab");
  put_each(world.kv(), Family::kLog, "c");
  world.reopen();
  CHECK(rows_of(world.kv(), Family::kUsers) == "a=v b=v");
  CHECK(rows_of(world.kv(), Family::kLog) == "c=v");
  CHECK(world.kv().stats().wal_bytes == 0);
  CHECK(world.kv().verify_checksums().has_value());
}

TEMPLATE_TEST_CASE("one thread syncs and others read while one writes",
                   "",
                   MemoryWorld,
                   RocksWorld) {
  TestType world;
  auto& kv = world.kv();
  constexpr int kWrites = 300;
  std::atomic<bool> stop = false;
  std::atomic<int> sync_failures = 0;
  std::atomic<int> torn_reads = 0;
  std::thread syncer{[&] {
    while (!stop) {
      sync_failures += kv.sync().has_value() ? 0 : 1;
    }
  }};
  std::thread reader{[&] {
    while (!stop) {
      const auto snapshot = kv.snapshot();
      std::string left;
      std::string right;
      const bool ok = kv.get(Family::kUsers, "n", left, snapshot.get()).has_value() &&
                      kv.get(Family::kStates, "n", right, snapshot.get()).has_value();
      torn_reads += ok && left == right ? 0 : 1;
    }
  }};
  int write_failures = 0;
  const auto batch = kv.new_batch();
  for (int i = 0; i < kWrites; ++i) {
    batch->clear();
    batch->put(Family::kUsers, "n", std::to_string(i));
    batch->put(Family::kStates, "n", std::to_string(i));
    write_failures += kv.write(*batch).has_value() ? 0 : 1;
  }
  stop = true;
  syncer.join();
  reader.join();
  CHECK(write_failures == 0);
  CHECK(sync_failures == 0);
  CHECK(torn_reads == 0);
  CHECK(value_of(kv, Family::kUsers, "n") == std::to_string(kWrites - 1));
}

TEST_CASE("a prefix range ends before the next prefix") {
  struct Row {
    std::string prefix;
    std::string to;
  };

  for (const Row& row : {Row{"a", "b"},
                         Row{"az", "a{"},
                         Row{"a\xff", "b"},
                         Row{std::string{"\0", 1}, "\x01"},
                         Row{"\xff\xff", ""},
                         Row{"", ""}}) {
    const auto range = KvRange::of_prefix(row.prefix);
    CHECK(range.from == row.prefix);
    CHECK(range.to == row.to);
  }
}

TEST_CASE("family names are on disk and never change") {
  std::string names;
  for (const auto name : kFamilyNames) {
    names += std::string{name} + " ";
  }
  CHECK(names ==
        "meta.1 log.1 segments.1 attachments.1 streams.1 tree.1 states.1 users.1 user_keys.1 "
        "user_index.1 groups.1 counts.1 idempotency.1 past.1 ");
  CHECK(name_of(Family::kUserIndex) == "user_index.1");
}

}  // namespace
}  // namespace muster
