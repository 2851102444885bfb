#include "engine/schemas/decider.h"

#include <new>
#include <regex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>
#include <valijson/validation_visitor.hpp>

#include "engine/schemas/json_adapter.h"
#include "engine/schemas/keyword_rules.h"

namespace muster {

namespace {

using valijson::Subschema;

bool decide(const Subschema& schema, JsonValue value, Work& work) {
  // No std::regex ever gets here; the visitor only wants a place for them.
  std::unordered_map<std::string, std::regex> no_regexes;
  constexpr bool kStrictTypes = true;
  valijson::ValidationVisitor<JsonAdapter> visitor{
      JsonAdapter{value, &work}, {}, kStrictTypes, nullptr, no_regexes};
  return visitor.validateSchema(schema);
}

/// The keywords of one schema that are ours: for each the sub-schemas, compiled for valijson, that
/// it needs. valijson asks it like any constraint, so that it counts wherever the schema stands,
/// under `not` or inside `items`.
class OwnRules final : public valijson::constraints::PolyConstraint {
 public:
  explicit OwnRules(const SchemaNode& node) : node_{&node} {}

  void use_contains(const Subschema* schema) { contains_ = schema; }

  void use_property_names(const Subschema* schema) { property_names_ = schema; }

  void add_pattern_property(const Subschema* schema) { pattern_properties_.push_back(schema); }

  void add_property(const Subschema* schema) { properties_.push_back(schema); }

  void add_dependent(const Subschema* schema) { dependents_.push_back(schema); }

  bool validate(const valijson::adapters::Adapter& target,
                const std::vector<std::string>&,
                valijson::ValidationResults*) const override {
    const auto& adapter = static_cast<const JsonAdapter&>(target);
    const JsonValue value = adapter.value();
    if (!adapter.work().charge(cost(value))) return false;
    if (value.is_object()) return object(value, adapter.work());
    if (value.is_string()) return string(value.as_string(), adapter.work());
    if (value.is_array()) return array(value, adapter.work());
    return !value.is_number() || number(value);
  }

 private:
  Constraint* cloneInto(void* place) const override { return new (place) OwnRules{*this}; }

  [[nodiscard]] std::size_t sizeOf() const override { return sizeof(OwnRules); }

  /// What valijson will do for this schema and this value, sub-schemas apart.
  [[nodiscard]] std::uint64_t cost(JsonValue value) const {
    constexpr std::uint64_t kPerSchema = 8;
    constexpr std::uint64_t kNamesPerUnit = 4;
    const std::uint64_t names = properties_.size() + node_->required.size() +
                                node_->dependent_required.size() + dependents_.size();
    const std::uint64_t members = value.is_object() ? value.size() : 0;
    return kPerSchema + 2 * node_->enum_values.size() + names * (8 + members) / kNamesPerUnit;
  }

  [[nodiscard]] bool number(JsonValue value) const {
    const SchemaNode& node = *node_;
    return !(node.minimum && compare(value, *node.minimum) < 0) &&
           !(node.maximum && compare(value, *node.maximum) > 0) &&
           !(node.exclusive_minimum && compare(value, *node.exclusive_minimum) <= 0) &&
           !(node.exclusive_maximum && compare(value, *node.exclusive_maximum) >= 0) &&
           !(node.multiple_of && !is_multiple(value, *node.multiple_of));
  }

  bool string(std::string_view text, Work& work) const {
    const SchemaNode& node = *node_;
    if (node.min_length || node.max_length) {
      const std::uint64_t length = length_of(text);
      if (node.min_length && length < *node.min_length) return false;
      if (node.max_length && length > *node.max_length) return false;
    }
    return !node.pattern || matches(*node.pattern, text, work);
  }

  bool array(JsonValue value, Work& work) const {
    if (node_->unique_items && !has_unique_items(value, work)) return false;
    if (contains_ == nullptr) return true;
    std::uint64_t found = 0;
    for (const JsonValue element : value.elements()) {
      if (decide(*contains_, element, work)) ++found;
    }
    return found >= node_->min_contains.value_or(1) &&
           (!node_->max_contains || found <= *node_->max_contains);
  }

  bool object(JsonValue value, Work& work) const {
    return members(value, work) && names(value, work) && dependents(value, work);
  }

  /// properties, patternProperties and additionalProperties, when they are here together.
  bool members(JsonValue value, Work& work) const {
    const bool all_allowed = node_->additional_properties;
    if (properties_.empty() && pattern_properties_.empty() && all_allowed) return true;
    for (const auto& [name, member] : value.members()) {
      bool known = false;
      for (std::size_t index = 0; index < properties_.size(); ++index) {
        if (node_->properties[index].name != name) continue;
        known = true;
        if (!decide(*properties_[index], member, work)) return false;
      }
      for (std::size_t index = 0; index < pattern_properties_.size(); ++index) {
        if (!matches(node_->pattern_properties[index].pattern, name, work)) continue;
        known = true;
        if (!decide(*pattern_properties_[index], member, work)) return false;
      }
      if (!known && !all_allowed) return false;
    }
    return true;
  }

  bool names(JsonValue value, Work& work) const {
    if (property_names_ == nullptr) return true;
    const JsonMembers members = value.members();
    for (auto at = members.begin(); at != members.end(); ++at) {
      if (!decide(*property_names_, at.name(), work)) return false;
    }
    return true;
  }

  bool dependents(JsonValue value, Work& work) const {
    for (const DependentNames& dependent : node_->dependent_required) {
      if (!value.find(dependent.name)) continue;
      for (const std::string_view needed : dependent.needed) {
        if (!work.charge(1) || !value.find(needed)) return false;
      }
    }
    for (std::size_t index = 0; index < dependents_.size(); ++index) {
      if (!value.find(node_->dependent_schemas[index].name)) continue;
      if (!decide(*dependents_[index], value, work)) return false;
    }
    return true;
  }

