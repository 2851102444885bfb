/// Walks over the rows that there were: those of now that were there then, and those that ended.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "projections/as_of/rows_as_of.h"

namespace muster {

/// What a walk goes over. The range lies in the log of `rows`.
struct WalkPlace {
  View view{};
  KvRange range;
  bool roughly = false;
  const KvSnapshot* snapshot = nullptr;
};

/// `now`: the rows of the range that are there now. `ended`: those of past.1, of past_range().
std::unique_ptr<KvIterator> walk_rows(const RowsAsOf& rows,
                                      WalkPlace place,
                                      std::unique_ptr<KvIterator> now,
                                      std::unique_ptr<KvIterator> ended);

KvRange past_range(View view, const KvRange& range);

/// The rows of these keys, in ascending order, that the store has.
std::unique_ptr<KvIterator> walk_keys(const KvReads& kv,
                                      Family family,
                                      std::vector<std::string> keys,
                                      const KvSnapshot* snapshot);

/// An iterator that only tells what went wrong.
std::unique_ptr<KvIterator> failed_walk(Failure failure);

}  // namespace muster
