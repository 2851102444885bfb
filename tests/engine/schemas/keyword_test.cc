#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/core/json.h"
#include "engine/schemas/compiled_schema.h"
#include "engine/schemas/explainer.h"
#include "engine/schemas/schema_reader.h"
#include "tests/engine/schemas/support.h"

namespace muster {

namespace {

struct KeywordTable {
  std::string_view keyword;
  std::string_view schema;
  std::vector<std::string_view> accepted;
  std::vector<std::string_view> refused;
};

using KeywordTables = std::vector<KeywordTable>;

// A keyword may have several tables. Those that only describe refuse nothing.
KeywordTables tables_of_scalars() {
  return {
      {"type", R"({"type":"string"})", {R"("")", R"("a")"}, {"1", "null", "true", "[]", "{}"}},
      {"type",
       R"({"type":"integer"})",
       {"0", "-7", "3.0", "1e2", "18446744073709551615"},
       {"3.5", R"("3")", "null", "1e-1"}},
      {"type", R"({"type":"number"})", {"0", "3.5", "-1e300"}, {R"("3.5")", "false"}},
      {"type", R"({"type":"boolean"})", {"true", "false"}, {"0", R"("true")", "null"}},
      {"type", R"({"type":"null"})", {"null"}, {"0", R"("")", "false"}},
      {"type", R"({"type":"array"})", {"[]", "[1]"}, {"{}", R"("")"}},
      {"type", R"({"type":"object"})", {"{}", R"({"a":1})"}, {"[]", "null"}},
      {"const", R"({"const":"a"})", {R"("a")", R"("\u0061")"}, {R"("b")", "1", R"(["a"])", "null"}},
      {"const", R"({"const":"a\u0000b"})", {R"("a\u0000b")"}, {R"("a")", R"("a\u0000c")"}},
      {"enum", R"({"enum":["a","b"]})", {R"("a")", R"("b")"}, {R"("c")", "1", R"("A")", "[]"}},
      {"multipleOf",
       R"({"multipleOf":3})",
       {"0", "-9", "6.0", R"("7")", "18446744073709551615"},
       {"7", "3.5", "0.5", "18446744073709551614"}},
      {"minimum",
       R"({"minimum":5})",
       {"5", "6", "5.5", R"("1")", "18446744073709551615"},
       {"4", "4.999", "-1e300"}},
      {"minimum", R"({"minimum":9007199254740993})", {"9007199254740993"}, {"9007199254740992"}},
      {"maximum", R"({"maximum":5})", {"5", "-1", "4.5", "[9]"}, {"6", "5.001", "1e300"}},
      {"maximum", R"({"maximum":-5})", {"-5", "-5.5"}, {"-4.5", "-4"}},
      {"exclusiveMinimum", R"({"exclusiveMinimum":5})", {"6", "5.001", "null"}, {"5", "5.0", "4"}},
      {"exclusiveMaximum", R"({"exclusiveMaximum":5})", {"4", "4.999", "{}"}, {"5", "5.0", "6"}},
      {"minLength",
       R"({"minLength":2})",
       {R"("ab")", R"("\u00e4\ud83d\ude00")", "1", "true"},
       {R"("")", R"("a")", R"("\ud83d\ude00")"}},
      {"minLength", R"({"minLength":3})", {R"("a\u0000b")"}, {R"("a\u0000")"}},
      {"maxLength",
       R"({"maxLength":2})",
       {R"("")", R"("\ud83d\ude00\ud83d\ude00")", "123"},
       {R"("abc")", R"("\u0000\u0000\u0000")"}},
      {"pattern", R"({"pattern":"b+c"})", {R"("abbcd")", "7"}, {R"("abd")", R"("")"}},
      {"pattern", R"({"pattern":"^[\\u00e0-\\u00ff]+$"})", {R"("\u00e9\u00e8")"}, {R"("e")"}},
  };
}

KeywordTables tables_of_arrays() {
  return {
      {"items",
       R"({"items":{"type":"integer"}})",
       {"[]", "[1,2]", R"({"a":"b"})"},
       {R"(["a"])", R"([1,"a"])"}},
      {"minItems", R"({"minItems":2})", {"[1,2]", R"("a")"}, {"[]", "[1]"}},
      {"maxItems", R"({"maxItems":1})", {"[]", "[1]", R"({"a":1,"b":2})"}, {"[1,2]"}},
      {"uniqueItems",
       R"({"uniqueItems":true})",
       {"[]",
        R"([1,2,"1",[1],{"a":1},true,null])",
        R"([[1,2],[2,1]])",
        R"("aa")",
        "[1,2,3,4,5,6,7,8,9,10]"},
       {"[1,1]",
        "[1,1.0]",
        R"([{"a":1,"b":2},{"b":2,"a":1}])",
        "[[1],[1.0]]",
        "[1,2,3,4,5,6,7,8,9,1.0]",
        "[null,null]"}},
      {"uniqueItems", R"({"uniqueItems":false})", {"[1,1]"}, {}},
      {"contains", R"({"contains":{"type":"integer"}})", {R"(["a",1])", "7"}, {"[]", R"(["a"])"}},
      {"minContains",
       R"({"contains":{"type":"integer"},"minContains":2})",
       {"[1,2]", R"([1,"a",2])"},
       {"[]", R"([1,"a"])"}},
      {"minContains", R"({"contains":{"type":"integer"},"minContains":0})", {"[]", R"(["a"])"}, {}},
      {"minContains", R"({"minContains":2})", {"[]"}, {}},
      {"maxContains",
       R"({"contains":{"type":"integer"},"maxContains":1})",
       {"[1]", R"([1,"a"])"},
       {"[]", "[1,2]"}},
  };
}

KeywordTables tables_of_objects() {
  return {
      {"properties",
       R"({"properties":{"a":{"type":"string"},"b":{"minimum":3}}})",
       {"{}", R"({"a":"x","b":3,"c":1})", R"("a")"},
       {R"({"a":1})", R"({"b":2,"a":"x"})"}},
      {"patternProperties",
       R"({"patternProperties":{"^x_":{"type":"string"},"n$":{"minLength":2}}})",
       {"{}", R"({"x_a":"q","y":1})", R"({"x_n":"ab"})"},
       {R"({"x_a":1})", R"({"x_n":"a"})"}},
      {"additionalProperties",
       R"({"properties":{"a":{}},"additionalProperties":false})",
       {"{}", R"({"a":1})", "[1]"},
       {R"({"b":1})", R"({"a\u0000":1})"}},
      {"additionalProperties", R"({"additionalProperties":false})", {"{}"}, {R"({"":1})"}},
      {"additionalProperties",
       R"({"properties":{"a":{}},"additionalProperties":true})",
       {R"({"b":1})"},
       {}},
      {"additionalProperties",
       R"({"properties":{"a":{}},"patternProperties":{"^x":{}},"additionalProperties":false})",
       {R"({"a":1,"xy":2})"},
       {R"({"a":1,"yx":2})"}},
      {"propertyNames",
       R"({"propertyNames":{"maxLength":2,"pattern":"^[a-z]*$"}})",
       {"{}", R"({"ab":1})", R"("ABC")"},
       {R"({"abc":1})", R"({"A":1})", R"({"a\u0000b":1})"}},
      {"required",
       R"({"required":["a","b"]})",
       {R"({"a":null,"b":1,"c":2})", "[]"},
       {"{}", R"({"a":1})", R"({"A":1,"b":1})", R"({"a\u0000":1,"b":1})"}},
      {"minProperties", R"({"minProperties":1})", {R"({"a":1})", "[]"}, {"{}"}},
      {"maxProperties",
       R"({"maxProperties":1})",
       {"{}", R"({"a":1})", "[1,2]"},
       {R"({"a":1,"b":2})"}},
      {"dependentRequired",
       R"({"dependentRequired":{"a":["b","c"]}})",
       {"{}", R"({"b":1})", R"({"a":1,"b":1,"c":1})", R"("a")"},
       {R"({"a":1})", R"({"a":1,"b":1})"}},
      {"dependentSchemas",
       R"({"dependentSchemas":{"a":{"required":["b"],"maxProperties":2}}})",
       {"{}", R"({"c":1})", R"({"a":1,"b":1})"},
       {R"({"a":1})", R"({"a":1,"b":1,"c":1})"}},
  };
}

KeywordTables tables_of_combinations() {
  return {
      {"allOf", R"({"allOf":[{"minimum":2},{"maximum":4}]})", {"3", R"("x")"}, {"1", "5"}},
      {"anyOf", R"({"anyOf":[{"type":"string"},{"minimum":4}]})", {R"("x")", "4", "null"}, {"3"}},
      {"oneOf", R"({"oneOf":[{"minimum":2},{"maximum":4}]})", {"1", "5"}, {"3", R"("x")"}},
      {"not", R"({"not":{"type":"string","pattern":"^a"}})", {"1", R"("b")"}, {R"("ab")"}},
      {"not", R"({"not":{}})", {}, {"1", "null"}},
      {"if",
       R"({"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}})",
       {R"("ab")", "2"},
       {R"("a")", "1"}},
      {"then", R"({"if":{"type":"string"},"then":{"pattern":"^a"}})", {R"("ab")", "1"}, {R"("b")"}},
      {"then", R"({"then":{"type":"string"}})", {"1"}, {}},
      {"else", R"({"if":{"type":"string"},"else":{"minimum":2}})", {R"("")", "2"}, {"1"}},
      {"else", R"({"else":{"type":"string"}})", {"1"}, {}},
      {"title", R"({"title":"A name"})", {"1", "{}"}, {}},
      {"description", R"({"description":"for people"})", {"1", "{}"}, {}},
      {"hidden", R"({"hidden":true})", {"1", "{}"}, {}},
  };
}

