#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/schemas/compiled_schema.h"
#include "engine/schemas/schema_reader.h"
#include "tests/engine/schemas/support.h"

namespace muster {

namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  while (count-- > 0)
    out.append(text);
  return out;
}

std::string nested_not(std::size_t depth) {
  return repeated(R"({"not":)", depth - 1) + "{}" + repeated("}", depth - 1);
}

}  // namespace

TEST_CASE("a keyword outside the subset is refused by name", "[schemas]") {
  const std::vector<std::string_view> keywords{"format",
                                               "$ref",
                                               "$defs",
                                               "$schema",
                                               "$id",
                                               "$comment",
                                               "$anchor",
                                               "$dynamicRef",
                                               "default",
                                               "examples",
                                               "prefixItems",
                                               "unevaluatedItems",
                                               "unevaluatedProperties",
                                               "definitions",
                                               "dependencies",
                                               "additionalItems",
                                               "contentEncoding",
                                               "contentMediaType",
                                               "readOnly",
                                               "writeOnly",
                                               "deprecated",
                                               "minlength",
                                               "Type",
                                               ""};
  for (const std::string_view keyword : keywords) {
    CAPTURE(keyword);
    const std::string schema = "{\"properties\":{\"a\":{\"" + std::string{keyword} + "\":\"x\"}}}";
    const auto result = CompiledSchema::compile(schema);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == Errc::kInvalid);
    CHECK(result.error().rule == "unsupported_schema_keyword");
    REQUIRE(result.error().faults.size() == 1);
    CHECK(result.error().faults[0].rule == keyword);
    CHECK(result.error().faults[0].pointer == "/properties/a/" + std::string{keyword});
  }
}

TEST_CASE("a keyword with a wrong value is refused where it stands", "[schemas]") {
  const std::vector<std::pair<std::string_view, std::string_view>> table{
      {R"({"type":["string","null"]})", "/type type\n"},
      {R"({"type":"any"})", "/type type\n"},
      {R"({"type":""})", "/type type\n"},
      {R"({"title":1})", "/title title\n"},
      {R"({"description":{}})", "/description description\n"},
      {R"({"hidden":"true"})", "/hidden hidden\n"},
      {R"({"enum":[]})", "/enum enum\n"},
      {R"({"enum":["a",1]})", "/enum enum\n"},
      {R"({"enum":"a"})", "/enum enum\n"},
      {R"({"const":1})", "/const const\n"},
      {R"({"minimum":1.5})", "/minimum minimum\n"},
      {R"({"maximum":"1"})", "/maximum maximum\n"},
      {R"({"exclusiveMinimum":true})", "/exclusiveMinimum exclusiveMinimum\n"},
      {R"({"exclusiveMaximum":18446744073709551615})", "/exclusiveMaximum exclusiveMaximum\n"},
      {R"({"multipleOf":0})", "/multipleOf multipleOf\n"},
      {R"({"multipleOf":-2})", "/multipleOf multipleOf\n"},
      {R"({"multipleOf":0.5})", "/multipleOf multipleOf\n"},
      {R"({"minLength":-1})", "/minLength minLength\n"},
      {R"({"maxLength":1.5})", "/maxLength maxLength\n"},
      {R"({"minItems":-1})", "/minItems minItems\n"},
      {R"({"maxItems":[]})", "/maxItems maxItems\n"},
      {R"({"minContains":-1})", "/minContains minContains\n"},
      {R"({"maxContains":"2"})", "/maxContains maxContains\n"},
      {R"({"minProperties":-1})", "/minProperties minProperties\n"},
      {R"({"maxProperties":true})", "/maxProperties maxProperties\n"},
      {R"({"uniqueItems":1})", "/uniqueItems uniqueItems\n"},
      {R"({"additionalProperties":{}})", "/additionalProperties additionalProperties\n"},
      {R"({"items":true})", "/items items\n"},
      {R"({"items":[{}]})", "/items items\n"},
      {R"({"contains":false})", "/contains contains\n"},
      {R"({"propertyNames":1})", "/propertyNames propertyNames\n"},
      {R"({"not":[]})", "/not not\n"},
      {R"({"if":"x"})", "/if if\n"},
      {R"({"then":1})", "/then then\n"},
      {R"({"else":1})", "/else else\n"},
      {R"({"allOf":[]})", "/allOf allOf\n"},
      {R"({"anyOf":{}})", "/anyOf anyOf\n"},
      {R"({"oneOf":[{},true]})", "/oneOf/1 oneOf\n"},
      {R"({"properties":[]})", "/properties properties\n"},
      {R"({"properties":{"a/b":true}})", "/properties/a~1b properties\n"},
      {R"({"properties":{"a":null}})", "/properties/a properties\n"},
      {R"({"properties":{"a\u0000":{}}})", std::string_view{"/properties/a\0 properties\n", 26}},
      {R"({"patternProperties":{"(":{}}})", "/patternProperties/( patternProperties\n"},
      {R"({"patternProperties":1})", "/patternProperties patternProperties\n"},
      {R"_({"pattern":"(?=a)"})_", "/pattern pattern\n"},
      {R"({"pattern":1})", "/pattern pattern\n"},
      {R"({"required":"a"})", "/required required\n"},
      {R"({"required":[1]})", "/required required\n"},
      {R"({"dependentRequired":{"a":"b"}})", "/dependentRequired/a dependentRequired\n"},
      {R"({"dependentRequired":[]})", "/dependentRequired dependentRequired\n"},
      {R"({"dependentSchemas":{"a":["b"]}})", "/dependentSchemas/a dependentSchemas\n"},
      {"[]", " \n"},
      {"true", " \n"},
  };
  for (const auto& [schema, faults] : table) {
    CAPTURE(schema);
    CHECK(schema_faults_of(schema) == faults);
    const auto result = CompiledSchema::compile(schema);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().rule == "invalid_schema");
  }
}

