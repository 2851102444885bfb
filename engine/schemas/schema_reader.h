/// Reads a JSON Schema of the supported subset (contract 3.8) into a SchemaNode.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "engine/core/json.h"
#include "engine/core/result.h"
#include "engine/schemas/schema_node.h"

namespace muster {

// A form of forty members takes about as many schemas; deeper and larger ones are mistakes or meant
// to cost us time.
inline constexpr std::size_t kSchemaBytesMax = std::size_t{256} * 1024;
inline constexpr std::size_t kSchemaDepthMax = 32;
inline constexpr std::size_t kSchemaNodesMax = 1000;
inline constexpr std::size_t kSchemaFaultsMax = 20;

// All patterns of a schema together; about 0.3 s of compiling.
inline constexpr std::uint64_t kSchemaInstructionsMax = 500'000;

/// The tree, which looks into the document of `schema`. Otherwise kInvalid, and every place that is
/// wrong: unsupported_schema_keyword when one of them is such a keyword, else invalid_schema.
/// Pointers lead into the schema; the rule of a fault is the keyword.
Result<std::unique_ptr<SchemaNode>> read_schema(JsonValue schema);

/// Names of the keywords that read_schema knows.
std::span<const std::string_view> supported_keywords();

}  // namespace muster
