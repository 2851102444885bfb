#include "engine/schemas/explainer.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "engine/schemas/keyword_rules.h"
#include "engine/schemas/pointer_place.h"

namespace muster {

namespace {

std::string_view type_phrase(SchemaType type) {
  switch (type) {
    case SchemaType::kArray:
      return "an array";
    case SchemaType::kBoolean:
      return "true or false";
    case SchemaType::kInteger:
      return "an integer";
    case SchemaType::kNull:
      return "null";
    case SchemaType::kNumber:
      return "a number";
    case SchemaType::kObject:
      return "an object";
    case SchemaType::kString:
      return "a string";
  }
  return "";
}

std::string phrase(std::string_view before, std::string_view number, std::string_view after) {
  return std::string{before}.append(number).append(after);
}

/// Every function adds the faults of one keyword, or of a few that belong together, at the place
/// where the walk is. Recursion goes down the schema and is bounded by kSchemaDepthMax.
class Explainer {
 public:
  explicit Explainer(Work& work) : work_{work} {}

  void schema(const SchemaNode& node, JsonValue value);

  std::vector<Fault> take_faults() { return std::move(faults_); }

 private:
  void fail(std::string_view keyword, std::string reason) {
    add({pointer_, std::string{keyword}, std::move(reason)});
  }

  void add(Fault fault) {
    if (faults_.size() < kInstanceFaultsMax) faults_.push_back(std::move(fault));
  }

  /// The faults of `value` against `node`, kept apart from those of the instance.
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  std::vector<Fault> tried(const SchemaNode& node, JsonValue value) {
    Explainer attempt{work_};
    attempt.pointer_ = pointer_;
    attempt.schema(node, value);
    return attempt.take_faults();
  }

  /// How far a tried alternative was from fitting. One of another type was not meant.
  [[nodiscard]] std::size_t distance(const std::vector<Fault>& faults) const {
    const auto is_other_type = [this](const Fault& fault) {
      return fault.rule == "type" && fault.pointer == pointer_;
    };
    const bool other_type = std::any_of(faults.begin(), faults.end(), is_other_type);
    return faults.size() + (other_type ? kInstanceFaultsMax : 0);
  }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  bool fits(const SchemaNode& node, JsonValue value) { return tried(node, value).empty(); }

  void values(const SchemaNode& node, JsonValue value);
  void number(const SchemaNode& node, JsonValue value);
  void string(const SchemaNode& node, JsonValue value);
  void array(const SchemaNode& node, JsonValue value);
  void contained(const SchemaNode& node, JsonValue value);
  void object(const SchemaNode& node, JsonValue value);
  void member(const SchemaNode& node, const JsonMember& member);
  void names(const SchemaNode& node, JsonValue value);
  void dependents(const SchemaNode& node, JsonValue value);
  void alternatives(const SchemaNode& node, JsonValue value);

  struct Attempts {
    std::size_t fitting = 0;
    std::vector<Fault> nearest;  // none when an alternative fits
  };

  Attempts attempt(const SchemaNodes& nodes, JsonValue value);
  void any_of(const SchemaNode& node, JsonValue value);
  void one_of(const SchemaNode& node, JsonValue value);

