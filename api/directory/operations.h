/// The table of all operations of the published API that are served: the only list of them.
#pragma once

#include <span>

#include "api/directory/operation.h"

namespace muster {

std::span<const Operation> every_operation();

}  // namespace muster
