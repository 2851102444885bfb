#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/core/json.h"

namespace muster {

namespace {

struct Pair {
  JsonDocument left;
  JsonDocument right;
};

Pair pair_of(std::string_view left, std::string_view right) {
  auto first = parse_json(left);
  auto second = parse_json(right);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  return {std::move(first).value(), std::move(second).value()};
}

std::string canonical(JsonValue value) {
  std::string text;
  append_canonical(text, value);
  return text;
}

std::string object_of(int begin, int end, int step) {
  std::string text = "{";
  for (int index = begin; index != end; index += step) {
    text.append("\"" + std::to_string(index) + "\":" + std::to_string(index) + ",");
  }
  text.back() = '}';
  return text;
}

}  // namespace

TEST_CASE("values are equal by what they mean", "[core][json]") {
  struct Row {
    std::string_view left;
    std::string_view right;
    bool equal;
  };

  const std::vector<Row> table{
      {"1", "1.0", true},
      {"1", "1e0", true},
      {"100", "1.0E2", true},
      {"0", "-0.0", true},
      {"0.1", "1e-1", true},
      {"1", "1.5", false},
      {"9007199254740993", "9007199254740992.0", false},
      {"9223372036854775807", "9223372036854775808", false},
      {"9223372036854775808", "9.223372036854775808e18", true},
      {"-9223372036854775808", "-9.223372036854775808e18", true},
      {"18446744073709551615", "1.8446744073709552e19", false},
      {"1e300", "1e300", true},
      {"1", "\"1\"", false},
      {"1", "true", false},
      {"null", "null", true},
      {"null", "false", false},
      {"true", "false", false},
      {"\"a\"", "\"\\u0061\"", true},
      {"\"a\"", "\"A\"", false},
      {"[1,2]", "[1.0,2]", true},
      {"[1,2]", "[2,1]", false},
      {"[1]", "[1,1]", false},
      {"[]", "{}", false},
      {R"({"a":1,"b":[2]})", R"({"b":[2.0],"a":1})", true},
      {R"({"a":1})", R"({"b":1})", false},
      {R"({"a":1})", R"({"a":1,"b":1})", false},
      {R"({"a":{"x":1,"y":2}})", R"({"a":{"y":2,"x":1}})", true},
  };
  for (const Row& row : table) {
    CAPTURE(row.left, row.right);
    const Pair pair = pair_of(row.left, row.right);
    CHECK(json_equal(pair.left.root(), pair.right.root()) == row.equal);
    CHECK(json_equal(pair.right.root(), pair.left.root()) == row.equal);
    const bool same_text = canonical(pair.left.root()) == canonical(pair.right.root());
    CHECK(same_text == row.equal);
  }
}

TEST_CASE("large objects are equal without regard to order too", "[core][json]") {
  const Pair same = pair_of(object_of(0, 100, 1), object_of(99, -1, -1));
  CHECK(json_equal(same.left.root(), same.right.root()));
  const Pair other = pair_of(object_of(0, 100, 1), object_of(1, 101, 1));
  CHECK_FALSE(json_equal(other.left.root(), other.right.root()));
}

TEST_CASE("a value contains what it says and more", "[core][json]") {
  struct Row {
    std::string_view haystack;
    std::string_view needle;
    bool contains;
  };

  const std::vector<Row> table{
      {R"({"a":1,"b":2})", R"({"a":1})", true},
      {R"({"a":1,"b":2})", "{}", true},
      {R"({"a":1})", R"({"a":1,"b":2})", false},
      {R"({"a":1})", R"({"a":2})", false},
      {R"({"a":1})", R"({"a":1.0})", true},
      {R"({"a":"1"})", R"({"a":1})", false},
      {R"({"a":{"b":1,"c":2}})", R"({"a":{"c":2}})", true},
      {R"({"a":{"b":1,"c":2}})", R"({"c":2})", false},
      {R"({"a":["x","y"]})", R"({"a":"x"})", true},
      {R"({"a":["x","y"]})", R"({"a":"z"})", false},
      {R"({"a":["x","y"]})", R"({"a":["y","x"]})", true},
      {R"({"a":["x","y"]})", R"({"a":["y","y"]})", true},
      {R"({"a":["x"]})", R"({"a":["x","y"]})", false},
      {R"({"a":"x"})", R"({"a":["x"]})", false},
      {R"({"a":[{"k":1,"l":2},{"k":3}]})", R"({"a":[{"k":3},{"l":2}]})", true},
      {R"({"a":[{"k":1,"l":2}]})", R"({"a":{"l":2}})", true},
      {R"({"a":[]})", R"({"a":[]})", true},
      {R"({"a":[1]})", R"({"a":[]})", true},
      {R"({"a":null})", R"({"a":null})", true},
      {R"({})", R"({"a":null})", false},
      {R"("x")", R"("x")", true},
      {R"({"a":"Ada"})", R"({"a":"ada"})", false},
      {R"({"a":[[1,2],[3]]})", R"({"a":[[2]]})", true},
      {R"({"a":true})", R"({"a":[]})", false},
  };
  for (const Row& row : table) {
    CAPTURE(row.haystack, row.needle);
    const Pair pair = pair_of(row.haystack, row.needle);
    CHECK(json_contains(pair.left.root(), pair.right.root()) == row.contains);
  }
}

}  // namespace muster
