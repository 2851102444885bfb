/// The difference of two documents as JSON Patch (RFC 6902).
#pragma once

#include <string>

#include "engine/core/json.h"

namespace muster {

/// Appends an array of operations that make `to` of `from`: add, remove and replace only, in an
/// order in which they can be applied. Says where a value is spelled differently, too (1 and 1.0);
/// the order of members is no difference. Small for small changes, not always the smallest: lists
/// are compared from both ends, and what lies between is compared place by place.
void append_json_diff(std::string& out, JsonValue from, JsonValue to);

}  // namespace muster
