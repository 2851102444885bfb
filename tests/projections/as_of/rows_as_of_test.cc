// The views as of every moment are the views that there were at that moment.
#include "projections/as_of/rows_as_of.h"

#include <catch2/catch.hpp>

#include "projections/as_of/row_owner.h"
#include "projections/keys.h"
#include "projections/rows.h"
#include "storage/log/view_family.h"
#include "tests/projections/fold/fold_fixture.h"

namespace muster {
namespace {

constexpr std::array kViews{View::kStates,
                            View::kUsers,
                            View::kUserKeys,
                            View::kUserIndex,
                            View::kGroups};

using ViewRows = std::map<std::pair<View, std::string>, std::string>;

KvRange range_of(LogId log) {
  std::string prefix;
  put_big_endian_32(prefix, raw(log));
  return KvRange::of_prefix(prefix);
}

ViewRows rows_in(const KvReads& kv, LogId log) {
  ViewRows rows;
  for (const View view : kViews) {
    const auto scanned =
        kv.scan(family_of(view), range_of(log), [&](std::string_view key, std::string_view value) {
          rows.emplace(std::pair{view, std::string{key}}, value);
          return true;
        });
    INFO((scanned ? "" : scanned.error().rule));
    REQUIRE(scanned.has_value());
  }
  return rows;
}

ViewRows rows_backwards(const KvReads& kv, LogId log) {
  ViewRows rows;
  for (const View view : kViews) {
    const auto walk = kv.iterate(family_of(view), range_of(log));
    std::string last;
    for (walk->seek_to_last(); walk->valid(); walk->prev()) {
      CHECK((last.empty() || walk->key() < last));
      last = walk->key();
      rows.emplace(std::pair{view, last}, walk->value());
    }
    CHECK(walk->status().has_value());
  }
  return rows;
}

/// Of people who are erased by the end other things are told; they have tests of their own.
void leave_out(const std::set<StreamId>& erased, ViewRows& rows) {
  const ViewRows all = rows;
  std::erase_if(rows, [&](const auto& row) {
    const auto owner = owner_of(row.first.first, row.first.second, row.second);
    REQUIRE(owner.has_value());
    const auto primary = all.find({owner->primary.view, owner->primary.key});
    return primary == all.end() || erased.contains(head_in(primary->second).stream);
  });
}

std::set<StreamId> erased_in(const Kv& kv, LogId log) {
  std::set<StreamId> erased;
  const std::string prefix = states_prefix(log, Aggregate::kErasedUser);
  REQUIRE(kv.scan(Family::kStates, KvRange::of_prefix(prefix), [&](std::string_view key, auto) {
              erased.insert(StreamId{*Uuid::parse(key.substr(prefix.size()))});
              return true;
            }).has_value());
  return erased;
}

bool is_index(View view) {
  return view == View::kUserKeys || view == View::kUserIndex;
}

/// Rows of `rows` that `others` lacks or has with another value. Values of indexes of users are
/// given to those who ask for one key only.
std::string missing(const ViewRows& rows, const ViewRows& others) {
  std::string text;
  for (const auto& [place, value] : rows) {
    const auto found = others.find(place);
    if (found == others.end() || (!is_index(place.first) && found->second != value)) {
      text += std::to_string(static_cast<int>(place.first)) + " " + to_hex(place.second) + "\n";
    }
  }
  return text;
}

/// Without indexes of users, of which a walk may give more.
ViewRows exact(const ViewRows& rows) {
  ViewRows kept = rows;
  std::erase_if(kept, [](const auto& row) { return is_index(row.first.first); });
  return kept;
}

/// A walk tells of arrivals that ended no more than that they were.
ViewRows without_arrivals(const ViewRows& rows) {
  ViewRows kept = rows;
  std::erase_if(kept, [](const auto& row) {
    return row.first.first == View::kUserIndex && is_arrival_key(row.first.second);
  });
  return kept;
}

struct Moment {
  std::uint64_t size = 0;
  ViewRows rows;
  std::map<std::string, std::string> users;  // how many each pool has
};

std::map<std::string, std::string> users_in(const KvReads& kv,
                                            LogId log,
                                            const std::vector<test::LivePool>& pools) {
  std::map<std::string, std::string> users;
  for (const test::LivePool& pool : pools) {
    if (pool.log == log) {
      const std::string key = pool_users_key(log, pool.stream);
      std::string value;
      REQUIRE(kv.get(Family::kCounts, key, value, nullptr).has_value());
      users[key] = encode_counters(decode_counters(value));
    }
  }
  return users;
}

}  // namespace

TEST_CASE("rows as of any moment are those that there were", "[as_of]") {
  const std::uint64_t seed = GENERATE(1U, 2U);
  const std::size_t arrivals_max = GENERATE(std::size_t{0}, kArrivalsMax);
  test::FoldFixture fixture;
  test::Population population{*fixture.live, seed};
  population.found();
  std::map<LogId, std::vector<Moment>> moments;
  for (int round = 0; round < 60; ++round) {
    population.happen(5);
    fixture.live->commit();
    for (const LogId log : {LogId{1}, LogId{2}}) {
      moments[log].push_back({fixture.log->head(log).size,
                              rows_in(fixture.kv, log),
                              users_in(fixture.kv, log, population.pools)});
    }
  }
  const LogReader reader{fixture.kv, *fixture.vault};
  const DirectoryViews views;
  for (auto& [log, of_log] : moments) {
    const std::set<StreamId> erased = erased_in(fixture.kv, log);
    for (Moment& moment : of_log) {
      CAPTURE(seed, arrivals_max, raw(log), moment.size);
      const std::string tenant = "tenant-" + std::to_string(raw(log));
      StreamsAsOf streams{{reader, log, moment.size}, views, tenant};
      const RowsAsOf then{fixture.kv, streams, arrivals_max};
      ViewRows found = rows_in(then, log);
      CHECK((rows_backwards(then, log) == found));
      CHECK((users_in(then, log, population.pools) == moment.users));
      leave_out(erased, found);
      leave_out(erased, moment.rows);
      CHECK(missing(without_arrivals(moment.rows), found) == "");
      CHECK(missing(exact(found), exact(moment.rows)) == "");
      ViewRows asked = found;
      asked.insert(moment.rows.begin(), moment.rows.end());
      for (const auto& [place, value] : asked) {
        std::string got;
        const auto there = then.get(family_of(place.first), place.second, got, nullptr);
        REQUIRE(there.has_value());
        const auto expected = moment.rows.find(place);
        CHECK(*there == (expected != moment.rows.end()));
        CHECK((!*there || got == expected->second));
      }
    }
  }
}

}  // namespace muster
