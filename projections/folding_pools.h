/// Pools with users that are being made ones that ignore case, or back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "projections/keys.h"
#include "projections/published.h"

namespace muster {

/// Ids of a log's pools whose users get rows of folded forms, or lose them.
Result<std::vector<std::string>> folding_pools(const Kv& kv, const ReadPoint& point, LogId log);

/// How many users of a pool have such rows.
Result<std::uint64_t> count_folded(const Kv& kv, const ReadPoint& point, LogId log, StreamId pool);

}  // namespace muster
