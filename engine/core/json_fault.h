/// Finds out why a text was refused by parse_json. Slower than parsing and only for refused texts.
#pragma once

#include <string_view>

#include "engine/core/json.h"
#include "engine/core/result.h"

namespace muster {

/// The first fault of `text`; malformed_json without a place when there is none to be found.
Failure find_json_fault(std::string_view text, const JsonLimits& limits);

}  // namespace muster
