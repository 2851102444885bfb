/// Ids of the members of several groups, merged.
#pragma once

#include <string>
#include <vector>

#include "projections/groups.h"

namespace muster {

/// The ids of one page, each once, in order. Seeks: the cost follows the page and the number of
/// groups, never the number of members.
Result<std::vector<std::string>> member_ids(const KvReads& kv,
                                            const PoolAt& at,
                                            const std::vector<StreamId>& groups,
                                            const MemberPage& page);

}  // namespace muster
