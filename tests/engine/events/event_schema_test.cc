#include <map>

#include <catch2/catch.hpp>

#include "tests/engine/events/stored.h"

namespace muster {
namespace {

/// As much of JSON Schema as schema_of() uses; any other keyword makes the test fail.
class TinySchema {
 public:
  static bool accepts(JsonValue schema, JsonValue value) {
    bool good = true;
    for (const auto& [keyword, operand] : schema.members()) {
      const auto rule = rules().find(keyword);
      REQUIRE(rule != rules().end());
      good = good && rule->second(schema, operand, value);
    }
    return good;
  }

 private:
  using Rule = bool (*)(JsonValue schema, JsonValue operand, JsonValue value);

  static const std::map<std::string_view, Rule>& rules() {
    static const std::map<std::string_view, Rule> kRules{
        {"description",
         [](JsonValue, JsonValue operand, JsonValue) {
           return operand.is_string();
         }},
        {"type", &is_of_type},
        {"format",
         [](JsonValue, JsonValue, JsonValue value) {
           return value.is_string() && Uuid::parse(value.as_string()).has_value();
         }},
        {"items",
         [](JsonValue, JsonValue operand, JsonValue value) {
           bool good = true;
           for (const JsonValue element : value.elements()) {
             good = good && accepts(operand, element);
           }
           return good;
         }},
        {"properties",
         [](JsonValue, JsonValue operand, JsonValue value) {
           bool good = true;
           for (const auto& [name, member] : value.members()) {
             const auto schema = operand.find(name);
             good = good && (!schema || accepts(*schema, member));
           }
           return good;
         }},
        {"additionalProperties", &has_no_others}};
    return kRules;
  }

  static bool is_of_type(JsonValue, JsonValue operand, JsonValue value) {
    const std::string_view type = operand.as_string();
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool()) ||
           (type == "integer" && value.whole().has_value());
  }

  static bool has_no_others(JsonValue schema, JsonValue operand, JsonValue value) {
    REQUIRE(operand.is_bool());
    REQUIRE_FALSE(operand.as_bool());
    bool good = true;
    for (const auto& [name, member] : value.members()) {
      good = good && schema.find("properties")->find(name).has_value();
    }
    return good;
  }
};

bool accepts(const std::string& schema, const std::string& instance) {
  const auto parsed_schema = parse_json(schema);
  const auto parsed_instance = parse_json(instance);
  REQUIRE(parsed_schema.has_value());
  REQUIRE(parsed_instance.has_value());
  return TinySchema::accepts(parsed_schema->root(), parsed_instance->root());
}

TEST_CASE("the JSON Schema of every event accepts the event", "[events]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(seed);
      const EncodedEvent bytes = encode_event(info.arbitrary(seed));
      CHECK(accepts(schema_of(info, false), bytes.data));
      CHECK(accepts(schema_of(info, true), bytes.sealed.empty() ? "{}" : bytes.sealed));
    }
  }
}

TEST_CASE("the JSON Schema of an event refuses members of other events", "[events]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    CHECK_FALSE(accepts(schema_of(info, false), R"({"no_such_member":1})"));
    CHECK_FALSE(accepts(schema_of(info, true), R"({"no_such_member":1})"));
  }
}

/// A value that no member of that type may have; nothing when every value will do.
const char* wrong_for(std::string_view type) {
  if (type == "json") {
    return nullptr;
  }
  return type == "string" || type == "uuid" ? "17" : R"("text")";
}

TEST_CASE("the JSON Schema of an event refuses members of another type", "[events]") {
  std::size_t refused = 0;
  for (const EventInfo& info : every_event()) {
    for (const FieldInfo& field : info.fields) {
      CAPTURE(info.event.name, field.name);
      const char* wrong = wrong_for(field.type);
      if (wrong != nullptr) {
        const std::string instance = R"({")" + std::string{field.name} + R"(":)" + wrong + "}";
        CHECK_FALSE(accepts(schema_of(info, field.privacy != Privacy::kPublic), instance));
        ++refused;
      }
    }
  }
  CHECK(refused > 30);
}

TEST_CASE("the schema of an event reads like its declaration", "[events]") {
  CHECK(schema_of(*find_event("user.status_changed"), false) ==
        R"({"type":"object","additionalProperties":false,"properties":{)"
        R"("status":{"description":"Status from now on.","type":"string"}}})");
  CHECK(schema_of(*find_event("user.deleted"), true) ==
        R"({"type":"object","additionalProperties":false,"properties":{}})");
}

}  // namespace
}  // namespace muster
