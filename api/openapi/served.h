/// Everything that the server serves with operations, and so describes: the list of their tables.
#pragma once

#include <span>

#include "api/directory/operation.h"

namespace muster {

using OperationTables = std::span<const std::span<const Operation>>;

OperationTables served_operations();

}  // namespace muster
