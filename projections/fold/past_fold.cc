#include "projections/fold/past_fold.h"

#include <algorithm>
#include <iterator>

namespace muster {
namespace {

constexpr auto by_place = [](const Row& left, const Row& right) {
  return left.view != right.view ? left.view < right.view : left.key < right.key;
};

/// Whether two states of a user surely have rows under the same keys.
bool has_same_places(const UserState& before, const UserState& after) {
  return !after.gone && before.identifiers == after.identifiers &&
         before.addresses == after.addresses && before.groups == after.groups &&
         before.payload == after.payload && before.keys_folded == after.keys_folded &&
         before.unfit.empty() == after.unfit.empty();
}

bool has_same_places(const AnyState& before, const AnyState& after) {
  const auto* old_user = std::get_if<UserState>(&before);
  const auto* new_user = std::get_if<UserState>(&after);
  return old_user != nullptr && new_user != nullptr && has_same_places(*old_user, *new_user);
}

}  // namespace

Result<void> PastFold::follow_pool(const LogChunk& chunk, const RawEvent& event) {
  if (!scan_open_part(event.open_part, scanned_)) {
    return {};
  }
  MUSTER_TRY(const auto decoded, decoder_.decode(scanned_, chunk, event));
  if (!decoded) {
    return {};
  }
  AnyState& pool = pools_[scanned_.stream];
  const EventMeta meta{
      log_, event.position, scanned_.time, scanned_.stream, scanned_.revision, {}, {}};
  evolve(pool, meta, decoded->event);
  return {};
}

void PastFold::derive(const AnyState& state, std::vector<Row>& out) {
  out.clear();
  RowContext context;
  context.log = log_;
  context.keys_only = true;
  if (const auto* user = std::get_if<UserState>(&state)) {
    const auto pool = pools_.find(user->pool);
    if (pool == pools_.end()) {
      return;  // reported where the user's rows are put
    }
    context.pool = std::get_if<PoolState>(&pool->second);
  }
  rows_.rows.clear();
  rows_.tallies.clear();
  views_.rows(state, context, rows_);
  out.swap(rows_.rows);
  std::ranges::sort(out, by_place);
}

void PastFold::add(const AnyState& before,
                   const AnyState& after,
                   bool lost,
                   std::vector<Row>& past) {
  if (std::holds_alternative<std::monostate>(before) || !exists(before) ||
      has_same_places(before, after)) {
    return;
  }
  derive(before, before_);
  derive(after, after_);
  ended_.clear();
  std::ranges::set_difference(before_, after_, std::back_inserter(ended_), by_place);
  views_.past_rows(ended_, before, {log_, head_of(after).last, lost}, past);
}

}  // namespace muster
