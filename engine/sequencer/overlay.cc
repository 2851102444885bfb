#include "engine/sequencer/overlay.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace muster {
namespace {

bool is_resident(Aggregate aggregate) {
  return aggregate != Aggregate::kUser;
}

/// Order of rows and of row changes: by view, then by key.
constexpr auto by_place = [](const auto& left, const auto& right) {
  return left.view != right.view ? left.view < right.view : left.key < right.key;
};

/// The changes that turn the rows `before` into the rows `after`; both get sorted.
void add_differences(RowSet& before, RowSet& after, std::vector<RowChange>& out) {
  std::ranges::sort(before.rows, by_place);
  std::ranges::sort(after.rows, by_place);
  auto old_row = before.rows.begin();
  auto new_row = after.rows.begin();
  while (old_row != before.rows.end() || new_row != after.rows.end()) {
    if (new_row == after.rows.end() ||
        (old_row != before.rows.end() && by_place(*old_row, *new_row))) {
      out.push_back({old_row->view, old_row->key, std::nullopt});
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

/// What the tallies of a state add when it changes; a change of something else adds nothing.
std::vector<Tally> net_of(const RowSet& before, const RowSet& after) {
  std::vector<Tally> net = after.tallies;
  for (const Tally& old : before.tallies) {
    auto place = std::ranges::find(net, old.key, &Tally::key);
    if (place == net.end()) {
      net.push_back({old.key, {}});
      place = std::prev(net.end());
    }
    std::ranges::transform(place->amounts, old.amounts, place->amounts.begin(), std::minus<>{});
  }
  std::erase_if(net, [](const Tally& tally) { return tally.amounts == Counters{}; });
  return net;
}

}  // namespace

Result<std::optional<std::string>> Overlay::row(View view, const std::string& key) {
  RowKey place{view, key};
  if (const auto pending = rows_.find(place); pending != rows_.end()) {
    return pending->second;
  }
  if (const auto previous = previous_.find(place); previous != previous_.end()) {
    return previous->second;
  }
  if (absent_.contains(place)) {
    return std::optional<std::string>{};
  }
  MUSTER_TRY(auto value, log_.read(view, key));
  if (!value) {
    absent_.insert(std::move(place));
  }
  return value;
}

Result<const AnyState*> Overlay::find(const StateAddress& address) {
  const auto answer = [](const AnyState& state) {
    return exists(state) ? &state : nullptr;
  };
  if (const auto found = loaded_.find(address); found != loaded_.end()) {
    return answer(found->second);
  }
  if (const auto found = resident_.find(address); found != resident_.end()) {
    return answer(found->second);
  }
  const RowKey place = views_.row_of(address);
  MUSTER_TRY(const auto value, row(place.view, place.key));
  AnyState state;
  if (value) {
    MUSTER_TRY(AnyState decoded, views_.decode(address, *value));
    state = std::move(decoded);
  }
  auto& home = is_resident(address.aggregate) && value ? resident_ : loaded_;
  return answer(home.insert_or_assign(address, std::move(state)).first->second);
}

Result<Counters> Overlay::counters(const std::string& key) {
  MUSTER_TRY(const auto value, row(View::kCounts, key));
  return value ? decode_counters(*value) : Counters{};
}

Result<const PoolState*> Overlay::pool_of(const Staged& staged, const AnyState& state, LogId log) {
  const auto* user = std::get_if<UserState>(&state);
  if (user == nullptr) {
    return nullptr;
  }
  for (const Staged::Change& change : staged.states) {
    const auto* pool = std::get_if<PoolState>(&change.after);
    if (pool != nullptr && pool->head.stream == user->pool) {
      return pool;
    }
  }
  // A user outlives its pool's visibility while a deleted pool is being emptied.
  for (const StateAddress& address :
       {StateAddress{log, Aggregate::kPool, {}, user->pool_id},
        StateAddress{log, Aggregate::kDeletedPool, {}, user->pool.text()}}) {
    MUSTER_TRY(const PoolState* pool, get<PoolState>(address));
    if (pool != nullptr && pool->head.stream == user->pool) {
      return pool;
    }
  }
  return failure(Errc::kCorrupt, "pool_missing", "a user's pool is not in the directory");
}

Result<void> Overlay::check_unique(const RowSet& after, StreamId owner) {
  for (const Row& wanted : after.rows) {
    if (!wanted.unique) {
      continue;
    }
    MUSTER_TRY(const auto held, row(wanted.view, wanted.key));
    if (held && std::string_view{*held}.substr(0, 16) != owner.view()) {
      return views_.taken(wanted);
    }
  }
  return {};
}

Result<void> Overlay::add_tallies(Staged& staged, const RowSet& before, const RowSet& after) {
  for (const Tally& tally : net_of(before, after)) {
    const auto earlier = std::ranges::find_if(staged.rows, [&](const RowChange& change) {
      return change.view == View::kCounts && change.key == tally.key;
    });
    Counters sum{};
    if (earlier != staged.rows.end()) {
      sum = earlier->value ? decode_counters(*earlier->value) : Counters{};
    } else {
      MUSTER_TRY(const Counters stored, counters(tally.key));
      sum = stored;
    }
    std::ranges::transform(sum, tally.amounts, sum.begin(), std::plus<>{});
    auto value = sum == Counters{} ? std::nullopt : std::optional{encode_counters(sum)};
    if (earlier != staged.rows.end()) {
      earlier->value = std::move(value);
    } else {
      staged.rows.push_back({View::kCounts, tally.key, std::move(value)});
    }
  }
  return {};
}

Result<void> Overlay::derive_rows(Staged& staged, std::string_view tenant_id) {
  for (const Staged::Change& change : staged.states) {
    RowSet before;
    RowSet after;
    if (exists(change.before)) {
      MUSTER_TRY(const PoolState* pool, pool_of(staged, change.before, change.log));
      views_.rows(change.before, {change.log, tenant_id, pool}, before);
    }
    if (exists(change.after)) {
      MUSTER_TRY(const PoolState* pool, pool_of(staged, change.after, change.log));
      views_.rows(change.after, {change.log, tenant_id, pool}, after);
      MUSTER_CHECKED(check_unique(after, head_of(change.after).stream));
    }
    MUSTER_CHECKED(add_tallies(staged, before, after));
    add_differences(before, after, staged.rows);
  }
  return {};
}

void Overlay::apply(Staged&& staged) {
  for (RowChange& change : staged.rows) {
    rows_.insert_or_assign(RowKey{change.view, std::move(change.key)}, std::move(change.value));
  }
  for (Staged::Change& change : staged.states) {
    // A state may move to another address (a pool that is being deleted); the old one is empty
    // then.
    if (exists(change.before) && address_of(change.after, change.log) != change.address) {
      resident_.erase(change.address);
      loaded_.insert_or_assign(change.address, AnyState{});
    }
    const StateAddress address = address_of(change.after, change.log);
    if (is_resident(address.aggregate) && exists(change.after)) {
      loaded_.erase(address);
      resident_.insert_or_assign(address, std::move(change.after));
    } else {
      resident_.erase(address);
      loaded_.insert_or_assign(address, std::move(change.after));
    }
  }
}

void Overlay::take_rows(std::vector<RowChange>& out) {
  out.reserve(out.size() + rows_.size());
  for (const auto& [place, value] : rows_) {
    out.push_back({place.view, place.key, value});
  }
  previous_.swap(rows_);
  rows_.clear();
  drop_loaded();
}

void Overlay::forget() {
  previous_.clear();
  drop_loaded();
}

void Overlay::drop_loaded() {
  absent_.clear();
  loaded_.clear();
  if (resident_.size() > kResidentStatesMax) {
    resident_.clear();
  }
}

}  // namespace muster
