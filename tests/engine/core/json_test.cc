#include "engine/core/json.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace muster {

namespace {

using namespace std::string_view_literals;

JsonDocument parsed(std::string_view text) {
  INFO("text: " << text);
  auto document = parse_json(text);
  REQUIRE(document.has_value());
  return std::move(document).value();
}

std::string nested(std::size_t depth, std::string_view innermost = "") {
  return std::string(depth, '[').append(innermost).append(depth, ']');
}

}  // namespace

TEST_CASE("a text that two readers could understand differently is refused", "[core][json]") {
  struct Row {
    std::string_view text;
    std::string_view rule;
    std::string_view pointer;
  };

  const std::vector<Row> table{
      {"", "malformed_json", ""},
      {" ", "malformed_json", ""},
      {"{", "malformed_json", ""},
      {"[1,]", "malformed_json", "/1"},
      {"{\"a\":1,}", "malformed_json", ""},
      {"{\"a\" 1}", "malformed_json", "/a"},
      {"{a:1}", "malformed_json", ""},
      {"[1 2]", "malformed_json", ""},
      {"[01]", "malformed_json", "/0"},
      {"[1.]", "malformed_json", "/0"},
      {"[.5]", "malformed_json", "/0"},
      {"[-]", "malformed_json", "/0"},
      {"[+1]", "malformed_json", "/0"},
      {"[1e]", "malformed_json", "/0"},
      {"[NaN]", "malformed_json", "/0"},
      {"[tru]", "malformed_json", "/0"},
      {"[truex]", "malformed_json", ""},
      {"'a'", "malformed_json", ""},
      {"\"a", "malformed_json", ""},
      {"\"\\x\"", "malformed_json", ""},
      {"\"\\u12\"", "malformed_json", ""},
      {"\"\x01\"", "malformed_json", ""},
      {"\"\n\"", "malformed_json", ""},
      {"1 2", "malformed_json", ""},
      {"{} x", "malformed_json", ""},
      {"[1]]", "malformed_json", ""},
      {"\xef\xbb\xbf{}", "malformed_json", ""},
      {"// no\n1", "malformed_json", ""},
      {"1\0"sv, "malformed_json", ""},
      {"{\"a\":\"\\ud800\"}", "malformed_json", "/a"},
      {"{\"a\":[\"\\udc00\"]}", "malformed_json", "/a/0"},
      {"\"\\ud800\\u0041\"", "malformed_json", ""},
      {"{\"\\udfff\":1}", "malformed_json", ""},
      {"\"\xff\"", "invalid_utf8", ""},
      {"\"\xc0\xaf\"", "invalid_utf8", ""},
      {"\"\xed\xa0\x80\"", "invalid_utf8", ""},
      {"\"\xf4\x90\x80\x80\"", "invalid_utf8", ""},
      {"\"\xe2\x82\"", "invalid_utf8", ""},
      {"{\"a\":1,\"a\":2}", "duplicate_member", "/a"},
      {"{\"a\":1,\"\\u0061\":2}", "duplicate_member", "/a"},
      {"[{\"x\":{\"a/b~\":1,\"a\\/b~\":2}}]", "duplicate_member", "/0/x/a~1b~0"},
      {"{\"\":1,\"\":2}", "duplicate_member", "/"},
      {"[1e400]", "number_out_of_range", "/0"},
      {"[-1e400]", "number_out_of_range", "/0"},
      {"{\"n\":18446744073709551616}", "number_out_of_range", "/n"},
      {"{\"n\":-9223372036854775809}", "number_out_of_range", "/n"},
  };
  for (const Row& row : table) {
    CAPTURE(row.text);
    const auto document = parse_json(row.text);
    REQUIRE_FALSE(document.has_value());
    CHECK(document.error().code == Errc::kInvalidSyntax);
    CHECK(document.error().rule == row.rule);
    REQUIRE(document.error().faults.size() == 1);
    CHECK(document.error().faults[0].pointer == row.pointer);
    CHECK(document.error().reason.find("byte") != std::string::npos);
  }
}

TEST_CASE("the byte of a fault is named", "[core][json]") {
  CHECK(parse_json("[1,\"\xff\"]").error().reason == "The text is not valid UTF-8 (byte 4).");
  CHECK(parse_json("{\"a\":1, \"a\":2}").error().reason ==
        "An object has two members of the same name (byte 8).");
}

