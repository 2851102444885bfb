/// Lengths of time as text: the form of Go's time.Duration, which the published API uses
/// (contract 1.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace muster {

/// Microseconds. Accepts the Go form (`10m0s`, `1.5h`, `300ms`, `0`) and numbers with unit words
/// (`1 hour`, `3 days`, `1 week 2 days`), in any case. Nanoseconds are rounded down. At most what
/// 63 bits of nanoseconds hold (292 years), never negative; else kInvalid, rule `duration`.
Result<std::int64_t> parse_duration(std::string_view text);

/// The Go form: `1h0m0s`, `1m0.5s`, `300ms`, `0s`.
std::string format_duration(std::int64_t micros);

}  // namespace muster
