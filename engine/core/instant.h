/// Instants as text. RFC 3339, UTC, milliseconds: `2026-11-20T14:02:07.123Z`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"

namespace muster {

/// Writes milliseconds (rounded down) and `Z`.
std::string to_rfc3339(Micros time);
void append_rfc3339(std::string& out, Micros time);

/// Accepts any offset and up to nine fractional digits (those beyond micros are dropped). Nothing
/// for anything that RFC 3339 section 5.6 does not allow, or outside the years 0001 to 9999.
std::optional<Micros> parse_rfc3339(std::string_view text);

/// Clients of the published API send the year 1 for "not set" (contract 1.3).
bool is_unset_instant(Micros time);

}  // namespace muster
