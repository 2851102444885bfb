/// Which rows a command changes, and whether it may.
#include <algorithm>
#include <functional>

#include "engine/sequencer/overlay.h"

namespace muster {
namespace {

/// Order of rows and of row changes: by view, then by key.
constexpr auto by_place = [](const auto& left, const auto& right) {
  return left.view != right.view ? left.view < right.view : left.key < right.key;
};

/// The changes that turn the rows `before` into the rows `after`; both get sorted. Rows that are no
/// more are also added to `ended`.
void add_differences(RowSet& before,
                     RowSet& after,
                     std::vector<RowChange>& out,
                     std::vector<Row>& ended) {
  std::ranges::sort(before.rows, by_place);
  std::ranges::sort(after.rows, by_place);
  auto old_row = before.rows.begin();
  auto new_row = after.rows.begin();
  while (old_row != before.rows.end() || new_row != after.rows.end()) {
    if (new_row == after.rows.end() ||
        (old_row != before.rows.end() && by_place(*old_row, *new_row))) {
      out.push_back({old_row->view, old_row->key, std::nullopt});
      ended.push_back(std::move(*old_row));
      ++old_row;
    } else if (old_row == before.rows.end() || by_place(*new_row, *old_row)) {
      out.push_back({new_row->view, new_row->key, new_row->value});
      ++new_row;
    } else {
      if (old_row->value != new_row->value) {
        out.push_back({new_row->view, new_row->key, new_row->value});
      }
      ++old_row;
      ++new_row;
    }
  }
}

bool is_erased(const AnyState& state) {
  const auto* user = std::get_if<UserState>(&state);
  return user != nullptr && user->erased;
}

}  // namespace

struct Overlay::Derived {
  RowSet before;
  RowSet after;
  StreamId stream;
};

/// Derives the rows of one command.
class Overlay::Deriving {
 public:
  Deriving(Overlay& overlay, Staged& staged, std::string_view tenant_id)
      : overlay_{overlay}, staged_{staged}, tenant_id_{tenant_id} {
    for (const Staged::Change& change : staged.states) {
      if (const auto* pool = std::get_if<PoolState>(&change.after)) {
        pools_.insert_or_assign(pool->head.stream, pool);
      }
    }
  }

  Result<void> run(std::optional<TakenRow>& taken) {
    std::vector<Derived> derived;
    derived.reserve(staged_.states.size());
    for (const Staged::Change& change : staged_.states) {
      MUSTER_TRY(Derived rows, derive(change));
      derived.push_back(std::move(rows));
    }
    if (derived.size() > 1) {
      note_passing_rows(derived);
    }
    for (std::size_t index = 0; index < derived.size(); ++index) {
      MUSTER_CHECKED(check_unique(derived[index], staged_.states[index].address, taken));
    }
    for (std::size_t index = 0; index < derived.size(); ++index) {
      Derived& rows = derived[index];
      add_tallies(rows.before, -1);
      add_tallies(rows.after, 1);
      std::vector<Row> ended;
      add_differences(rows.before, rows.after, staged_.rows, ended);
      MUSTER_CHECKED(add_past(staged_.states[index], ended));
    }
    if (!claimed_.empty()) {
      std::erase_if(staged_.rows, [&](const RowChange& change) {
        return !change.value && claimed_.contains(RowKey{change.view, change.key});
      });
    }
    return write_tallies();
  }

 private:
  Result<Derived> derive(const Staged::Change& change) {
    Derived rows;
    if (has_rows(change.before)) {
      MUSTER_TRY(const PoolState* pool, pool_of(change.before, change.log));
      overlay_.views_.rows(change.before, {change.log, tenant_id_, pool}, rows.before);
    }
    if (has_rows(change.after)) {
      MUSTER_TRY(const PoolState* pool, pool_of(change.after, change.log));
      overlay_.views_.rows(change.after, {change.log, tenant_id_, pool}, rows.after);
      rows.stream = head_of(change.after).stream;
    }
    return rows;
  }

