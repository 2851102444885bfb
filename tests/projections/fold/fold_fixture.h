/// A log in memory with real keys, and sinks that keep what a fold gives.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "projections/fold/directory_fold.h"
#include "storage/memory_kv.h"
#include "storage/seal/vault.h"
#include "tests/projections/fold/live_log.h"
#include "tests/storage/scratch_directory.h"

namespace muster::test {

using Rows = std::map<std::pair<Family, std::string>, std::string>;

/// The rows that only one side has, or that differ.
inline std::string difference(const Rows& folded, const Rows& stored) {
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

class FoldFixture {
 public:
  FoldFixture() {
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
                                Family::kGroups,
                                Family::kCounts,
                                Family::kIdempotency,
                                Family::kPast}) {
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
  std::optional<LiveLog> live;

 private:
  ScratchDirectory scratch_;
  SystemEntropy entropy_;
  DirectoryViews views_;
};

/// A tenant, a pool and a user with three events, and the places of what belongs to them.
struct Small {
  explicit Small(FoldFixture& fixture) : live{*fixture.live} {
    live.make_tenant(kLog, "one");
    live.commit();
    live.act_as_client(kLog, "client");
    live.make_schema(kLog, "person", 3000);
    pool = live.make_pool(kLog, "p", true);
    user = live.make_user(pool, "ada");
    REQUIRE(live.change(user, {UserPayloadReplaced{"person", LiveLog::payload("Eve", 1)}}));
    live.commit();
  }

  static constexpr LogId kLog{1};
  static constexpr Position kUserCreated{3};
  LiveLog& live;
  LivePool pool;
  LiveUser user;
};

}  // namespace muster::test