  const SchemaNode* node_;
  const Subschema* contains_ = nullptr;
  const Subschema* property_names_ = nullptr;
  std::vector<const Subschema*> properties_;
  std::vector<const Subschema*> pattern_properties_;
  std::vector<const Subschema*> dependents_;
};

using valijson::constraints::TypeConstraint;

TypeConstraint::JsonType valijson_type(SchemaType type) {
  switch (type) {
    case SchemaType::kArray:
      return TypeConstraint::kArray;
    case SchemaType::kBoolean:
      return TypeConstraint::kBoolean;
    case SchemaType::kInteger:
      return TypeConstraint::kInteger;
    case SchemaType::kNull:
      return TypeConstraint::kNull;
    case SchemaType::kNumber:
      return TypeConstraint::kNumber;
    case SchemaType::kObject:
      return TypeConstraint::kObject;
    case SchemaType::kString:
      return TypeConstraint::kString;
  }
  return TypeConstraint::kAny;
}

/// Turns our tree into valijson's. Its own parser is not used: it skips what it does not know.
class Builder {
 public:
  explicit Builder(valijson::Schema& schema) : schema_{schema} {}

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  void fill(const SchemaNode& node, const Subschema* into) {
    own_rules(node, into);  // first, because it charges the budget for the others too
    values(node, into);
    sizes(node, into);
    combinations(node, into);
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  const Subschema* built(const std::unique_ptr<SchemaNode>& node) {
    if (node == nullptr) return nullptr;
    const Subschema* subschema = schema_.createSubschema();
    fill(*node, subschema);
    return subschema;
  }

  void add(const Subschema* into, const valijson::constraints::Constraint& constraint) {
    schema_.addConstraintToSubschema(constraint, into);
  }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  void own_rules(const SchemaNode& node, const Subschema* into) {
    OwnRules rules{node};
    rules.use_contains(built(node.contains));
    rules.use_property_names(built(node.property_names));
    for (const NamedNode& property : node.properties)
      rules.add_property(built(property.node));
    for (const PatternNode& property : node.pattern_properties) {
      rules.add_pattern_property(built(property.node));
    }
    for (const NamedNode& dependent : node.dependent_schemas) {
      rules.add_dependent(built(dependent.node));
    }
    add(into, rules);
  }

  void values(const SchemaNode& node, const Subschema* into) {
    if (node.type) {
      TypeConstraint type;
      type.addNamedType(valijson_type(*node.type));
      add(into, type);
    }
    if (!node.enum_values.empty()) {
      valijson::constraints::EnumConstraint values;
      for (const JsonValue value : node.enum_values)
        values.addValue(JsonAdapter{value, nullptr});
      add(into, values);
    }
    if (node.const_value) {
      valijson::constraints::ConstConstraint constant;
      constant.setValue(JsonAdapter{*node.const_value, nullptr});
      add(into, constant);
    }
    if (!node.required.empty()) {
      valijson::constraints::RequiredConstraint required;
      for (const std::string_view name : node.required) {
        required.addRequiredProperty(std::string{name});
      }
      add(into, required);
    }
  }

  template <class Constraint>
  void limit(const Subschema* into,
             const std::optional<std::uint64_t>& value,
             void (Constraint::*set)(std::uint64_t)) {
    if (!value) return;
    Constraint constraint;
    (constraint.*set)(*value);
    add(into, constraint);
  }

  void sizes(const SchemaNode& node, const Subschema* into) {
    using namespace valijson::constraints;  // NOLINT(google-build-using-namespace)
    limit(into, node.min_items, &MinItemsConstraint::setMinItems);
    limit(into, node.max_items, &MaxItemsConstraint::setMaxItems);
    limit(into, node.min_properties, &MinPropertiesConstraint::setMinProperties);
    limit(into, node.max_properties, &MaxPropertiesConstraint::setMaxProperties);
  }

  template <class Constraint>
  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  void alternatives(const Subschema* into, const SchemaNodes& nodes) {
    if (nodes.empty()) return;
    Constraint constraint;
    for (const auto& node : nodes)
      constraint.addSubschema(built(node));
    add(into, constraint);
  }

  // NOLINTNEXTLINE(misc-no-recursion): bounded by kSchemaDepthMax
  void combinations(const SchemaNode& node, const Subschema* into) {
    if (node.items) {
      valijson::constraints::SingularItemsConstraint items;
      items.setItemsSubschema(built(node.items));
      add(into, items);
    }
    alternatives<valijson::constraints::AllOfConstraint>(into, node.all_of);
    alternatives<valijson::constraints::AnyOfConstraint>(into, node.any_of);
    alternatives<valijson::constraints::OneOfConstraint>(into, node.one_of);
    if (node.not_schema) {
      valijson::constraints::NotConstraint negation;
      negation.setSubschema(built(node.not_schema));
      add(into, negation);
    }
    if (node.if_schema) {
      valijson::constraints::ConditionalConstraint conditional;
      conditional.setIfSubschema(built(node.if_schema));
      conditional.setThenSubschema(built(node.then_schema));
      conditional.setElseSubschema(built(node.else_schema));
      add(into, conditional);
    }
  }

  valijson::Schema& schema_;
};

}  // namespace

struct Decider::Compiled {
  valijson::Schema schema;
};

Decider::Decider(const SchemaNode& root) : compiled_{std::make_unique<Compiled>()} {
  Builder{compiled_->schema}.fill(root, compiled_->schema.root());
}

Decider::~Decider() = default;

bool Decider::accepts(JsonValue instance, Work& work) const {
  return decide(*compiled_->schema.root(), instance, work) && !work.exhausted();
}

}  // namespace muster