  Result<const PoolState*> pool_of(const AnyState& state, LogId log) {
    const auto* user = std::get_if<UserState>(&state);
    if (user == nullptr || user->erased) {
      return nullptr;
    }
    if (const auto staged = pools_.find(user->pool); staged != pools_.end()) {
      return staged->second;
    }
    // A user outlives its pool's visibility while a deleted pool is being emptied.
    for (const StateAddress& address :
         {StateAddress{log, Aggregate::kPool, {}, user->pool_id},
          StateAddress{log, Aggregate::kDeletedPool, {}, user->pool.text()}}) {
      MUSTER_TRY(const PoolState* pool, overlay_.get<PoolState>(address));
      if (pool != nullptr && pool->head.stream == user->pool) {
        return pool;
      }
    }
    return failure(Errc::kCorrupt, "pool_missing", "a user's pool is not in the directory");
  }

  /// Unique rows that one state of the command gives up, and those that one wants: the first to
  /// want a row has it.
  void note_passing_rows(const std::vector<Derived>& derived) {
    for (const Derived& rows : derived) {
      for (const Row& row : rows.before.rows) {
        if (row.unique) {
          released_.insert(RowKey{row.view, row.key});
        }
      }
      for (const Row& row : rows.after.rows) {
        if (row.unique) {
          claimed_.try_emplace(RowKey{row.view, row.key}, rows.stream);
        }
      }
    }
  }

  Result<void> check_unique(const Derived& rows,
                            const StateAddress& whose,
                            std::optional<TakenRow>& taken) {
    for (const Row& wanted : rows.after.rows) {
      if (!wanted.unique) {
        continue;
      }
      const RowKey place{wanted.view, wanted.key};
      const auto claim = claimed_.find(place);
      bool free = claim == claimed_.end() || claim->second == rows.stream;
      if (free && !released_.contains(place)) {
        MUSTER_TRY(const auto held, overlay_.row(wanted.view, wanted.key));
        free = !held || std::string_view{*held}.substr(0, 16) == rows.stream.view();
      }
      if (!free) {
        taken = TakenRow{whose, wanted};
        return overlay_.views_.taken(wanted);
      }
    }
    return {};
  }

  Result<void> add_past(const Staged::Change& change, const std::vector<Row>& ended) {
    const StreamHead& head = head_of(change.after);
    const RowsEnd how{change.log, head.last, is_erased(change.after)};
    if (how.erased && !is_erased(change.before)) {
      MUSTER_CHECKED(erase_past(change.log, head.stream));
    }
    if (!ended.empty()) {
      std::vector<Row> past;
      overlay_.views_.past_rows(ended, change.before, how, past);
      put(past);
    }
    return {};
  }

  /// What was told of a person before: nothing of it stays that is personal.
  Result<void> erase_past(LogId log, StreamId stream) {
    MUSTER_TRY(const auto leads, overlay_.past_rows(overlay_.views_.past_leads(log, stream)));
    std::vector<RowKey> gone;
    std::vector<Row> past;
    for (const Row& lead : leads) {
      overlay_.views_.erase_past(lead, gone, past);
    }
    for (RowKey& place : gone) {
      staged_.rows.push_back({place.view, std::move(place.key), std::nullopt});
    }
    put(past);
    return {};
  }

  void put(std::vector<Row>& rows) {
    for (Row& row : rows) {
      staged_.rows.push_back({row.view, std::move(row.key), std::move(row.value)});
    }
  }

  void add_tallies(const RowSet& rows, std::int64_t sign) {
    for (const Tally& tally : rows.tallies) {
      Counters& sum = tallies_[tally.key];
      for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += sign * tally.amounts[i];
      }
    }
  }

  Result<void> write_tallies() {
    for (const auto& [key, net] : tallies_) {
      if (net == Counters{}) {
        continue;
      }
      MUSTER_TRY(Counters sum, overlay_.counters(key));
      std::ranges::transform(sum, net, sum.begin(), std::plus<>{});
      auto value = sum == Counters{} ? std::nullopt : std::optional{encode_counters(sum)};
      staged_.rows.push_back({View::kCounts, key, std::move(value)});
    }
    return {};
  }

  Overlay& overlay_;
  Staged& staged_;
  std::string_view tenant_id_;
  std::unordered_map<StreamId, const PoolState*> pools_;
  std::unordered_set<RowKey, KeyHash> released_;
  std::unordered_map<RowKey, StreamId, KeyHash> claimed_;
  std::unordered_map<std::string, Counters> tallies_;
};

Result<void> Overlay::derive_rows(Staged& staged,
                                  std::string_view tenant_id,
                                  std::optional<TakenRow>& taken) {
  return Deriving{*this, staged, tenant_id}.run(taken);
}

}  // namespace muster