  Work& work_;
  std::string pointer_;
  std::vector<Fault> faults_;
};

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::schema(const SchemaNode& node, JsonValue value) {
  constexpr std::uint64_t kPerSchema = 16;
  if (!work_.charge(kPerSchema)) {
    return fail("too_complex", "The check of this value against its schema takes too long.");
  }
  values(node, value);
  if (value.is_number()) number(node, value);
  if (value.is_string()) string(node, value);
  if (value.is_array()) array(node, value);
  if (value.is_object()) object(node, value);
  alternatives(node, value);
}

void Explainer::values(const SchemaNode& node, JsonValue value) {
  if (node.type && !has_type(value, *node.type)) {
    fail("type", phrase("The value must be ", type_phrase(*node.type), "."));
  }
  if (node.const_value && !json_equal(*node.const_value, value)) {
    fail("const", "The value must be the one string that the schema names.");
  }
  bool listed = node.enum_values.empty();
  for (const JsonValue allowed : node.enum_values)
    listed = listed || json_equal(allowed, value);
  if (!listed) fail("enum", "The value must be one of the strings that the schema lists.");
}

void Explainer::number(const SchemaNode& node, JsonValue value) {
  const auto must_be = [&](std::string_view keyword, std::string_view how, std::int64_t limit) {
    fail(keyword, phrase(how, std::to_string(limit), "."));
  };
  if (node.multiple_of && !is_multiple(value, *node.multiple_of)) {
    must_be("multipleOf", "The number must be a multiple of ", *node.multiple_of);
  }
  if (node.minimum && compare(value, *node.minimum) < 0) {
    must_be("minimum", "The number must be at least ", *node.minimum);
  }
  if (node.maximum && compare(value, *node.maximum) > 0) {
    must_be("maximum", "The number must be at most ", *node.maximum);
  }
  if (node.exclusive_minimum && compare(value, *node.exclusive_minimum) <= 0) {
    must_be("exclusiveMinimum", "The number must be above ", *node.exclusive_minimum);
  }
  if (node.exclusive_maximum && compare(value, *node.exclusive_maximum) >= 0) {
    must_be("exclusiveMaximum", "The number must be below ", *node.exclusive_maximum);
  }
}

void Explainer::string(const SchemaNode& node, JsonValue value) {
  const std::string_view text = value.as_string();
  const std::uint64_t length = length_of(text);
  if (node.min_length && length < *node.min_length) {
    fail(
        "minLength",
        phrase("The string must have at least ", std::to_string(*node.min_length), " characters."));
  }
  if (node.max_length && length > *node.max_length) {
    fail("maxLength",
         phrase("The string must have at most ", std::to_string(*node.max_length), " characters."));
  }
  if (node.pattern && !matches(*node.pattern, text, work_)) {
    fail("pattern", "The string does not match the regular expression of the schema.");
  }
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::array(const SchemaNode& node, JsonValue value) {
  const std::size_t size = value.size();
  if (node.min_items && size < *node.min_items) {
    fail("minItems",
         phrase("The array must have at least ", std::to_string(*node.min_items), " elements."));
  }
  if (node.max_items && size > *node.max_items) {
    fail("maxItems",
         phrase("The array must have at most ", std::to_string(*node.max_items), " elements."));
  }
  if (node.unique_items && !has_unique_items(value, work_)) {
    fail("uniqueItems", "The array must not have two equal elements.");
  }
  if (node.contains) contained(node, value);
  if (!node.items) return;
  std::size_t index = 0;
  for (const JsonValue element : value.elements()) {
    const PointerPlace place{pointer_, std::to_string(index++)};
    schema(*node.items, element);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::contained(const SchemaNode& node, JsonValue value) {
  std::uint64_t found = 0;
  for (const JsonValue element : value.elements()) {
    if (fits(*node.contains, element)) ++found;
  }
  const std::uint64_t least = node.min_contains.value_or(1);
  if (found < least) {
    fail(node.min_contains ? "minContains" : "contains",
         phrase("The array must have at least ",
                std::to_string(least),
                " elements of the kind that the schema wants."));
  }
  if (node.max_contains && found > *node.max_contains) {
    fail("maxContains",
         phrase("The array must have at most ",
                std::to_string(*node.max_contains),
                " elements of the kind that the schema limits."));
  }
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::object(const SchemaNode& node, JsonValue value) {
  const std::size_t size = value.size();
  if (node.min_properties && size < *node.min_properties) {
    fail("minProperties",
         phrase(
             "The object must have at least ", std::to_string(*node.min_properties), " members."));
  }
  if (node.max_properties && size > *node.max_properties) {
    fail(
        "maxProperties",
        phrase("The object must have at most ", std::to_string(*node.max_properties), " members."));
  }
  for (const std::string_view name : node.required) {
    if (!value.find(name)) fail("required", phrase("The member \"", name, "\" is missing."));
  }
  for (const JsonMember& each : value.members())
    member(node, each);
  if (node.property_names) names(node, value);
  dependents(node, value);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::member(const SchemaNode& node, const JsonMember& member) {
  const PointerPlace place{pointer_, member.name};
  bool known = false;
  work_.charge(1 + node.properties.size() / 4);
  for (const NamedNode& property : node.properties) {
    if (property.name != member.name) continue;
    known = true;
    schema(*property.node, member.value);
  }
  for (const PatternNode& property : node.pattern_properties) {
    if (!matches(property.pattern, member.name, work_)) continue;
    known = true;
    schema(*property.node, member.value);
  }
  if (!known && !node.additional_properties) {
    fail("additionalProperties", "The schema does not allow this member.");
  }
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::names(const SchemaNode& node, JsonValue value) {
  const JsonMembers members = value.members();
  for (auto at = members.begin(); at != members.end(); ++at) {
    if (fits(*node.property_names, at.name())) continue;
    const PointerPlace place{pointer_, (*at).name};
    fail("propertyNames", "The schema does not allow this name.");
  }
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::dependents(const SchemaNode& node, JsonValue value) {
  for (const DependentNames& dependent : node.dependent_required) {
    if (!value.find(dependent.name)) continue;
    for (const std::string_view needed : dependent.needed) {
      work_.charge(1);
      if (value.find(needed)) continue;
      fail("dependentRequired",
           phrase("The member \"",
                  needed,
                  "\" is missing, which \"" + std::string{dependent.name} + "\" needs."));
    }
  }
  for (const NamedNode& dependent : node.dependent_schemas) {
    if (value.find(dependent.name)) schema(*dependent.node, value);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::alternatives(const SchemaNode& node, JsonValue value) {
  for (const auto& part : node.all_of)
    schema(*part, value);
  if (!node.any_of.empty()) any_of(node, value);
  if (!node.one_of.empty()) one_of(node, value);
  if (node.not_schema && fits(*node.not_schema, value)) {
    fail("not", "The value must not fit the schema that it fits.");
  }
  if (!node.if_schema) return;
  const auto& next = fits(*node.if_schema, value) ? node.then_schema : node.else_schema;
  if (next) schema(*next, value);
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
Explainer::Attempts Explainer::attempt(const SchemaNodes& nodes, JsonValue value) {
  Attempts attempts;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const auto& node : nodes) {
    auto faults = tried(*node, value);
    if (faults.empty()) ++attempts.fitting;
    if (distance(faults) >= least) continue;
    least = distance(faults);
    attempts.nearest = std::move(faults);
  }
  return attempts;
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::any_of(const SchemaNode& node, JsonValue value) {
  Attempts attempts = attempt(node.any_of, value);
  if (attempts.fitting > 0) return;
  fail("anyOf", "The value fits none of the alternatives.");
  for (Fault& fault : attempts.nearest)
    add(std::move(fault));
}

// NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
void Explainer::one_of(const SchemaNode& node, JsonValue value) {
  Attempts attempts = attempt(node.one_of, value);
  if (attempts.fitting == 1) return;
  fail("oneOf",
       attempts.fitting == 0 ? "The value fits none of the alternatives."
                             : "The value fits more than one of the alternatives.");
  for (Fault& fault : attempts.nearest)
    add(std::move(fault));
}

}  // namespace

std::vector<Fault> explain(const SchemaNode& schema, JsonValue instance, Work& work) {
  Explainer explainer{work};
  explainer.schema(schema, instance);
  return explainer.take_faults();
}

}  // namespace muster
