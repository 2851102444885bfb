/// Says what is wrong with an instance: every failing place, where the decider only says no. A full
/// evaluation of its own, which a test holds to the decider's verdicts.
#pragma once

#include <vector>

#include "engine/core/json.h"
#include "engine/core/result.h"
#include "engine/schemas/schema_node.h"
#include "engine/schemas/work.h"

namespace muster {

inline constexpr std::size_t kInstanceFaultsMax = 50;

/// Empty when the instance fits. Otherwise at most kInstanceFaultsMax faults, in the order of the
/// keywords: pointer into the instance, keyword, and a sentence that names nothing of the instance.
/// Of alternatives (anyOf, oneOf) the fault of the whole comes first, then those of the alternative
/// that is nearest to fitting.
std::vector<Fault> explain(const SchemaNode& schema, JsonValue instance, Work& work);

}  // namespace muster
