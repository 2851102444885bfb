/// A schema after it was read: what each keyword says, in types. Private to engine/schemas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/json.h"
#include "engine/schemas/pattern.h"

namespace muster {

enum class SchemaType : std::uint8_t {
  kArray,
  kBoolean,
  kInteger,
  kNull,
  kNumber,
  kObject,
  kString,
};

struct SchemaNode;
using SchemaNodes = std::vector<std::unique_ptr<SchemaNode>>;

struct NamedNode {
  std::string_view name;
  std::unique_ptr<SchemaNode> node;
};

struct PatternNode {
  Pattern pattern;
  std::unique_ptr<SchemaNode> node;
};

struct DependentNames {
  std::string_view name;
  std::vector<std::string_view> needed;
};

/// One schema or sub-schema. Absent keywords are empty. The views and JsonValues look into the
/// document that the schema was read from.
struct SchemaNode {
  std::optional<SchemaType> type;
  std::optional<JsonValue> const_value;
  std::vector<JsonValue> enum_values;
  bool hidden = false;

  std::optional<std::int64_t> multiple_of;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
  std::optional<std::int64_t> exclusive_minimum;
  std::optional<std::int64_t> exclusive_maximum;

  std::optional<std::uint64_t> min_length;
  std::optional<std::uint64_t> max_length;
  std::optional<Pattern> pattern;

  std::unique_ptr<SchemaNode> items;
  std::optional<std::uint64_t> min_items;
  std::optional<std::uint64_t> max_items;
  bool unique_items = false;
  std::unique_ptr<SchemaNode> contains;
  std::optional<std::uint64_t> min_contains;
  std::optional<std::uint64_t> max_contains;

  std::vector<NamedNode> properties;
  std::vector<PatternNode> pattern_properties;
  bool additional_properties = true;
  std::unique_ptr<SchemaNode> property_names;
  std::vector<std::string_view> required;
  std::optional<std::uint64_t> min_properties;
  std::optional<std::uint64_t> max_properties;
  std::vector<DependentNames> dependent_required;
  std::vector<NamedNode> dependent_schemas;

  SchemaNodes all_of;
  SchemaNodes any_of;
  SchemaNodes one_of;
  std::unique_ptr<SchemaNode> not_schema;
  std::unique_ptr<SchemaNode> if_schema;
  std::unique_ptr<SchemaNode> then_schema;
  std::unique_ptr<SchemaNode> else_schema;
};

}  // namespace muster
