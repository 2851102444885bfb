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

/// Ids of up to `limit` users of a pool, in order.
Result<std::vector<std::string>> first_user_ids(const Kv& kv,
                                                const ReadPoint& point,
                                                const PoolKeys& pool,
                                                std::size_t limit);

}  // namespace muster
