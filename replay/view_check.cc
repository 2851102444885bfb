#include "replay/view_check.h"

#include <algorithm>

#include "replay/row_text.h"

namespace muster::replay {
namespace {

constexpr std::uint64_t kRowsPerReport = 4096;

/// The buckets to look at, as many as the memory allows. The first one is always taken.
BucketChoice choose(const CloserLook& look,
                    const FamilySums& expected,
                    const StoredSums& stored,
                    Differences& differences) {
  BucketChoice choice;
  std::uint64_t rows = 0;
  for (const Family family : kDerivedFamilies) {
    const std::size_t index = index_of(family);
    for (const std::size_t bucket : RowSums::differing(expected[index], *stored[index])) {
      if (rows == 0 || rows + expected[index].rows_in(bucket) <= look.rows_max) {
        choice.choose(family, bucket);
        rows += expected[index].rows_in(bucket) + 1;
      } else {
        ++differences.unexamined_buckets;
      }
    }
  }
  return choice;
}

/// Compares the chosen rows of one family; what is left in `expected` afterwards is missing.
Result<void> compare_family(const CloserLook& look,
                            const BucketChoice& choice,
                            Family family,
                            ExpectedRows::Rows& expected,
                            Differences& differences) {
  const auto name = [&](std::string_view key, StreamId stream) {
    return text_of(RowName{family, key, stream, look.show_keys});
  };
  const auto compare = [&](std::string_view key, std::string_view value) {
    if (!choice.has(family, key) || !takes_part(family, key, look.hours)) {
      return true;
    }
    const auto found = expected.find(std::string{key});
    if (found == expected.end()) {
      differences.add(
          family, &ViewDifferences::surplus, name(key, stream_in(family, value)) + ": surplus");
      return true;
    }
    if (found->second.hash != look.hasher.of(key, value)) {
      differences.add(family,
                      &ViewDifferences::differing,
                      name(key, found->second.stream) + ": differs from the log");
    }
    expected.erase(found);
    return true;
  };
  MUSTER_CHECKED(look.kv.scan(family, KvRange::all(), compare));
  for (const auto& [key, row] : expected) {
    if (takes_part(family, key, look.hours)) {
      differences.add(family, &ViewDifferences::missing, name(key, row.stream) + ": missing");
    }
  }
  return {};
}

}  // namespace

std::uint64_t Differences::total() const {
  std::uint64_t total = 0;
  for (const ViewDifferences& view : by_family) {
    total += view.total();
  }
  return total;
}

void Differences::add(Family family,
                      std::uint64_t ViewDifferences::*kind,
                      const std::string& text) {
  ++(by_family[index_of(family)].*kind);
  if (shown.size() < kShownMax) {
    shown.push_back(text);
  }
}

Result<StoredView> read_view(const Kv& kv,
                             Family family,
                             const OutcomeHours& hours,
                             const RowHasher& hasher,
                             const std::function<void(std::uint64_t rows)>& on_rows) {
  StoredView view;
  ViewHash hash;
  std::uint64_t unreported = 0;
  MUSTER_CHECKED(kv.scan(family, KvRange::all(), [&](std::string_view key, auto value) {
    if (takes_part(family, key, hours)) {
      hash.add(key, value);
      view.sums.add(key, hasher.of(key, value));
    }
    if (++unreported == kRowsPerReport) {
      on_rows(std::exchange(unreported, 0));
    }
    return true;
  }));
  on_rows(unreported);
  view.summary = {family, hash.rows(), hash.finish()};
  return view;
}

Result<Differences> find_differences(const CloserLook& look,
                                     const FamilySums& expected,
                                     const StoredSums& stored) {
  Differences differences;
  const bool same = std::ranges::all_of(kDerivedFamilies, [&](Family family) {
    return RowSums::differing(expected[index_of(family)], *stored[index_of(family)]).empty();
  });
  if (same) {
    return differences;
  }
  const BucketChoice choice = choose(look, expected, stored, differences);
  ExpectedRows rows{look.hasher, choice};
  MUSTER_CHECKED(look.fold_again(rows));
  for (const auto& twice : rows.owned_twice()) {
    differences.add(twice.family,
                    &ViewDifferences::differing,
                    std::string{name_of(twice.family)} + " one row belongs to the streams " +
                        twice.first.text() + " and " + twice.second.text());
  }
  for (const Family family : kDerivedFamilies) {
    MUSTER_CHECKED(compare_family(look, choice, family, rows.rows(family), differences));
  }
  return differences;
}

}  // namespace muster::replay
