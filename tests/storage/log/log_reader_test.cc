#include "storage/log/log_reader.h"

#include "storage/log/group_record.h"
#include "tests/storage/log/log_bench.h"

namespace muster::test {
namespace {

std::vector<std::uint64_t> positions_from(LogBench& bench, std::uint64_t from, std::size_t most) {
  std::vector<std::uint64_t> seen;
  const auto read = bench.reader().each_open_part(
      kTenantLog, Position{from}, [&](Position position, std::string_view) -> Result<bool> {
        seen.push_back(raw(position));
        return seen.size() < most;
      });
  REQUIRE(read);
  return seen;
}

TEST_CASE("a log is read in order from any position") {
  LogBench bench;
  Population people{*bench.live, 3};
  people.found();
  people.happen(60);
  const std::uint64_t size = bench.log->head(kTenantLog).size;
  for (std::uint64_t from = 0; from <= size; ++from) {
    const auto seen = positions_from(bench, from, 5);
    REQUIRE(seen.size() == std::min<std::uint64_t>(5, size - from));
    for (std::size_t i = 0; i < seen.size(); ++i) {
      REQUIRE(seen[i] == from + i);
    }
  }
  CHECK(positions_from(bench, 0, ~std::size_t{0}).size() == size);
}

TEST_CASE("an event is read back with what was sealed and what lies apart") {
  LogBench bench;
  const LivePool pool = bench.found();
  const LiveUser ada = bench.live->make_user(pool, "ada");
  bench.live->commit();
  const auto history = bench.reader().history(kTenantLog, ada.stream, Revision{9});
  REQUIRE(history);
  REQUIRE(history->size() == 1);
  const auto& created = std::get<UserCreated>(history->front().event);
  CHECK(created.id == "ada");
  CHECK(created.payload == LiveLog::payload("Ada ada", 0));
  CHECK(history->front().meta().slot == ada.slot);
  CHECK_FALSE(history->front().sealed_lost);
  // The schema is too large for the open part.
  CHECK(bench.count(Family::kAttachments) == 1);
  const auto schema = bench.reader().fold(kTenantLog, StreamId{}, Revision{1});
  REQUIRE(schema);
  CHECK(std::holds_alternative<std::monostate>(*schema));  // nobody has that stream
}

TEST_CASE("a stream is folded up to any revision") {
  LogBench bench;
  const LivePool pool = bench.found();
  const LiveUser ada = bench.live->make_user(pool, "ada");
  for (const char* status : {"inactive", "new", "active"}) {
    REQUIRE(bench.live->change(ada, {UserStatusChanged{status}}));
  }
  bench.live->commit();
  std::vector<std::string> statuses;
  for (std::uint64_t revision = 1; revision <= 5; ++revision) {
    const auto state = bench.reader().fold(kTenantLog, ada.stream, Revision{revision});
    REQUIRE(state);
    const auto& user = std::get<UserState>(*state);
    CHECK(raw(user.head.revision) == std::min<std::uint64_t>(revision, 4));
    statuses.push_back(user.status);
  }
  CHECK(statuses == std::vector<std::string>{"active", "inactive", "new", "active", "active"});
}

TEST_CASE("what is folded is what is stored") {
  LogBench bench;
  Population people{*bench.live, 8};
  people.found();
  people.happen(150);
  const DirectoryViews views;
  for (const LiveUser& user : people.users) {
    const StateAddress address{user.log, Aggregate::kUser, user.pool, user.id};
    const auto row = bench.log->read(View::kUsers, views.row_of(address).key);
    REQUIRE(row);
    REQUIRE(row->has_value());
    const auto stored = views.decode(address, **row);
    REQUIRE(stored);
    const auto folded = bench.reader().fold(user.log, user.stream, Revision{~0ULL});
    REQUIRE(folded);
    CHECK(*stored == *folded);
  }
}

TEST_CASE("somebody who asks for their own change seals the request under the same key") {
  LogBench bench;
  const LivePool pool = bench.found();
  const LiveUser ada = bench.live->make_user(pool, "ada");
  bench.live->commit();
  bench.live->act_as(kTenantLog, ada.stream, ada.slot);
  // Nothing of this one is personal, so the request's segment comes first.
  REQUIRE(
      bench.live->change(ada, {UserAddressUpdated{ada.addresses[0], "inactive", false, "", {}}}));
  REQUIRE(bench.live->change(ada, {UserPayloadReplaced{"person", LiveLog::payload("Ada", 2)}}));
  REQUIRE(bench.live->change(ada, {UserStatusChanged{"inactive"}}));
  bench.live->commit();
  const auto history = bench.reader().history(kTenantLog, ada.stream, Revision{9});
  REQUIRE(history);
  REQUIRE(history->size() == 4);
  CHECK(std::get<UserAddressUpdated>((*history)[1].event).status == "inactive");
  CHECK(std::get<UserPayloadReplaced>((*history)[2].event).payload == LiveLog::payload("Ada", 2));
  for (const LoggedEvent& event : *history) {
    CHECK_FALSE(event.sealed_lost);
    CHECK(event.meta().slot == ada.slot);
  }
}

TEST_CASE("the history of an erased person is there without the person") {
  LogBench bench;
  const LivePool pool = bench.found();
  const LiveUser ada = bench.live->make_user(pool, "ada");
  bench.live->commit();
  bench.live->erase(ada);
  bench.live->commit();
  const auto history = bench.reader().history(kTenantLog, ada.stream, Revision{9});
  REQUIRE(history);
  REQUIRE(history->size() == 2);
  const auto& created = std::get<UserCreated>(history->front().event);
  CHECK(history->front().sealed_lost);
  CHECK(created.id == "");
  CHECK(created.payload.empty());
  CHECK(created.identifiers.empty());
  CHECK(created.status == "active");  // never was personal
}

/// Overwrites or removes one row.
void change_row(LogBench& bench, Family family, const std::string& key, const char* value) {
  const auto batch = bench.kv.new_batch();
  if (value == nullptr) {
    batch->erase(family, key);
  } else {
    batch->put(family, key, value);
  }
  REQUIRE(bench.kv.write(*batch));
}

std::string only_key(const LogBench& bench, Family family, std::size_t index = 0) {
  std::vector<std::string> keys;
  REQUIRE(bench.kv.scan(family, KvRange::all(), [&](std::string_view key, auto) {
    keys.emplace_back(key);
    return true;
  }));
  REQUIRE(index < keys.size());
  return keys[index];
}

TEST_CASE("a reader stops at what is damaged or missing") {
  LogBench bench;
  const LivePool pool = bench.found();
  const LiveUser ada = bench.live->make_user(pool, "ada");
  bench.live->commit();
  bench.live->make_user(pool, "bob");
  bench.live->commit();
  const std::string group = group_record_key(kTenantLog, Position{2}, 2);
  std::string wanted = "log_incomplete";
  StreamId stream = ada.stream;
  SECTION("a group that is gone") {
    change_row(bench, Family::kLog, group, nullptr);
    stream = StreamId{};
  }
  SECTION("a group that was altered") {
    change_row(bench, Family::kLog, group, "something else");
    wanted = "group_record_damaged";
    stream = StreamId{};
  }
  SECTION("a segment that was replaced") {
    change_row(bench, Family::kSegments, segment_key(kTenantLog, Position{2}, 0), "else");
  }
  SECTION("an entry of the index that is none") {
    change_row(
        bench, Family::kStreams, stream_entry_key(kTenantLog, ada.stream, Revision{1}), "\xFF");
    wanted = "stream_entry_damaged";
  }
  SECTION("an attachment that is gone") {
    change_row(bench, Family::kAttachments, only_key(bench, Family::kAttachments), nullptr);
    stream = {};
  }
  Result<void> read;
  if (stream == StreamId{}) {
    read = bench.reader().each_open_part(
        kTenantLog, Position{0}, [&](Position, std::string_view open_part) -> Result<bool> {
          MUSTER_TRY(const LoggedEvent event, bench.reader().decode(open_part));
          return !event.header.type.empty();
        });
  } else if (const auto state = bench.reader().fold(kTenantLog, stream, Revision{9}); !state) {
    read = state.error();
  }
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::kCorrupt);
  CHECK(read.error().rule == wanted);
}

}  // namespace
}  // namespace muster::test
