#include "storage/log/event_log.h"

#include <set>

#include "storage/log/group_record.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/recovery.h"
#include "tests/storage/log/log_bench.h"

namespace muster::test {
namespace {

TEST_CASE("an empty store is an empty log") {
  LogBench bench;
  CHECK(bench.log->newest_group() == 0);
  CHECK(bench.log->logs().empty());
  CHECK(bench.log->head(kTenantLog).size == 0);
  CHECK(bench.log->first_free_slot() == Slot{1});
  CHECK(bench.log->confirm().has_value());
  CHECK(bench.kv.writes() == 0);
}

TEST_CASE("a log that is opened again goes on where it was") {
  LogBench bench;
  Population people{*bench.live, 5};
  people.found();
  people.happen(800);
  std::map<LogId, std::pair<LogHead, Frontier>> ends;
  for (const LogId log : bench.log->logs()) {
    ends[log] = {bench.log->head(log), bench.log->frontier(log)};
  }
  const std::uint64_t group = bench.log->newest_group();
  const Slot slot = bench.log->first_free_slot();
  REQUIRE(ends.size() == 3);
  CHECK(ends[kTenantLog].first.size > 300);  // levels above the leaves are stored

  bench.open();
  CHECK(bench.log->newest_group() == group);
  CHECK(bench.log->first_free_slot() == slot);
  CHECK(bench.log->logs().size() == ends.size());
  for (const auto& [log, end] : ends) {
    INFO("log " << raw(log));
    CHECK(bench.log->head(log).size == end.first.size);
    CHECK(bench.log->head(log).time == end.first.time);
    CHECK(bench.log->frontier(log) == end.second);
    KvTreeNodes nodes{bench.kv, log};
    const auto root = tree_root(nodes, end.first.size);
    REQUIRE(root);
    CHECK(*root == end.second.root());
  }
}

TEST_CASE("after a crash the log is where its newest surviving group was") {
  std::set<std::uint64_t> sizes;
  for (std::uint64_t fate = 0; fate < 20; ++fate) {
    LogBench bench;
    const LivePool pool = bench.found();
    bench.live->make_user(pool, "ada");
    bench.live->commit();
    const LogHead head = bench.log->head(kTenantLog);
    DyingLog dying{*bench.log};
    dying.syncs = false;
    LiveLog last{dying, bench.sealer, bench.log->newest_group() + 1};
    last.know_tenant(kTenantLog, "tenant-1");
    last.now = bench.live->now;
    for (const char* id : {"bob", "eve"}) {
      last.make_user(pool, id);
      last.commit();
    }
    CHECK(bench.log->head(kTenantLog).size == head.size + 2);
    bench.crash_and_open(fate);
    const std::uint64_t size = bench.log->head(kTenantLog).size;
    sizes.insert(size - head.size);
    CHECK(bench.log->frontier(kTenantLog).size() == size);
    CHECK(raw(bench.log->first_free_slot()) == 2 + size - head.size);
  }
  CHECK(sizes == std::set<std::uint64_t>{0, 1, 2});
}

TEST_CASE("what a group is worth is written in one batch") {
  LogBench bench;
  const LivePool pool = bench.found();
  const std::uint64_t writes = bench.kv.writes();
  bench.live->use_idempotency_key(1);
  bench.live->make_user(pool, "ada");
  bench.live->make_user(pool, "bob");
  bench.live->commit();
  CHECK(bench.kv.writes() == writes + 1);
}

TEST_CASE("every group says how far the log was durable before it") {
  LogBench bench;
  const LivePool pool = bench.found();
  const std::uint64_t first = bench.log->newest_group();
  bench.live->make_user(pool, "ada");
  bench.live->commit();
  auto row = read_commit_row(bench.kv);
  REQUIRE(row);
  CHECK(**row == CommitRow{first + 1, first});
  REQUIRE(bench.log->confirm());
  row = read_commit_row(bench.kv);
  REQUIRE(row);
  CHECK(**row == CommitRow{first + 1, first + 1});
  CHECK(bench.kv.unsynced_writes() == 0);
}

TEST_CASE("a group is refused while there is room to write what is in memory, and no more") {
  LogBench bench;
  bench.found();
  CHECK(bench.log->admits().has_value());
  bench.free_bytes = 12ULL * 1024 * 1024;
  const auto refused = bench.log->admits();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == "disk_full");
  CHECK(refused.error().code == Errc::kUnavailable);
  bench.free_bytes += bench.kv.stats().memtable_bytes;
  CHECK(bench.log->admits().has_value());
}

TEST_CASE("a failed write or sync is told") {
  LogBench bench;
  bench.found();
  SECTION("of a group") {
    bench.kv.fail_after_writes(0);
    Group group;
    group.number = bench.log->newest_group() + 1;
    CHECK_FALSE(bench.log->append(group).has_value());
  }
  SECTION("of a sync") {
    bench.kv.fail_next_sync();
    CHECK_FALSE(bench.log->sync(bench.log->newest_group()).has_value());
  }
  SECTION("of a confirmation") {
    bench.kv.fail_after_writes(0);
    CHECK_FALSE(bench.log->confirm().has_value());
  }
}

TEST_CASE("a log whose heads are gone is not taken for an empty one") {
  LogBench bench;
  bench.found();
  const auto batch = bench.kv.new_batch();
  std::string wanted;
  SECTION("no commit row") {
    batch->erase(Family::kMeta, kCommitKey);
    wanted = "views_missing";
  }
  SECTION("no time") {
    batch->erase(Family::kMeta, time_key(kTenantLog));
    wanted = "meta_damaged";
  }
  SECTION("no frontier") {
    batch->erase(Family::kTree, frontier_key(kTenantLog));
    wanted = "meta_damaged";
  }
  SECTION("a frontier of another size") {
    batch->put(Family::kTree, frontier_key(kTenantLog), Frontier{}.serialise());
    wanted = "meta_damaged";
  }
  SECTION("a head that is none") {
    batch->put(Family::kMeta, head_key(kTenantLog), "x");
    wanted = "meta_damaged";
  }
  REQUIRE(bench.kv.write(*batch));
  const auto opened = EventLog::open(bench.kv, [] { return ~std::uint64_t{0}; });
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Errc::kCorrupt);
  CHECK(opened.error().rule == wanted);
}

