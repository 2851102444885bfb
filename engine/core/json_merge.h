/// JSON Merge Patch (RFC 7396).
#pragma once

#include <optional>
#include <string>

#include "engine/core/json.h"

namespace muster {

/// Appends what `target` is after `patch`, minified, values as they were spelled. Members keep the
/// order of the target; new ones follow in the order of the patch. No target: there was none.
/// Takes time in proportion to both sizes.
void append_merged(std::string& out, std::optional<JsonValue> target, JsonValue patch);

}  // namespace muster