TEST_CASE("64 levels are read and 65 are not", "[core][json]") {
  CHECK(parse_json(nested(64)).has_value());
  CHECK(parse_json(nested(64, "1")).has_value());
  for (const std::size_t depth : {65U, 100U, 1023U, 1024U, 1025U, 50'000U}) {
    CAPTURE(depth);
    const auto document = parse_json(nested(depth));
    REQUIRE_FALSE(document.has_value());
    CHECK(document.error().rule == "too_deep");
    CHECK(document.error().faults[0].pointer.size() == 2 * 64);
  }
  CHECK(parse_json("[[1]]", {.depth_max = 2}).has_value());
  CHECK(parse_json("[{\"a\":[]}]", {.depth_max = 2}).error().faults[0].pointer == "/0/a");
}

TEST_CASE("numbers keep their kind up to the ends of their ranges", "[core][json]") {
  const auto document = parsed(
      "[0,-0,9223372036854775807,-9223372036854775808,9223372036854775808,18446744073709551615,"
      "1.5,3.0,1e2,-1e-400,1e308]");
  std::vector<JsonValue> values;
  for (const JsonValue value : document.root().elements())
    values.push_back(value);
  REQUIRE(values.size() == 11);
  CHECK(values[0].kind() == JsonKind::kInteger);
  CHECK(values[1].as_int() == 0);
  CHECK(values[2].as_int() == std::numeric_limits<std::int64_t>::max());
  CHECK(values[2].as_uint() == 9223372036854775807U);
  CHECK(values[3].as_int() == std::numeric_limits<std::int64_t>::min());
  CHECK(values[4].kind() == JsonKind::kUnsigned);
  CHECK(values[4].as_uint() == 9223372036854775808U);
  CHECK(values[5].as_uint() == std::numeric_limits<std::uint64_t>::max());
  CHECK(values[5].whole() == std::nullopt);
  CHECK(values[6].kind() == JsonKind::kDouble);
  CHECK(values[6].as_double() == 1.5);
  CHECK(values[6].whole() == std::nullopt);
  CHECK(values[7].whole() == 3);
  CHECK(values[8].whole() == 100);
  CHECK(values[9].as_double() == 0);
  CHECK(values[10].whole() == std::nullopt);
  CHECK(values[0].as_double() == 0);
}

TEST_CASE("members and elements are walked in the order sent", "[core][json]") {
  const auto document =
      parsed(R"({"z":1,"a":[true,null,"x",{"q":[]}],"":{"in":2.5},"m":18446744073709551615})");
  const JsonValue root = document.root();
  REQUIRE(root.is_object());
  CHECK(root.size() == 4);
  std::string names;
  for (const auto& [name, value] : root.members()) {
    names.append(name).append(value.is_array() ? "[]," : ",");
  }
  CHECK(names == "z,a[],,m,");

  std::vector<JsonKind> kinds;
  for (const JsonValue element : root.find("a")->elements())
    kinds.push_back(element.kind());
  CHECK(kinds ==
        std::vector{JsonKind::kBool, JsonKind::kNull, JsonKind::kString, JsonKind::kObject});
  CHECK(root.find("")->find("in")->as_double() == 2.5);
  CHECK(root.members().begin().name().as_string() == "z");
}

TEST_CASE("values of another kind hold nothing", "[core][json]") {
  const auto document = parsed(R"({"n":null,"s":"text","b":true,"i":7})");
  const JsonValue root = document.root();
  CHECK_FALSE(root.find("x").has_value());
  CHECK(root.find("n").has_value());
  CHECK_FALSE(root.find_set("n").has_value());
  CHECK(root.find_set("s").has_value());
  CHECK(root.find("s")->text() == "text");
  CHECK(root.find("i")->text() == std::nullopt);
  CHECK(root.find("b")->flag() == true);
  CHECK(root.find("i")->flag() == std::nullopt);
  CHECK(root.find("s")->whole() == std::nullopt);
  CHECK(root.find("s")->size() == 0);
  CHECK_FALSE(root.find("s")->find("x").has_value());
  for (const JsonValue element : root.find("n")->elements())
    FAIL(element.is_null());
  for (const JsonMember& member : root.find("i")->members())
    FAIL(member.name);
}

TEST_CASE("strings are unescaped and may hold anything", "[core][json]") {
  const auto document = parsed(R"(["a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\u0000b","plain"])");
  CHECK((*document.root().elements().begin()).as_string() ==
        "a\"\\/\b\f\n\r\t\xc3\xa4\xf0\x9f\x98\x80\0b"sv);
}

TEST_CASE("a document may be moved under its values", "[core][json]") {
  auto first = parsed(R"({"a":"some text that is long enough to lie on the heap"})");
  const JsonValue value = *first.root().find("a");
  const std::string_view text = value.as_string();
  const JsonDocument second = std::move(first);
  const auto other = parsed(R"({"a":"another"})");
  CHECK(text == "some text that is long enough to lie on the heap");
  CHECK(value.minified() == "\"some text that is long enough to lie on the heap\"");
  CHECK(second.source().substr(0, 5) == "{\"a\":");
}

TEST_CASE("many members are counted and checked for duplicates", "[core][json]") {
  for (const int count : {31, 32, 33, 34, 1000}) {
    CAPTURE(count);
    std::string text = "{";
    for (int index = 0; index < count; ++index) {
      text.append("\"k" + std::to_string(index) + "\":[" + std::to_string(index) + "],");
    }
    const auto document = parsed(text + "\"last\":1}");
    CHECK(document.root().size() == static_cast<std::size_t>(count) + 1);
    CHECK(document.root().find("k" + std::to_string(count - 1)).has_value());
    const auto duplicate = parse_json(text + "\"k0\":1}");
    REQUIRE_FALSE(duplicate.has_value());
    CHECK(duplicate.error().rule == "duplicate_member");
    CHECK(duplicate.error().faults[0].pointer == "/k0");
  }
}

TEST_CASE("a document longer than the kept parser is read like any other", "[core][json]") {
  const std::string text = "[\"" + std::string(1 << 20, 'x') + "\", 1]";
  const auto document = parsed(text);
  CHECK(document.root().size() == 2);
  CHECK(document.root().minified().size() == text.size() - 1);
  CHECK(parsed("[2]").root().size() == 1);
}

TEST_CASE("minified text keeps numbers, escapes and order as spelled", "[core][json]") {
  const std::vector<std::pair<std::string_view, std::string_view>> table{
      {"  1.50e+01 ", "1.50e+01"},
      {" -0 ", "-0"},
      {"\t\"a b \\u00e4 \\\" \" ", R"("a b \u00e4 \" ")"},
      {" null\n", "null"},
      {"[ ]", "[]"},
      {"{ }", "{}"},
      {"{ \"b\" : 1.0 ,\r\n \"a\" : [ 1 , 2.50 , \"x , y\" , { \"k\\\\\" : true } ] }",
       R"({"b":1.0,"a":[1,2.50,"x , y",{"k\\":true}]})"},
      {"[\"\\\\\",\"\\\\\\\"]\", [ ] ]", R"(["\\","\\\"]",[]])"},
  };
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(parsed(text).root().minified() == expected);
  }
}

