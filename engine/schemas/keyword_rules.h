/// What single keywords mean, where valijson 1.0 means something else or takes too long. Used by
/// the deciding and by the explaining pass.
#pragma once

#include <cstdint>

#include "engine/core/json.h"
#include "engine/schemas/schema_node.h"
#include "engine/schemas/work.h"

namespace muster {

/// `integer` takes 3.0 and 3e0 too, as JSON Schema has it since draft 6.
bool has_type(JsonValue value, SchemaType type);
bool is_integer(JsonValue number);

/// Below, at or above: negative, 0, positive. Exact for all numbers, also beyond 2^53.
int compare(JsonValue number, std::int64_t limit);
/// Exact below 2^64; above, doubles are rounded anyhow.
bool is_multiple(JsonValue number, std::int64_t divisor);

/// Unicode code points.
std::uint64_t length_of(std::string_view text);

/// Whether the pattern matches and there was budget left to find out.
bool matches(const Pattern& pattern, std::string_view text, Work& work);

/// In n log n, where n is the size of the array as text.
bool has_unique_items(JsonValue array, Work& work);

}  // namespace muster
