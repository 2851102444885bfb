/// What the fold says should be stored, as sums of hashes; and the closer look where stored rows
/// sum up to something else.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "projections/fold/row_sink.h"
#include "replay/derived_families.h"
#include "replay/row_buckets.h"

namespace muster::replay {

/// The sums of one set of rows, by family.
using FamilySums = std::array<RowSums, kFamilyCount>;

/// First pass: sums of everything. Memory does not depend on the directory.
class ExpectedSums final : public RowSink {
 public:
  ExpectedSums(const RowHasher& hasher, std::size_t lanes);

  Result<void> put(std::size_t lane, const FoldedRow& row) override;
  void end_log(LogId log, std::int64_t oldest_hour) override;

  [[nodiscard]] const OutcomeHours& outcome_hours() const { return hours_; }

  /// After the fold.
  [[nodiscard]] FamilySums total() const;

 private:
  using ByHour = std::map<std::int64_t, RowSums>;

  const RowHasher& hasher_;
  std::vector<std::unique_ptr<FamilySums>> lanes_;
  /// Idempotency rows of the log at hand, by hour: which of them count is known at its end.
  ByHour outcomes_;
  RowSums kept_outcomes_;
  OutcomeHours hours_;
};

/// Which buckets are looked at closely.
class BucketChoice {
 public:
  void choose(Family family, std::size_t bucket) { chosen_[index_of(family)][bucket] = true; }

  [[nodiscard]] bool has(Family family, std::string_view key) const {
    return chosen_[index_of(family)][bucket_of(key)];
  }

 private:
  std::array<std::vector<bool>, kFamilyCount> chosen_ = [] {
    std::array<std::vector<bool>, kFamilyCount> none;
    none.fill(std::vector<bool>(kBuckets, false));
    return none;
  }();
};

struct ExpectedRow {
  RowHash hash;
  StreamId stream;
};

/// Second pass: every row of the chosen buckets. Memory is bounded by what was chosen.
class ExpectedRows final : public RowSink {
 public:
  using Rows = std::unordered_map<std::string, ExpectedRow>;

  /// A key that two streams own: the log contradicts itself.
  struct OwnedTwice {
    Family family{};
    StreamId first;
    StreamId second;
  };

  ExpectedRows(const RowHasher& hasher, const BucketChoice& choice)
      : hasher_{hasher}, choice_{choice} {}

  Result<void> put(std::size_t lane, const FoldedRow& row) override;

  void end_log(LogId, std::int64_t) override {}

  [[nodiscard]] Rows& rows(Family family) { return rows_[index_of(family)]; }

  [[nodiscard]] const std::vector<OwnedTwice>& owned_twice() const { return owned_twice_; }

 private:
  const RowHasher& hasher_;
  const BucketChoice& choice_;
  std::mutex mutex_;
  std::array<Rows, kFamilyCount> rows_;
  std::vector<OwnedTwice> owned_twice_;
};

}  // namespace muster::replay
