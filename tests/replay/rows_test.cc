// The tools under verify and rebuild: sorting outside memory, comparing by sums, naming rows.
#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "engine/sequencer/idempotency.h"
#include "projections/keys.h"
#include "projections/past_keys.h"
#include "replay/row_buckets.h"
#include "replay/row_sorter.h"
#include "replay/row_text.h"
#include "storage/log/group_record.h"
#include "storage/seal/system_entropy.h"
#include "tests/storage/scratch_directory.h"

namespace muster {
namespace {

std::vector<std::pair<std::string, std::string>> all_of(SortedSource& source) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::string_view key;
  std::string_view value;
  while (true) {
    const auto any = source.next(key, value);
    REQUIRE(any.has_value());
    if (!*any) {
      return rows;
    }
    rows.emplace_back(key, value);
  }
}

TEST_CASE("rows come back sorted, whatever fits into memory") {
  const ScratchDirectory scratch;
  for (const std::size_t lane_bytes : {std::size_t{1}, std::size_t{3000}, std::size_t{1} << 24U}) {
    CAPTURE(lane_bytes);
    std::mt19937_64 random{lane_bytes};
    const auto directory = scratch.path() / "runs";
    std::map<std::string, std::string> users;
    std::map<std::string, std::string> keys;
    {
      replay::RowSorter sorter{{directory, 3, lane_bytes}};
      for (std::size_t i = 0; i < 400; ++i) {
        const std::string key = std::to_string(random());
        const std::string value(random() % 5 == 0 ? 0 : random() % 900, 'v');
        const bool user = random() % 2 == 0;
        (user ? users : keys)[key] = value;
        REQUIRE(
            sorter.put(random() % 3, {user ? Family::kUsers : Family::kUserKeys, key, value, {}}));
      }
      // Each time anew.
      for (int round = 0; round < 2; ++round) {
        const auto sorted_users = all_of(*sorter.sorted(Family::kUsers));
        CHECK(std::map<std::string, std::string>(sorted_users.begin(), sorted_users.end()) ==
              users);
        CHECK(std::ranges::is_sorted(sorted_users));
        CHECK(all_of(*sorter.sorted(Family::kUserKeys)).size() == keys.size());
        CHECK(all_of(*sorter.sorted(Family::kCounts)).empty());
      }
      CHECK(std::filesystem::exists(directory) == (lane_bytes < 100'000));
    }
    CHECK_FALSE(std::filesystem::exists(directory));
  }
}

TEST_CASE("a row larger than the buffer of a run comes back whole") {
  const ScratchDirectory scratch;
  replay::RowSorter sorter{{scratch.path() / "runs", 1, 1000}};
  const std::string large(1'000'000, 'l');
  REQUIRE(sorter.put(0, {Family::kTree, "b", large, {}}));
  REQUIRE(sorter.put(0, {Family::kTree, "a", "small", {}}));
  REQUIRE(sorter.put(0, {Family::kTree, "c", "small", {}}));
  const auto rows = all_of(*sorter.sorted(Family::kTree));
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].second == large);
}

TEST_CASE("old outcomes are left out of what is sorted") {
  const ScratchDirectory scratch;
  replay::RowSorter sorter{{scratch.path() / "runs", 1}};
  for (const std::int64_t hour : {9, 10, 11}) {
    REQUIRE(sorter.put(0, {Family::kIdempotency, idempotency_row_key(LogId{1}, hour, {}), "", {}}));
    REQUIRE(sorter.put(0, {Family::kIdempotency, idempotency_row_key(LogId{2}, hour, {}), "", {}}));
  }
  sorter.end_log(LogId{1}, 11);
  sorter.end_log(LogId{2}, 0);
  CHECK(all_of(*sorter.sorted(Family::kIdempotency)).size() == 1 + 3);
}

TEST_CASE("sums tell which bucket differs, and do not mind the order") {
  SystemEntropy entropy;
  const replay::RowHasher hasher{entropy};
  replay::RowSums one;
  replay::RowSums other;
  const auto add = [&](replay::RowSums& sums, const std::string& key, const std::string& value) {
    sums.add(key, hasher.of(key, value));
  };
  for (int i = 0; i < 1000; ++i) {
    add(one, std::to_string(i), "v");
    add(other, std::to_string(999 - i), "v");
  }
  CHECK(replay::RowSums::differing(one, other).empty());
  CHECK(one.rows() == 1000);

  SECTION("another value") {
    add(one, "x", "1");
    add(other, "x", "2");
    CHECK(replay::RowSums::differing(one, other) ==
          std::vector<std::size_t>{replay::bucket_of("x")});
  }
  SECTION("one row more, and merged sums") {
    replay::RowSums more;
    add(more, "x", "");
    one.add(more);
    CHECK(replay::RowSums::differing(one, other).size() == 1);
    add(other, "x", "");
    CHECK(replay::RowSums::differing(one, other).empty());
  }
  SECTION("the border of key and value matters") {
    CHECK_FALSE(hasher.of("ab", "c") == hasher.of("a", "bc"));
  }
  SECTION("values that change places are seen") {
    add(one, "x", "1");
    add(one, "y", "2");
    add(other, "x", "2");
    add(other, "y", "1");
    CHECK_FALSE(replay::RowSums::differing(one, other).empty());
  }
}

TEST_CASE("another run hashes under another key") {
  SystemEntropy entropy;
  CHECK_FALSE(replay::RowHasher{entropy}.of("k", "v") == replay::RowHasher{entropy}.of("k", "v"));
}

TEST_CASE("rows are named by what is not personal") {
  Uuid uuid;
  uuid.bytes.fill(1);
  const StreamId stream{uuid};
  const std::string one = "01010101-0101-0101-0101-010101010101";
  const LogId log{7};

  struct Row {
    Family family;
    std::string key;
    std::string says;
  };

  for (const Row& row :
       {Row{Family::kStreams,
            stream_entry_key(log, stream, Revision{3}),
            "streams.1 log 7 stream " + one + " revision 3"},
        Row{Family::kTree, leaves_key(log, Position{5}), "tree.1 log 7 leaves from position 5"},
        Row{Family::kTree, node_key(log, 8, 2), "tree.1 log 7 node of level 8 number 2"},
        Row{Family::kTree, frontier_key(log), "tree.1 log 7 frontier"},
        Row{Family::kStates, state_key(log, Aggregate::kPool, "p"), "states.1 log 7 pool stream"},
        Row{Family::kUsers, PoolKeys{log, stream}.user("ada"), "users.1 log 7 pool " + one},
        Row{Family::kUserKeys,
            PoolKeys{log, stream}.identifier("ada"),
            "user_keys.1 log 7 pool " + one + " identifier"},
        Row{Family::kUserIndex,
            PoolKeys{log, stream}.indexed_prefix(1, "ada") + "x",
            "user_index.1 log 7 pool " + one + " member 1"},
        Row{Family::kCounts, pool_users_key(log, stream), "counts.1 log 7 users of a pool " + one},
        Row{Family::kIdempotency, idempotency_row_key(log, 12, {}), "idempotency.1 log 7 hour 12"},
        Row{Family::kUserIndex,
            PoolKeys{log, stream}.arrival(Position{9}),
            "user_index.1 log 7 pool " + one + " arrival"},
        Row{Family::kPast,
            past_key({View::kUserKeys, PoolKeys{log, stream}.identifier("ada")}, Position{6}),
            "past.1 log 7 pool " + one + " identifier until position 6 stream"},
        Row{Family::kPast,
            past_lead(log,
                      stream,
                      past_key({View::kUsers, PoolKeys{log, stream}.user("ada")}, Position{6})),
            "past.1 log 7 pool " + one + " until position 6 by stream"},
        Row{Family::kPast, "", "past.1 log 0 unknown kind"},
        Row{Family::kUsers, "", "users.1 log 0 pool ?"}}) {
    const std::string text = replay::text_of({row.family, row.key, stream, false});
    CAPTURE(text);
    CHECK(text.starts_with(row.says));
    CHECK(text.find("ada") == std::string::npos);
    CHECK(text.find(" key ") != std::string::npos);
  }
  const std::string key = PoolKeys{log, stream}.user("ada");
  CHECK(replay::text_of({Family::kUsers, key, stream, true}).find("ada") != std::string::npos);
}

}  // namespace
}  // namespace muster