TEST_CASE("old outcomes go when newer ones come") {
  LogBench bench;
  const LivePool pool = bench.found();
  const auto create = [&](int number) {
    bench.live->use_idempotency_key(number);
    bench.live->make_user(pool, "user" + std::to_string(number));
    bench.live->commit();
  };
  create(1);
  const Micros first = bench.live->now;
  bench.live->now = Micros{raw(first) + 23 * 3'600'000'000LL};
  create(2);
  CHECK(bench.count(Family::kIdempotency) == 2);
  // What a start finds is what the log knew before.
  const auto hours = [&] {
    const auto opened = EventLog::open(bench.kv, [] { return ~std::uint64_t{0}; });
    REQUIRE(opened);
    CHECK((*opened)->outcome_hours(kTenantLog) == bench.log->outcome_hours(kTenantLog));
    return (*opened)->outcome_hours(kTenantLog)->size();
  };
  CHECK(hours() == 2);
  bench.live->now = Micros{raw(first) + 26 * 3'600'000'000LL};
  create(3);
  CHECK(bench.count(Family::kIdempotency) == 2);
  CHECK(hours() == 2);
  bench.live->now = Micros{raw(first) + 100 * 3'600'000'000LL};
  create(4);
  CHECK(bench.count(Family::kIdempotency) == 1);
  CHECK(hours() == 1);
}

TEST_CASE("erasing takes every segment of the person and of nobody else") {
  LogBench bench;
  const LivePool pool = bench.found();
  bench.live->act_as_client(kTenantLog, "client");
  const LiveUser ada = bench.live->make_user(pool, "ada");
  const LiveUser bob = bench.live->make_user(pool, "bob");
  bench.live->commit();
  REQUIRE(bench.live->change(ada, {UserPayloadReplaced{"person", LiveLog::payload("Ada", 2)}}));
  const bool in_one_group = GENERATE(false, true);
  if (!in_one_group) {
    bench.live->commit();
  }
  bench.live->erase(ada);
  bench.live->commit();

  CHECK(bench.own_segments(ada) == 0);
  CHECK(bench.own_segments(bob) == 1);
  CHECK(bench.sealer.is_erased(ada.slot));
  CHECK(bench.sealer.erased() == 1);
  // Left are the client's own, bob's, and what the client said about its four requests.
  CHECK(bench.count(Family::kSegments) == 6);
  const auto state = bench.reader().fold(kTenantLog, ada.stream, Revision{99});
  REQUIRE(state);
  CHECK_FALSE(exists(*state));
}

TEST_CASE("an erasure that a crash cut short is finished at the next start") {
  LogBench bench;
  const LivePool pool = bench.found();
  const LiveUser ada = bench.live->make_user(pool, "ada");
  bench.live->commit();
  const auto unfinished = [&] {
    const auto slots = bench.log->unfinished_erasures();
    REQUIRE(slots);
    return *slots;
  };
  DyingLog dying{*bench.log};
  LiveLog last{dying, bench.sealer, bench.log->newest_group() + 1};
  last.know_tenant(kTenantLog, "tenant-1");
  last.now = bench.live->now;
  last.erase(ada);
  last.commit();

  bench.crash_and_open();
  REQUIRE(unfinished() == std::vector<Slot>{ada.slot});
  REQUIRE(bench.sealer.erase_slot(ada.slot));
  bench.log->finish_erasure(unfinished());
  CHECK(unfinished().size() == 1);  // the note goes with the next group
  bench.crash_and_open();
  CHECK(unfinished().size() == 1);  // and so it was not gone yet
  bench.log->finish_erasure(unfinished());
  bench.live->now = last.now;
  bench.live->make_user(pool, "bob");
  bench.live->commit();
  CHECK(unfinished().empty());
  bench.crash_and_open();
  CHECK(unfinished().empty());
}

}  // namespace
}  // namespace muster::test
