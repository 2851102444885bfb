// A fold of a log gives the rows that its commits wrote, however the work is divided.
#include <map>
#include <mutex>
#include <set>

#include <catch2/catch.hpp>

#include "projections/fold/directory_fold.h"
#include "storage/log/group_record.h"
#include "storage/memory_kv.h"
#include "storage/seal/vault.h"
#include "tests/projections/fold/live_log.h"
#include "tests/storage/scratch_directory.h"

namespace muster {
namespace {

using Rows = std::map<std::pair<Family, std::string>, std::string>;

/// The rows that only one side has, or that differ.
std::string difference(const Rows& folded, const Rows& stored) {
  std::string text;
  const auto name = [](const Rows::value_type& row, std::string_view what) {
    return std::string{name_of(row.first.first)} + " " + to_hex(row.first.second) + " " +
           std::string{what} + "\n";
  };
  for (const auto& row : folded) {
    const auto found = stored.find(row.first);
    if (found == stored.end() || found->second != row.second) {
      text += name(row, found == stored.end() ? "only folded" : "differs");
    }
  }
  for (const auto& row : stored) {
    text += folded.contains(row.first) ? "" : name(row, "only stored");
  }
  return text;
}

class CollectedRows final : public RowSink {
 public:
  Result<void> put(std::size_t, const FoldedRow& row) override {
    const std::lock_guard lock{mutex_};
    twice += rows.emplace(std::pair{row.family, std::string{row.key}}, row.value).second ? 0 : 1;
    return {};
  }

  void end_log(LogId log, std::int64_t oldest_hour) override {
    std::erase_if(rows, [&](const auto& row) {
      ByteReader key{row.first.second};
      return row.first.first == Family::kIdempotency && key.big_endian_32() == raw(log) &&
             key.big_endian_32() < oldest_hour;
    });
  }

  Rows rows;
  int twice = 0;

 private:
  std::mutex mutex_;
};

class CollectedFindings final : public FindingSink {
 public:
  void found(Finding finding) override {
    const std::lock_guard lock{mutex_};
    rules.insert(std::string{finding.rule});
  }

  std::set<std::string> rules;

 private:
  std::mutex mutex_;
};

/// A log in memory with real keys.
class Fixture {
 public:
  Fixture() {
    VaultOptions options;
    options.ring.dir = scratch_.path() / "keys";
    vault = std::move(*Vault::open(options, entropy_));
    REQUIRE(vault->begin_reserving(Slot{1}).has_value());
    log = std::move(*EventLog::open(kv, [] { return ~std::uint64_t{0}; }));
    live.emplace(*log, *vault, 1);
  }

  Result<FoldedDirectory> fold(RowSink& sink, FindingSink& findings, FoldOptions options = {}) {
    return fold_directory({kv, *vault, views_, sink, findings}, options, {});
  }

  Rows stored() const {
    Rows rows;
    for (const Family family : {Family::kStreams,
                                Family::kTree,
                                Family::kStates,
                                Family::kUsers,
                                Family::kUserKeys,
                                Family::kUserIndex,
                                Family::kCounts,
                                Family::kIdempotency}) {
      REQUIRE(kv.scan(family, KvRange::all(), [&](std::string_view key, std::string_view value) {
                  rows.emplace(std::pair{family, std::string{key}}, value);
                  return true;
                }).has_value());
    }
    return rows;
  }

  void put(Family family, std::string_view key, std::string_view value) {
    const auto batch = kv.new_batch();
    batch->put(family, key, value);
    REQUIRE(kv.write(*batch).has_value());
  }

  void erase(Family family, std::string_view key) {
    const auto batch = kv.new_batch();
    batch->erase(family, key);
    REQUIRE(kv.write(*batch).has_value());
  }

  /// The rules of all findings of a fold.
  std::set<std::string> findings() {
    CollectedRows rows;
    CollectedFindings found;
    REQUIRE(fold(rows, found).has_value());
    return found.rules;
  }

  MemoryKv kv;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<EventLog> log;
  std::optional<test::LiveLog> live;