TEST_CASE("all wrong places of a schema are listed, up to the bound", "[schemas]") {
  CHECK(
      schema_faults_of(
          R"({"type":"text","properties":{"a":{"format":"email","minLength":-1},"b":1},"allOf":[]})") ==
      "/type type\n/properties/a/format format\n/properties/a/minLength minLength\n"
      "/properties/b properties\n/allOf allOf\n");
  const auto result =
      CompiledSchema::compile("{\"allOf\":[" + repeated(R"({"format":"x"},)", 100) + "{}]}");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().faults.size() == kSchemaFaultsMax);
}

TEST_CASE("null means that a keyword is absent", "[schemas]") {
  for (const std::string_view keyword : supported_keywords()) {
    CAPTURE(keyword);
    const auto schema = compiled("{\"" + std::string{keyword} + "\":null}");
    for (const std::string_view instance : {"1", R"("")", "[1,1]", R"({"a":1})", "null"}) {
      CHECK(schema->validate_text(instance).has_value());
    }
  }
  CHECK(schema_faults_of(R"({"format":null,"$ref":null})").empty());
}

TEST_CASE("a limit may be spelled as a number without fraction", "[schemas]") {
  CHECK(faults_of(R"({"minLength":2.0})", R"("a")") == " minLength\n");
  CHECK(faults_of(R"({"maximum":1e1})", "11") == " maximum\n");
}

TEST_CASE("schemas have bounds", "[schemas]") {
  CHECK(schema_faults_of(nested_not(kSchemaDepthMax)).empty());
  CHECK_FALSE(schema_faults_of(nested_not(kSchemaDepthMax + 1)).empty());

  const auto alternatives = [](std::size_t count) {
    return "{\"anyOf\":[" + repeated("{},", count - 1) + "{}]}";
  };
  CHECK(schema_faults_of(alternatives(kSchemaNodesMax - 1)).empty());
  CHECK_FALSE(schema_faults_of(alternatives(kSchemaNodesMax)).empty());

  const std::string long_text = "{\"title\":\"" + std::string(kSchemaBytesMax, 'x') + "\"}";
  CHECK_FALSE(CompiledSchema::compile(long_text).has_value());

  std::string patterns = "{\"allOf\":[";
  for (int count = 50; count < 60; ++count) {
    patterns.append(R"({"pattern":"^\\p{L}{1,)" + std::to_string(count) + "}$\"},");
  }
  const auto result = CompiledSchema::compile(patterns + "{}]}");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().faults[0].rule == "pattern");
}

TEST_CASE("a schema that is no JSON is refused as such", "[schemas]") {
  const auto malformed = CompiledSchema::compile("{\"type\":");
  REQUIRE_FALSE(malformed.has_value());
  CHECK(malformed.error().rule == "malformed_json");
  const auto duplicate = CompiledSchema::compile(R"({"type":"string","type":"object"})");
  REQUIRE_FALSE(duplicate.has_value());
  CHECK(duplicate.error().rule == "duplicate_member");
}

TEST_CASE("the indexed members are the top-level strings in the order of the schema", "[schemas]") {
  const auto schema = compiled(
      R"({"properties":{"z":{"type":"string"},"n":{"type":"integer"},"a":{"type":"string"},
          "o":{"type":"object","properties":{"in":{"type":"string"}}},"u":{},"b":{"type":"string"}}})");
  CHECK(schema->top_level_string_members(8) == std::vector<std::string>{"z", "a", "b"});
  CHECK(schema->top_level_string_members(2) == std::vector<std::string>{"z", "a"});
  CHECK(compiled("{}")->top_level_string_members(8).empty());
}

TEST_CASE("a compiled schema does not need the text it was made from", "[schemas]") {
  std::string text = R"({"properties":{"a":{"enum":["x"]}},"required":["a"]})";
  const auto schema = compiled(text);
  text.assign(text.size(), '#');
  CHECK(schema->validate_text(R"({"a":"x"})").has_value());
  CHECK_FALSE(schema->validate_text(R"({"a":"y"})").has_value());
}

}  // namespace muster
