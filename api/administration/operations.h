/// Muster's own administration beside the published API: workspaces, organizations, clients, roles.
///
/// Under `/api/muster/{tid}`, with tokens of the workspace `admin`. Errors are RFC 9457 problems.
#pragma once

#include <span>

#include "api/directory/operation.h"

namespace muster {

std::span<const Operation> administration_operations();

}  // namespace muster
