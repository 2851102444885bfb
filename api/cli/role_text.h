/// Roles as the command line spells them: `role`, `role@workspace` or `role:pool`.
#pragma once

#include <string>
#include <vector>

#include "api/server/services.h"

namespace muster {

/// kNotFound "pool_not_found" when there is no such pool; the rest is for the command to refuse.
Result<std::vector<RoleGrant>> read_roles(const Services& services,
                                          LogId log,
                                          const std::vector<std::string>& texts);

/// The other way round, separated by spaces.
std::string roles_text(const std::vector<RoleGrant>& roles);

}  // namespace muster