const KeywordTables& tables() {
  static const KeywordTables kTables = [] {
    KeywordTables all;
    for (const auto& part :
         {tables_of_scalars(), tables_of_arrays(), tables_of_objects(), tables_of_combinations()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return kTables;
}

}  // namespace

TEST_CASE("each keyword accepts and refuses what JSON Schema says", "[schemas]") {
  for (const KeywordTable& table : tables()) {
    CAPTURE(table.schema);
    const auto schema = compiled(table.schema);
    for (const std::string_view instance : table.accepted) {
      CAPTURE(instance);
      CHECK(schema->validate_text(instance).has_value());
    }
    for (const std::string_view instance : table.refused) {
      CAPTURE(instance);
      const auto result = schema->validate_text(instance);
      REQUIRE_FALSE(result.has_value());
      CHECK(result.error().rule == "schema_violation");
      CHECK_FALSE(result.error().faults.empty());
    }
  }
}

TEST_CASE("the explaining pass finds nothing wrong with what is accepted", "[schemas]") {
  for (const KeywordTable& table : tables()) {
    CAPTURE(table.schema);
    const auto document = parse_json(table.schema);
    REQUIRE(document.has_value());
    const auto tree = read_schema(document->root());
    REQUIRE(tree.has_value());
    for (const std::string_view instance : table.accepted) {
      CAPTURE(instance);
      const auto parsed = parse_json(instance);
      REQUIRE(parsed.has_value());
      Work work;
      CHECK(explain(**tree, parsed->root(), work).empty());
    }
  }
}

TEST_CASE("each supported keyword has a table, and each table a supported keyword", "[schemas]") {
  const auto keywords = supported_keywords();
  CHECK(keywords.size() == 37);
  for (const std::string_view keyword : keywords) {
    CAPTURE(keyword);
    const auto named = [&](const KeywordTable& table) {
      return table.keyword == keyword;
    };
    CHECK(std::any_of(tables().begin(), tables().end(), named));
  }
  for (const KeywordTable& table : tables()) {
    CAPTURE(table.keyword);
    CHECK(std::find(keywords.begin(), keywords.end(), table.keyword) != keywords.end());
    CHECK(table.schema.find("\"" + std::string{table.keyword} + "\"") != std::string_view::npos);
  }
}

TEST_CASE("a keyword that does not apply to the declared type is tolerated", "[schemas]") {
  const auto schema = compiled(
      R"({"type":"boolean","minLength":3,"pattern":"x","minimum":7,"items":{"type":"string"},
          "required":["a"],"properties":{"a":{"type":"string"}},"contains":{}})");
  CHECK(schema->validate_text("true").has_value());
  CHECK_FALSE(schema->validate_text("1").has_value());
}

TEST_CASE("own keywords count under every keyword that holds schemas", "[schemas]") {
  // Each holder is made so that the instance fits exactly when the inner schema accepts "ab".
  const std::vector<std::pair<std::string_view, std::string_view>> holders{
      {R"({"properties":{"a":#}})", R"({"a":"ab"})"},
      {R"({"patternProperties":{"a":#}})", R"({"a":"ab"})"},
      {R"({"dependentSchemas":{"a":{"properties":{"a":#}}}})", R"({"a":"ab"})"},
      {R"({"propertyNames":#})", R"({"ab":1})"},
      {R"({"items":#})", R"(["ab"])"},
      {R"({"contains":#})", R"(["ab"])"},
      {R"({"allOf":[{},#]})", R"("ab")"},
      {R"({"anyOf":[{"type":"null"},#]})", R"("ab")"},
      {R"({"oneOf":[{"type":"null"},#]})", R"("ab")"},
      {R"({"not":{"not":#}})", R"("ab")"},
      {R"({"if":#,"then":{},"else":{"type":"null"}})", R"("ab")"},
      {R"({"if":{},"then":#})", R"("ab")"},
      {R"({"if":{"type":"null"},"else":#})", R"("ab")"},
  };
  for (const auto& [holder, instance] : holders) {
    CAPTURE(holder);
    const auto with = [&holder = holder](std::string_view inner) {
      std::string schema{holder};
      return schema.replace(schema.find('#'), 1, inner);
    };
    CHECK(compiled(with(R"({"pattern":"^a"})"))->validate_text(instance).has_value());
    CHECK_FALSE(compiled(with(R"({"pattern":"^b"})"))->validate_text(instance).has_value());
    CHECK(compiled(with(R"({"maxLength":2})"))->validate_text(instance).has_value());
    CHECK_FALSE(compiled(with(R"({"maxLength":1})"))->validate_text(instance).has_value());
  }
}

}  // namespace muster
