/// History: who changed what, when, and on whose behalf.
///
/// Under `/audit/{tid}`, with tokens of the workspace `admin`, or of `system` with the scope
/// `audit`. Errors are RFC 9457 problems. Whatever is read here is written down (ReadRecorder).
#pragma once

#include <span>

#include "api/directory/operation.h"

namespace muster {

std::span<const Operation> audit_operations();

}  // namespace muster
