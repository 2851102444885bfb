/// What operations on all pools share with those on the pools of one workspace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/directory/operation.h"

namespace muster {

/// `{"pools":[...]}` with the counts of `context.point`.
Result<std::string> pools_json(const Context& context,
                               const std::vector<PoolState>& pools,
                               std::optional<std::uint64_t> total = std::nullopt);
/// Nothing: of the whole tenant.
Result<Step> list_pools_of(const Context& context, std::optional<std::string> workspace);
Result<Step> create_pool_of(const Context& context, std::optional<std::string> workspace);

}  // namespace muster
