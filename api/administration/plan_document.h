/// A plan as JSON.
#pragma once

#include <string>

#include "api/server/schema_plans.h"

namespace muster {

/// {"id","schema_id","schema_version","status","started_at","ended_at","total","examined",
/// "governed","unfit","pools":[{"id","unfit"}],"rules":[{"value","pointer","keyword","users"}],
/// "examples":[{"pool_id","user_id","faults":[{"pointer","rule","reason"}]}]}
void append_plan(std::string& out, const PlanReport& plan);

}  // namespace muster
