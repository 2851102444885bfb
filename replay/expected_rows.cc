#include "replay/expected_rows.h"

#include "engine/core/bytes.h"
#include "engine/sequencer/idempotency.h"

namespace muster::replay {

ExpectedSums::ExpectedSums(const RowHasher& hasher, std::size_t lanes) : hasher_{hasher} {
  for (std::size_t i = 0; i < lanes; ++i) {
    lanes_.push_back(std::make_unique<FamilySums>());
  }
}

Result<void> ExpectedSums::put(std::size_t lane, const FoldedRow& row) {
  const RowHash hash = hasher_.of(row.key, row.value);
  if (row.family != Family::kIdempotency) {
    (*lanes_[lane])[index_of(row.family)].add(row.key, hash);
    return {};
  }
  // Outcomes come from the reading thread alone.
  const std::int64_t hour = ByteReader{row.key.substr(4)}.big_endian_32();
  outcomes_[hour].add(row.key, hash);
  const std::int64_t newest = outcomes_.rbegin()->first;
  outcomes_.erase(outcomes_.begin(), outcomes_.lower_bound(newest - kIdempotencyHours));
  return {};
}

void ExpectedSums::end_log(LogId log, std::int64_t oldest_hour) {
  hours_[log] = oldest_hour;
  for (const auto& [hour, sums] : outcomes_) {
    if (hour >= oldest_hour) {
      kept_outcomes_.add(sums);
    }
  }
  outcomes_.clear();
}

FamilySums ExpectedSums::total() const {
  FamilySums total;
  for (const auto& lane : lanes_) {
    for (std::size_t family = 0; family < kFamilyCount; ++family) {
      total[family].add((*lane)[family]);
    }
  }
  total[index_of(Family::kIdempotency)].add(kept_outcomes_);
  return total;
}

Result<void> ExpectedRows::put(std::size_t, const FoldedRow& row) {
  if (!choice_.has(row.family, row.key)) {
    return {};
  }
  const ExpectedRow expected{hasher_.of(row.key, row.value), row.stream};
  const std::lock_guard lock{mutex_};
  const auto [found, added] =
      rows_[index_of(row.family)].try_emplace(std::string{row.key}, expected);
  if (!added && owned_twice_.size() < 20) {
    owned_twice_.push_back({row.family, found->second.stream, row.stream});
  }
  return {};
}

}  // namespace muster::replay
