/// A directory of states in memory, as readers find it: commits groups of changed states and
/// publishes them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/text/fold.h"
#include "projections/directory_views.h"
#include "projections/document_cache.h"
#include "projections/published.h"
#include "projections/users.h"
#include "storage/log/view_family.h"
#include "storage/memory_kv.h"

namespace muster::test {

inline constexpr LogId kLog{7};
inline constexpr Micros kNoon{1'795'262'400'123'000};  // 2026-11-21T12:00:00.123Z

inline StreamId stream_of(std::uint64_t number) {
  Uuid uuid;
  for (std::size_t i = 0; i < 8; ++i) {
    uuid.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  uuid.bytes[6] = 0x70;
  return StreamId{uuid};
}

/// SplitMix64, so that a seed means the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_{seed} {}

  std::size_t below(std::size_t bound) {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % bound);
  }

  template <class List>
  const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::uint64_t state_;
};

class World {
 public:
  PoolState make_pool(const std::string& id, bool ignores_case = false) {
    PoolState pool;
    pool.head = next_head();
    pool.id = id;
    pool.name = "name of " + id;
    pool.identifier_case_insensitive = ignores_case;
    pool.created = kNoon;
    pool.updated = kNoon;
    return pool;
  }

  UserState make_user(const PoolState& pool, const std::string& id) {
    UserState user;
    user.head = next_head();
    user.pool = pool.head.stream;
    user.pool_id = pool.id;
    user.id = id;
    user.status = "active";
    user.created = kNoon;
    user.updated = kNoon;
    user.status_updated = kNoon;
    return user;
  }

  /// Makes these the states of their aggregates, in one group.
  void commit(const std::vector<AnyState>& states) {
    Group group;
    group.number = ++groups_;
    std::map<std::string, Counters> sums;
    for (const AnyState& after : states) {
      const StateAddress address = address_of(after, kLog);
      for (const Row& row : rows_of(states_[address]).rows) {
        group.rows.push_back({row.view, row.key, std::nullopt});
      }
      add(states_[address], -1, sums);
      states_[address] = after;
      add(after, 1, sums);
      for (const Row& row : rows_of(after).rows) {
        group.rows.push_back({row.view, row.key, row.value});
      }
    }
    for (const auto& [key, sum] : sums) {
      Counters total = counters_[key];
      std::ranges::transform(total, sum, total.begin(), std::plus<>{});
      counters_[key] = total;
      group.rows.push_back({View::kCounts, key, encode_counters(total)});
    }
    write(group);
    published.publish(group, kv.snapshot());
  }

  void write(const Group& group) {
    const auto batch = kv.new_batch();
    for (const RowChange& row : group.rows) {
      if (row.value) {
        batch->put(family_of(row.view), row.key, *row.value);
      } else {
        batch->erase(family_of(row.view), row.key);
      }
    }
    REQUIRE(kv.write(*batch).has_value());
  }

  RowSet rows_of(const AnyState& state) {
    RowSet out;
    if (!exists(state)) {
      return out;
    }
    RowContext context;
    context.log = kLog;
    context.tenant_id = "acme";
    if (const auto* user = std::get_if<UserState>(&state)) {
      context.pool = pool_with(user->pool);
    }
    views.rows(state, context, out);
    return out;
  }

  StreamHead next_head() {
    StreamHead head;
    head.stream = stream_of(++streams_);
    head.revision = Revision{1};
    head.first = Position{streams_};
    head.last = Position{streams_};
    head.last_leaf.fill(static_cast<std::uint8_t>(streams_));
    head.slot = Slot{static_cast<std::uint32_t>(streams_)};
    return head;
  }

  MemoryKv kv;
  DirectoryViews views;
  DocumentCache cache{std::size_t{1} << 20U};
  Published published{ReadPoint{kv.snapshot(), 0, Epoch{1}, 0, nullptr}, &cache};
  Users users{kv, cache};

 private:
  const PoolState* pool_with(StreamId stream) const {
    for (const auto& [address, state] : states_) {
      const auto* pool = std::get_if<PoolState>(&state);
      if (pool != nullptr && pool->head.stream == stream) {
        return pool;
      }
    }
    return nullptr;
  }

  void add(const AnyState& state, std::int64_t sign, std::map<std::string, Counters>& sums) {
    for (const Tally& tally : rows_of(state).tallies) {
      for (std::size_t i = 0; i < tally.amounts.size(); ++i) {
        sums[tally.key][i] += sign * tally.amounts[i];
      }
    }
  }

  std::map<StateAddress, AnyState> states_;
  std::map<std::string, Counters> counters_;
  std::uint64_t groups_ = 0;
  std::uint64_t streams_ = 0;
};

inline Identifier identifier(const std::string& value, const std::string& type = "uid") {
  Identifier made{"i-" + value, type, value, fold(value), {}, kNoon, kNoon};
  made.folded = made.folded == value ? "" : made.folded;
  return made;
}

inline Address address(const std::string& value, bool verified) {
  Address made;
  made.id = "a-" + value;
  made.type = "email";
  made.value = value;
  made.folded = fold(value) == value ? "" : fold(value);
  made.status = "active";
  made.verified = verified;
  made.created = kNoon;
  made.updated = kNoon;
  made.verified_at = verified ? kNoon : Micros{};
  return made;
}

inline std::vector<std::string> ids_of(const std::vector<UserState>& users) {
  std::vector<std::string> ids;
  for (const UserState& user : users) {
    ids.push_back(user.id);
  }
  return ids;
}

}  // namespace muster::test
