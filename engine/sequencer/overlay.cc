#include "engine/sequencer/overlay.h"

#include <map>

namespace muster {
namespace {

bool is_resident(Aggregate aggregate) {
  return aggregate != Aggregate::kUser && aggregate != Aggregate::kErasedUser;
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

Result<std::vector<Row>> Overlay::past_rows(const std::string& prefix) {
  std::map<std::string, std::string> found;
  MUSTER_CHECKED(
      log_.scan(View::kPast, prefix, [&](auto key, auto value) { found.emplace(key, value); }));
  for (const auto* changes : {&previous_, &rows_}) {
    for (const auto& [place, value] : *changes) {
      if (place.view != View::kPast || !place.key.starts_with(prefix)) {
        continue;
      }
      found.erase(place.key);
      if (value) {
        found.emplace(place.key, *value);
      }
    }
  }
  std::vector<Row> rows;
  for (auto& [key, value] : found) {
    rows.push_back({View::kPast, key, std::move(value), false});
  }
  return rows;
}

Result<const AnyState*> Overlay::find(const StateAddress& address) {
  const auto answer = [](const AnyState& state) {
    return has_rows(state) ? &state : nullptr;
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
