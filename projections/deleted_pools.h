/// What is left of deleted pools, for the process that empties them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "projections/keys.h"
#include "projections/published.h"

namespace muster {

/// The streams of a log's pools that are deleted but not yet empty.
Result<std::vector<StreamId>> deleted_pools(const Kv& kv, const ReadPoint& point, LogId log);

/// What is left of a deleted pool: ids of up to `limit` users, in order, and without users those of
/// up to `limit` groups that are not deleted by themselves.
struct PoolRemains {
  std::vector<std::string> users;
  std::vector<std::string> groups;
  /// Whether nothing is left at all, deleted groups included.
  bool empty = false;
};

/// Fewer users when they are in many groups: removing one takes as many changes as it is in groups.
inline constexpr std::size_t kMembershipsAtOnceMax = 500;

Result<PoolRemains> remains_of_pool(const Kv& kv,
                                    const ReadPoint& point,
                                    LogId log,
                                    StreamId pool,
                                    std::size_t limit);

}  // namespace muster