TEST_CASE("every value of a document can be minified by itself", "[core][json]") {
  const auto document = parsed(
      R"({"a" : { "deep" : [ 1, 18446744073709551615, 2.50, { "x" : "}]," } ] , "e" : {} },
          "b" : "\"," , "c" : 1E5 , "d" : [ ], "t":true})");
  const JsonValue root = document.root();
  CHECK(root.find("a")->minified() ==
        R"({"deep":[1,18446744073709551615,2.50,{"x":"}],"}],"e":{}})");
  CHECK(root.find("a")->find("deep")->minified() == R"([1,18446744073709551615,2.50,{"x":"}],"}])");
  CHECK(root.find("a")->find("e")->minified() == "{}");
  CHECK(root.find("b")->minified() == R"("\",")");
  CHECK(root.find("c")->minified() == "1E5");
  CHECK(root.find("d")->minified() == "[]");
  CHECK(root.find("t")->minified() == "true");
  std::vector<std::string> elements;
  for (const JsonValue element : root.find("a")->find("deep")->elements()) {
    elements.push_back(element.minified());
  }
  CHECK(elements ==
        std::vector<std::string>{"1", "18446744073709551615", "2.50", R"({"x":"}],"})"});

  std::string out = "before:";
  append_minified(out, *root.find("c"));
  CHECK(out == "before:1E5");
}

TEST_CASE("what is minified parses to an equal value", "[core][json]") {
  const auto document = parsed(
      "{ \"a\" : [ 1 , -2.5e-3 , \"x\\ud83d\\ude00\" , null , [ [ ] , { } ] ] , \"b\\\"\" : false "
      "}");
  const auto again = parsed(document.root().minified());
  CHECK(json_equal(document.root(), again.root()));
}

TEST_CASE("pointer tokens are escaped", "[core][json]") {
  std::string pointer;
  append_pointer_token(pointer, "a/b~c");
  append_pointer_token(pointer, "");
  append_pointer_token(pointer, "~1");
  CHECK(pointer == "/a~1b~0c//~01");
}

}  // namespace muster