 private:
  ScratchDirectory scratch_;
  SystemEntropy entropy_;
  DirectoryViews views_;
};

TEST_CASE("a fold gives exactly the rows that were committed") {
  Fixture fixture;
  test::Population population{*fixture.live, 1};
  population.found();
  population.happen(400);
  const Rows stored = fixture.stored();
  REQUIRE(stored.size() > 500);

  struct Way {
    std::size_t threads;
    std::size_t users_max;
  };

  for (const Way way : {Way{1, 1'000}, Way{2, 1'000}, Way{3, 9}, Way{2, 1}, Way{1, 20}}) {
    CAPTURE(way.threads, way.users_max);
    CollectedRows rows;
    CollectedFindings findings;
    FoldOptions options;
    options.threads = way.threads;
    options.users_max = way.users_max;
    const auto folded = fixture.fold(rows, findings, options);
    REQUIRE(folded.has_value());
    CHECK(findings.rules == std::set<std::string>{});
    CHECK(rows.twice == 0);
    CHECK(difference(rows.rows, stored) == "");
    for (const FoldedLog& log : folded->logs) {
      CHECK(log.frontier == fixture.log->frontier(log.log));
      CHECK(log.newest_time == fixture.log->head(log.log).time);
      CHECK(log.undestroyed.empty());
    }
    CHECK(folded->newest_group == fixture.log->newest_group());
    CHECK(raw(folded->highest_slot) + 1 == raw(fixture.log->first_free_slot()));
  }
}

TEST_CASE("an empty store folds to nothing") {
  Fixture fixture;
  CollectedRows rows;
  CollectedFindings findings;
  const auto folded = fixture.fold(rows, findings);
  REQUIRE(folded.has_value());
  CHECK(folded->logs.empty());
  CHECK(rows.rows.empty());
  CHECK(*events_in_all_logs(fixture.kv) == 0);
}

TEST_CASE("a log of one event, and one of refusals only, fold to what was committed") {
  Fixture fixture;
  fixture.live->make_tenant(LogId{1}, "one");
  fixture.live->commit();
  fixture.live->use_idempotency_key(3);
  CHECK_FALSE(fixture.live->add(LogId{1}, failure(Errc::kNotFound, "nothing_there")).has_value());
  fixture.live->commit();
  CollectedRows rows;
  CollectedFindings findings;
  const auto folded = fixture.fold(rows, findings);
  REQUIRE(folded.has_value());
  CHECK(difference(rows.rows, fixture.stored()) == "");
  CHECK(findings.rules.empty());
  CHECK(*events_in_all_logs(fixture.kv) == 1);
}

TEST_CASE("outcomes of commands are kept as long as the log keeps them") {
  Fixture fixture;
  fixture.live->make_tenant(LogId{1}, "one");
  for (int hour = 0; hour < 40; ++hour) {
    fixture.live->use_idempotency_key(hour);
    fixture.live->now = Micros{raw(fixture.live->now) + 3'600'000'000LL};
    CHECK_FALSE(fixture.live->add(LogId{1}, failure(Errc::kNotFound, "gone")).has_value());
    fixture.live->commit();
  }
  CollectedRows rows;
  CollectedFindings findings;
  REQUIRE(fixture.fold(rows, findings).has_value());
  CHECK(difference(rows.rows, fixture.stored()) == "");
}

/// A tenant, a pool and a user with three events, and the places of what belongs to them.
struct Small {
  explicit Small(Fixture& fixture) : live{*fixture.live} {
    live.make_tenant(kLog, "one");
    live.commit();
    live.act_as_client(kLog, "client");
    live.make_schema(kLog, "person", 3000);
    pool = live.make_pool(kLog, "p", true);
    user = live.make_user(pool, "ada");
    REQUIRE(live.change(user, {UserPayloadReplaced{"person", test::LiveLog::payload("Eve", 1)}}));
    live.commit();
  }

  static constexpr LogId kLog{1};
  static constexpr Position kUserCreated{3};
  test::LiveLog& live;
  test::LivePool pool;
  test::LiveUser user;
};

TEST_CASE("what is missing or altered beside the log is found") {
  Fixture fixture;
  Small small{fixture};
  REQUIRE(fixture.findings().empty());
  const std::string own = segment_key(Small::kLog, Small::kUserCreated, 0);
  const std::string request = segment_key(Small::kLog, Small::kUserCreated, 1);
  std::string bytes;

  SECTION("a segment is gone, but nobody was erased") {
    fixture.erase(Family::kSegments, own);
    CHECK(fixture.findings() == std::set<std::string>{"segment_missing"});
  }
  SECTION("a segment sealed for the client is gone") {
    fixture.erase(Family::kSegments, request);
    CHECK(fixture.findings() == std::set<std::string>{"segment_missing"});
  }
  SECTION("a segment was altered") {
    REQUIRE(*fixture.kv.get(Family::kSegments, own, bytes));
    bytes[100] = static_cast<char>(bytes[100] ^ 1);
    fixture.put(Family::kSegments, own, bytes);
    CHECK(fixture.findings() == std::set<std::string>{"segment_altered"});
  }
  SECTION("a segment of no event") {
    fixture.put(Family::kSegments, segment_key(Small::kLog, Position{77}, 0), "x");
    fixture.put(Family::kSegments, segment_key(Small::kLog, Small::kUserCreated, 9), "x");
    CHECK(fixture.findings() == std::set<std::string>{"segment_unexpected"});
  }
  SECTION("an attachment is gone") {
    REQUIRE(fixture.kv
                .scan(Family::kAttachments, KvRange::all(),
                      [&](std::string_view key, std::string_view) {
                        bytes = key;
                        return false;
                      })
                .has_value());
    fixture.erase(Family::kAttachments, bytes);
    CHECK(fixture.findings().contains("attachment_missing"));
  }
  SECTION("the key of somebody who was not erased is destroyed") {
    REQUIRE(fixture.vault->erase_slot(small.user.slot).has_value());
    CHECK(fixture.findings().contains("erased_segment_kept"));
    CHECK(fixture.findings().contains("segment_missing"));
  }
}

TEST_CASE("erasure is legitimate, and what is left of an erased person is found") {
  Fixture fixture;
  Small small{fixture};
  const std::string own = segment_key(Small::kLog, Small::kUserCreated, 0);
  std::string segment;
  REQUIRE(*fixture.kv.get(Family::kSegments, own, segment));
  small.live.erase(small.user);

  SECTION("nothing is left") {
    small.live.commit();
    CHECK(fixture.findings().empty());
  }
  SECTION("a segment came back") {
    small.live.commit();
    fixture.put(Family::kSegments, own, segment);
    CHECK(fixture.findings() == std::set<std::string>{"erased_segment_kept"});
  }
}

/// Writes the group record of the user's creation again after `change` has had its way with it.
void rewrite(Fixture& fixture, const std::function<void(std::vector<std::string>&)>& change) {
  std::string key;
  std::string value;
  REQUIRE(fixture.kv
              .scan(Family::kLog, KvRange::of_prefix(std::string_view{"\0\0\0\1", 4}),
                    [&](std::string_view k, std::string_view v) {
                      key = k;
                      value = v;
                      return false;
                    })
              .has_value());
  auto record = parse_group_record(value);
  REQUIRE(record.has_value());
  std::vector<std::string> open_parts(record->open_parts.begin(), record->open_parts.end());
  change(open_parts);
  record->open_parts.assign(open_parts.begin(), open_parts.end());
  fixture.put(Family::kLog, key, write_group_record(*record));
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

TEST_CASE("a log that was written over is found out") {
  Fixture fixture;
  const Small small{fixture};
  const auto found_after = [&](const std::function<void(std::vector<std::string>&)>& change) {
    rewrite(fixture, change);
    return fixture.findings();
  };

  SECTION("an event has other public values") {
    CHECK(found_after([](auto& parts) { replace(parts[3], "active", "deleted"); }) ==
          std::set<std::string>{"previous_differs"});
  }
  SECTION("the time runs backwards") {
    CHECK(found_after([](auto& parts) { replace(parts[3], "\"time\":1", "\"time\":"); })
              .contains("time_not_ascending"));
  }
  SECTION("an event claims another place") {
    CHECK(found_after([](auto& parts) { replace(parts[4], "\"pos\":4", "\"pos\":5"); }) ==
          std::set<std::string>{"event_misplaced"});
  }
  SECTION("a revision is left out") {
    CHECK(found_after([](auto& parts) { replace(parts[4], "\"rev\":2", "\"rev\":3"); }) ==
          std::set<std::string>{"revision_gap"});
  }
  SECTION("a command is torn") {
    CHECK(found_after([](auto& parts) { replace(parts[4], "\"cmd\":4", "\"cmd\":2"); }) ==
          std::set<std::string>{"command_torn"});
  }
  SECTION("an open part is no open part") {
    CHECK(found_after([](auto& parts) { parts[4] = "{}"; }) ==
          std::set<std::string>{"open_part_unreadable"});
  }
  SECTION("an event of another aggregate is in the stream") {
    CHECK(found_after([](auto& parts) {
            replace(parts[4], "user.payload_replaced", "schema.deleted");
          }).contains("stream_mixed"));
  }
}

TEST_CASE("a log that cannot be read on stops the fold and names the place") {
  Fixture fixture;
  const Small small{fixture};
  CollectedRows rows;
  CollectedFindings findings;

  SECTION("an event that this program does not know") {
    rewrite(fixture, [](auto& parts) { replace(parts[4], "user.payload_replaced", "user.sung_to"); });
    const auto folded = fixture.fold(rows, findings);
    REQUIRE_FALSE(folded.has_value());
    CHECK(folded.error().rule == "unknown_event");
  }
  SECTION("a flipped bit in a group record") {
    std::string key;
    std::string value;
    REQUIRE(fixture.kv
                .scan(Family::kLog, KvRange::of_prefix(std::string_view{"\0\0\0\1", 4}),
                      [&](std::string_view k, std::string_view v) {
                        key = k;
                        value = v;
                        return false;
                      })
                .has_value());
    value[200] = static_cast<char>(value[200] ^ 4);
    fixture.put(Family::kLog, key, value);
    const auto folded = fixture.fold(rows, findings);
    REQUIRE_FALSE(folded.has_value());
    CHECK(folded.error().rule == "group_record_damaged");
    CHECK_THAT(folded.error().reason, Catch::Contains("log 1, position 0"));
  }
  SECTION("a group record is missing") {
    small.live.make_schema(Small::kLog, "second", 5);
    small.live.commit();
    small.live.make_schema(Small::kLog, "third", 5);
    small.live.commit();
    fixture.erase(Family::kLog, group_record_key(Small::kLog, Position{5}, 3));
    const auto folded = fixture.fold(rows, findings);
    REQUIRE_FALSE(folded.has_value());
    CHECK(folded.error().rule == "log_incomplete");
    CHECK_THAT(folded.error().reason, Catch::Contains("position 5"));
  }
}

}  // namespace
}  // namespace muster
