// A fold of a log gives the rows that its commits wrote, however the work is divided.
#include <catch2/catch.hpp>

#include "tests/projections/fold/fold_fixture.h"

namespace muster {
namespace {

using test::CollectedFindings;
using test::CollectedRows;
using test::difference;
using test::FoldFixture;

TEST_CASE("a fold gives exactly the rows that were committed") {
  FoldFixture fixture;
  test::Population population{*fixture.live, 1};
  population.found();
  population.happen(400);
  const test::Rows stored = fixture.stored();
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
      CHECK(log.kept_segments.empty());
      CHECK(log.kept_keys.empty());
    }
    CHECK(folded->newest_group == fixture.log->newest_group());
    CHECK(raw(folded->highest_slot) + 1 == raw(fixture.log->first_free_slot()));
  }
}

TEST_CASE("an empty store folds to nothing") {
  FoldFixture fixture;
  CollectedRows rows;
  CollectedFindings findings;
  const auto folded = fixture.fold(rows, findings);
  REQUIRE(folded.has_value());
  CHECK(folded->logs.empty());
  CHECK(rows.rows.empty());
  CHECK(*events_in_all_logs(fixture.kv) == 0);
}

TEST_CASE("a log of one event, and one of refusals only, fold to what was committed") {
  FoldFixture fixture;
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
  FoldFixture fixture;
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

}  // namespace
}  // namespace muster
