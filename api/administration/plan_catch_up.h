/// What happened to users between a plan and its being applied.
#pragma once

#include "api/directory/operation.h"
#include "api/server/schema_plans.h"

namespace muster {

/// kConflict "users_would_not_fit" when a user that came or changed since the plan began would not
/// fit the planned version; "plan_outdated" when they are too many to look at. Users that are
/// written while the version is being replaced are compared with it afterwards, and listed.
Result<void> check_users_since(const Context& context, const PlanReport& plan);

}  // namespace muster
