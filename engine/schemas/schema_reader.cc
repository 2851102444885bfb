#include "engine/schemas/schema_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "engine/schemas/pattern.h"
#include "engine/schemas/pointer_place.h"

namespace muster {

namespace {

class SchemaReader {
 public:
  Result<std::unique_ptr<SchemaNode>> run(JsonValue schema);
  static std::vector<std::string_view> keyword_names();

 private:
  using Read = void (*)(SchemaReader& reader, SchemaNode& node, JsonValue value);

  struct Keyword {
    std::string_view name;
    Read read;
  };

  static const std::vector<Keyword>& keywords();

  std::unique_ptr<SchemaNode> schema(JsonValue value);
  void keyword(SchemaNode& node, const JsonMember& member);

  void fail(std::string reason);
  /// A name, or nothing and a fault: names go to a library that ends them at U+0000.
  bool good_name(std::string_view name);

  // Readers of one keyword. Each is given a value that is not null.
  template <auto Field>
  static void flag(SchemaReader& reader, SchemaNode& node, JsonValue value);
  template <auto Field>
  static void integer(SchemaReader& reader, SchemaNode& node, JsonValue value);
  template <auto Field>
  static void count(SchemaReader& reader, SchemaNode& node, JsonValue value);
  template <auto Field>
  static void one_schema(SchemaReader& reader, SchemaNode& node, JsonValue value);
  template <auto Field>
  static void schema_list(SchemaReader& reader, SchemaNode& node, JsonValue value);
  template <auto Field>
  static void schema_map(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void note(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void type(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void constant(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void enumeration(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void divisor(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void pattern(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void pattern_map(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void required(SchemaReader& reader, SchemaNode& node, JsonValue value);
  static void dependent_required(SchemaReader& reader, SchemaNode& node, JsonValue value);

  std::vector<std::string_view> names(JsonValue value);
  std::optional<Pattern> compiled(std::string_view spelled);

  std::string pointer_;
  std::string_view keyword_;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  std::uint64_t instructions_ = 0;
  std::map<std::string_view, Pattern> patterns_;  // equal ones are compiled once
  bool has_unsupported_ = false;
  std::vector<Fault> faults_;
};

const std::vector<SchemaReader::Keyword>& SchemaReader::keywords() {
  using R = SchemaReader;
  using N = SchemaNode;
  // In the order of their names, for the binary search in keyword().
  static const std::vector<Keyword> kKeywords{
      {"additionalProperties", flag<&N::additional_properties>},
      {"allOf", schema_list<&N::all_of>},
      {"anyOf", schema_list<&N::any_of>},
      {"const", R::constant},
      {"contains", one_schema<&N::contains>},
      {"dependentRequired", R::dependent_required},
      {"dependentSchemas", schema_map<&N::dependent_schemas>},
      {"description", R::note},
      {"else", one_schema<&N::else_schema>},
      {"enum", R::enumeration},
      {"exclusiveMaximum", integer<&N::exclusive_maximum>},
      {"exclusiveMinimum", integer<&N::exclusive_minimum>},
      {"hidden", flag<&N::hidden>},
      {"if", one_schema<&N::if_schema>},
      {"items", one_schema<&N::items>},
      {"maxContains", count<&N::max_contains>},
      {"maxItems", count<&N::max_items>},
      {"maxLength", count<&N::max_length>},
      {"maxProperties", count<&N::max_properties>},
      {"maximum", integer<&N::maximum>},
      {"minContains", count<&N::min_contains>},
      {"minItems", count<&N::min_items>},
      {"minLength", count<&N::min_length>},
      {"minProperties", count<&N::min_properties>},
      {"minimum", integer<&N::minimum>},
      {"multipleOf", R::divisor},
      {"not", one_schema<&N::not_schema>},
      {"oneOf", schema_list<&N::one_of>},
      {"pattern", R::pattern},
      {"patternProperties", R::pattern_map},
      {"properties", schema_map<&N::properties>},
      {"propertyNames", one_schema<&N::property_names>},
      {"required", R::required},
      {"then", one_schema<&N::then_schema>},
      {"title", R::note},
      {"type", R::type},
      {"uniqueItems", flag<&N::unique_items>},
  };
  return kKeywords;
}

std::vector<std::string_view> SchemaReader::keyword_names() {
  std::vector<std::string_view> names;
  for (const Keyword& keyword : keywords())
    names.push_back(keyword.name);
  return names;
}

Result<std::unique_ptr<SchemaNode>> SchemaReader::run(JsonValue root) {
  auto node = schema(root);
  if (faults_.empty()) return node;
  Failure refused = has_unsupported_
                        ? failure(Errc::kInvalid,
                                  "unsupported_schema_keyword",
                                  "The schema uses keywords that are not supported.")
                        : failure(Errc::kInvalid, "invalid_schema", "The schema is not valid.");
  refused.faults = std::move(faults_);
  return refused;
}

void SchemaReader::fail(std::string reason) {
  if (faults_.size() < kSchemaFaultsMax) {
    faults_.push_back({pointer_, std::string{keyword_}, std::move(reason)});
  }
}

bool SchemaReader::good_name(std::string_view name) {
  const bool good = name.find('\0') == std::string_view::npos;
  if (!good) fail("A member name must not contain U+0000.");
  return good;
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
std::unique_ptr<SchemaNode> SchemaReader::schema(JsonValue value) {
  auto node = std::make_unique<SchemaNode>();
  if (!value.is_object()) {
    fail("A schema must be an object.");
  } else if (depth_ == kSchemaDepthMax) {
    fail("Schemas must not lie more than " + std::to_string(kSchemaDepthMax) + " deep.");
  } else if (nodes_ == kSchemaNodesMax) {
    fail("There must not be more than " + std::to_string(kSchemaNodesMax) + " schemas in one.");
  } else {
    ++depth_;
    ++nodes_;
    const std::string_view outer = keyword_;
    for (const JsonMember& member : value.members()) {
      const PointerPlace place{pointer_, member.name};
      keyword(*node, member);
    }
    keyword_ = outer;
    --depth_;
  }
  return node;
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void SchemaReader::keyword(SchemaNode& node, const JsonMember& member) {
  keyword_ = member.name;
  if (member.value.is_null()) return;  // null is absent (contract 1.3)
  const auto& table = keywords();
  const auto by_name = [](const Keyword& entry, std::string_view name) {
    return entry.name < name;
  };
  const auto found = std::lower_bound(table.begin(), table.end(), member.name, by_name);
  if (found == table.end() || found->name != member.name) {
    has_unsupported_ = true;
    fail("The keyword is not supported.");
    return;
  }
  found->read(*this, node, member.value);
}

template <auto Field>
void SchemaReader::flag(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  const auto set = value.flag();
  if (!set) return reader.fail("The value must be true or false.");
  node.*Field = *set;
}

template <auto Field>
void SchemaReader::integer(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  node.*Field = value.is_number() ? value.whole() : std::nullopt;
  if (!(node.*Field)) reader.fail("The value must be an integer of 64 bits.");
}

template <auto Field>
void SchemaReader::count(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  const auto number = value.is_number() ? value.whole() : std::nullopt;
  if (!number || *number < 0) return reader.fail("The value must be an integer and not negative.");
  node.*Field = static_cast<std::uint64_t>(*number);
}

template <auto Field>
// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void SchemaReader::one_schema(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  node.*Field = reader.schema(value);
}

template <auto Field>
// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void SchemaReader::schema_list(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  if (value.size() == 0 || !value.is_array()) {
    return reader.fail("The value must be an array of schemas and not empty.");
  }
  std::size_t index = 0;
  for (const JsonValue element : value.elements()) {
    const PointerPlace place{reader.pointer_, std::to_string(index++)};
    (node.*Field).push_back(reader.schema(element));
  }
}

template <auto Field>
// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void SchemaReader::schema_map(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  if (!value.is_object()) return reader.fail("The value must be an object of schemas.");
  for (const auto& [name, member] : value.members()) {
    const PointerPlace place{reader.pointer_, name};
    if (reader.good_name(name)) (node.*Field).push_back({name, reader.schema(member)});
  }
}

void SchemaReader::note(SchemaReader& reader, SchemaNode&, JsonValue value) {
  if (!value.is_string()) reader.fail("The value must be a string.");
}

void SchemaReader::type(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  static constexpr std::array<std::pair<std::string_view, SchemaType>, 7> kTypes{{
      {"array", SchemaType::kArray},
      {"boolean", SchemaType::kBoolean},
      {"integer", SchemaType::kInteger},
      {"null", SchemaType::kNull},
      {"number", SchemaType::kNumber},
      {"object", SchemaType::kObject},
      {"string", SchemaType::kString},
  }};
  for (const auto& [name, named] : kTypes) {
    if (value.text() == name) node.type = named;
  }
  if (!node.type) {
    reader.fail(
        "The value must be one of the strings array, boolean, integer, null, number, object, "
        "string.");
  }
}

void SchemaReader::constant(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  if (!value.is_string()) return reader.fail("Only strings are supported.");
  node.const_value = value;
}

void SchemaReader::enumeration(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  bool good = value.is_array() && value.size() > 0;
  for (const JsonValue element : value.elements()) {
    good = good && element.is_string();
    node.enum_values.push_back(element);
  }
  if (!good) reader.fail("The value must be an array of strings and not empty.");
}

void SchemaReader::divisor(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  node.multiple_of = value.is_number() ? value.whole() : std::nullopt;
  if (node.multiple_of.value_or(0) <= 0) reader.fail("The value must be an integer above 0.");
}

std::optional<Pattern> SchemaReader::compiled(std::string_view spelled) {
  const auto known = patterns_.find(spelled);
  if (known != patterns_.end()) return known->second;
  auto pattern = Pattern::compile(spelled);
  if (!pattern) {
    fail("The regular expression cannot be run: " + pattern.error().reason + ".");
    return std::nullopt;
  }
  instructions_ += pattern->instructions();
  if (instructions_ > kSchemaInstructionsMax) {
    fail("The regular expressions of the schema are too large together.");
    return std::nullopt;
  }
  patterns_.emplace(spelled, *pattern);
  return *pattern;
}

void SchemaReader::pattern(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  if (!value.is_string()) return reader.fail("The value must be a string.");
  node.pattern = reader.compiled(value.as_string());
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void SchemaReader::pattern_map(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  if (!value.is_object()) return reader.fail("The value must be an object of schemas.");
  for (const auto& [name, member] : value.members()) {
    const PointerPlace place{reader.pointer_, name};
    auto pattern = reader.compiled(name);
    auto child = reader.schema(member);
    if (pattern) node.pattern_properties.push_back({*pattern, std::move(child)});
  }
}

std::vector<std::string_view> SchemaReader::names(JsonValue value) {
  std::vector<std::string_view> names;
  bool good = value.is_array();
  for (const JsonValue element : value.elements()) {
    const auto name = element.text();
    good = good && name && good_name(*name);
    if (good) names.push_back(*name);
  }
  if (!good) fail("The value must be an array of strings.");
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void SchemaReader::required(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  node.required = reader.names(value);
}

void SchemaReader::dependent_required(SchemaReader& reader, SchemaNode& node, JsonValue value) {
  if (!value.is_object()) return reader.fail("The value must be an object of arrays of strings.");
  for (const auto& [name, member] : value.members()) {
    const PointerPlace place{reader.pointer_, name};
    if (reader.good_name(name)) node.dependent_required.push_back({name, reader.names(member)});
  }
}

}  // namespace

Result<std::unique_ptr<SchemaNode>> read_schema(JsonValue schema) {
  return SchemaReader{}.run(schema);
}

std::span<const std::string_view> supported_keywords() {
  static const std::vector<std::string_view> kNames = SchemaReader::keyword_names();
  return kNames;
}

}  // namespace muster
