/// Compares what is stored in the derived families with what the fold says should be there.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "projections/fold/directory_fold.h"
#include "replay/expected_rows.h"

namespace muster::replay {

struct StoredView {
  ViewSummary summary;
  RowSums sums;
};

/// Reads all rows of a family that take part. `on_rows` hears of every few thousand.
Result<StoredView> read_view(const Kv& kv,
                             Family family,
                             const OutcomeHours& hours,
                             const RowHasher& hasher,
                             const std::function<void(std::uint64_t rows)>& on_rows);

struct ViewDifferences {
  std::uint64_t missing = 0;
  std::uint64_t surplus = 0;
  std::uint64_t differing = 0;

  [[nodiscard]] std::uint64_t total() const { return missing + surplus + differing; }
};

struct Differences {
  static constexpr std::size_t kShownMax = 20;

  std::array<ViewDifferences, kFamilyCount> by_family{};
  std::vector<std::string> shown;  // the first ones, by name
  /// Buckets that differ, but were too many to look at closely.
  std::uint64_t unexamined_buckets = 0;

  [[nodiscard]] std::uint64_t total() const;
  void add(Family family, std::uint64_t ViewDifferences::*kind, const std::string& text);
};

/// What the closer look needs.
struct CloserLook {
  const Kv& kv;
  const RowHasher& hasher;
  const OutcomeHours& hours;
  /// Folds the directory once more into the sink that it is given.
  std::function<Result<void>(RowSink&)> fold_again;
  bool show_keys = false;
  /// Rows of differing buckets held at once, about 150 bytes each.
  std::uint64_t rows_max = 1'000'000;
};

using StoredSums = std::array<const RowSums*, kFamilyCount>;

/// Finds the rows behind sums that differ. Cheap when none do.
Result<Differences> find_differences(const CloserLook& look,
                                     const FamilySums& expected,
                                     const StoredSums& stored);

}  // namespace muster::replay
