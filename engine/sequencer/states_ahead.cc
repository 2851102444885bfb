#include "engine/sequencer/states_ahead.h"

#include <utility>

namespace muster {
namespace {

EventMeta meta_of(const Fact& fact, const AnyState& before, Micros time) {
  const bool begins = std::holds_alternative<std::monostate>(before);
  EventMeta meta;
  meta.log = fact.address.log;
  meta.time = time;
  meta.stream = fact.stream;
  meta.revision = Revision{begins ? 1 : raw(head_of(before).revision) + 1};
  for (const SealedSegment& segment : fact.draft.segments) {
    if (segment.subject == fact.stream) {
      meta.slot = segment.slot;
    }
  }
  return meta;
}

}  // namespace

void StatesAhead::add(const Fact& fact) {
  changed_[fact.address].waiting.emplace_back(&fact, Micros{raw(now_) + facts_++});
}

Result<const AnyState*> StatesAhead::find(const StateAddress& address) {
  const auto found = changed_.find(address);
  if (found == changed_.end()) {
    return base_.find(address);
  }
  MUSTER_CHECKED(fold(address, found->second));
  const AnyState* state = found->second.state;
  return state != nullptr && exists(*state) ? state : nullptr;
}

Result<void> StatesAhead::fold(const StateAddress& address, Changed& changed) {
  if (!changed.loaded) {
    MUSTER_TRY(changed.state, base_.find(address));
    changed.loaded = true;
  }
  if (changed.waiting.empty()) {
    return {};
  }
  const auto waiting = std::move(changed.waiting);
  changed.waiting.clear();
  const AnyState* before = changed.state;
  AnyState& after = states_.emplace_back(before == nullptr ? AnyState{} : *before);
  for (const auto& [fact, time] : waiting) {
    evolve(after, meta_of(*fact, after, time), fact->draft.event);
  }
  changed.state = &after;
  untallied_.push_back({before, &after, address.log});
  // A pool or group that is being deleted moves away.
  if (exists(after)) {
    const StateAddress place = address_of(after, address.log);
    if (place != address) {
      changed.state = nullptr;
      Changed& moved = changed_[place];
      moved.state = &after;
      moved.loaded = true;
    }
  }
  return {};
}

Result<Counters> StatesAhead::counters(const std::string& key) {
  // Folding may add addresses, so the ones to fold are collected first.
  std::vector<StateAddress> waiting;
  for (const auto& [address, changed] : changed_) {
    if (!changed.waiting.empty()) {
      waiting.push_back(address);
    }
  }
  for (const StateAddress& address : waiting) {
    MUSTER_CHECKED(find(address));
  }
  for (const Untallied& change : std::exchange(untallied_, {})) {
    MUSTER_CHECKED(tally(change.before, change.log, -1));
    MUSTER_CHECKED(tally(change.after, change.log, 1));
  }
  MUSTER_TRY(Counters sum, base_.counters(key));
  if (const auto net = tallies_.find(key); net != tallies_.end()) {
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += net->second[i];
    }
  }
  return sum;
}

Result<const PoolState*> StatesAhead::pool_of(const AnyState& state, LogId log) {
  const auto* user = std::get_if<UserState>(&state);
  if (user == nullptr) {
    return nullptr;
  }
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

Result<void> StatesAhead::tally(const AnyState* state, LogId log, std::int64_t sign) {
  if (state == nullptr || !exists(*state)) {
    return {};
  }
  MUSTER_TRY(const PoolState* pool, pool_of(*state, log));
  RowSet rows;
  views().rows(*state, {log, {}, pool}, rows);
  for (const Tally& tally : rows.tallies) {
    Counters& sum = tallies_[tally.key];
    for (std::size_t i = 0; i < sum.size(); ++i) {
      sum[i] += sign * tally.amounts[i];
    }
  }
  return {};
}

}  // namespace muster
