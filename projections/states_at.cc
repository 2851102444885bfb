#include "projections/states_at.h"

#include "storage/log/view_family.h"

namespace muster {

Result<const AnyState*> StatesAt::find(const StateAddress& address) {
  const auto answer = [](const AnyState& state) {
    return exists(state) ? &state : nullptr;
  };
  if (const auto found = found_.find(address); found != found_.end()) {
    return answer(found->second);
  }
  const RowKey place = views_.row_of(address);
  std::string row;
  MUSTER_TRY(const bool there,
             kv_.get(family_of(place.view), place.key, row, point_->snapshot.get()));
  AnyState state;
  if (there) {
    MUSTER_TRY(state, views_.decode(address, row));
  }
  return answer(found_.emplace(address, std::move(state)).first->second);
}

Result<Counters> StatesAt::counters(const std::string& key) {
  std::string value;
  MUSTER_TRY(const bool there, kv_.get(Family::kCounts, key, value, point_->snapshot.get()));
  return there ? decode_counters(value) : Counters{};
}

}  // namespace muster
