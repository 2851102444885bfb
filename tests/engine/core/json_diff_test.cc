#include "engine/core/json_diff.h"

#include <cstdint>

#include <catch2/catch.hpp>

#include "engine/core/json_patch.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

std::string difference(std::string_view from, std::string_view to) {
  std::string out;
  append_json_diff(out, parse_json(from)->root(), parse_json(to)->root());
  return out;
}

TEST_CASE("a difference names what was added, removed and replaced", "[json]") {
  CHECK(difference(R"({"a":1})", R"({"a":1})") == "[]");
  CHECK(difference(R"({"a":1,"b":2})", R"({"b":2,"a":1})") == "[]");
  CHECK(difference(R"({"a":1})", R"({"a":1.0})") ==
        R"([{"op":"replace","path":"/a","value":1.0}])");
  CHECK(difference(R"({"a":1,"b":{"c":[1]}})", R"({"b":{"c":[1],"d~/":true}})") ==
        R"([{"op":"remove","path":"/a"},{"op":"add","path":"/b/d~0~1","value":true}])");
  CHECK(difference("7", "[]") == R"([{"op":"replace","path":"","value":[]}])");
  CHECK(difference(R"({"a":null})", R"({})") == R"([{"op":"remove","path":"/a"}])");
}

TEST_CASE("an element that comes or goes leaves its neighbours alone", "[json]") {
  CHECK(difference("[1,2,3]", "[2,3]") == R"([{"op":"remove","path":"/0"}])");
  CHECK(difference("[1,2,3]", "[1,3]") == R"([{"op":"remove","path":"/1"}])");
  CHECK(difference("[1,3]", "[1,2,3]") == R"([{"op":"add","path":"/1","value":2}])");
  CHECK(difference(R"([{"id":"a","x":1}])", R"([{"id":"a","x":2}])") ==
        R"([{"op":"replace","path":"/0/x","value":2}])");
  CHECK(difference("[1,1]", "[1]") == R"([{"op":"remove","path":"/1"}])");
}

/// SplitMix64, so that a seed means the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_{seed} {}

  std::size_t below(std::size_t bound) {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % bound);
  }

 private:
  std::uint64_t state_;
};

void append_random(std::string& out, Dice& dice, int depth) {
  static const char* const kNames[]{"a", "b~", "c/d", "", "\xC3\xA9"};
  static const char* const kScalars[]{"null", "true", "1", "1.0", "1e0", "\"x\"", "\"\\u0078\""};
  const std::size_t kind = dice.below(depth > 0 ? 4 : 2);
  if (kind < 2) {
    out += kScalars[dice.below(std::size(kScalars))];
    return;
  }
  JsonWriter writer{out};
  kind == 2 ? writer.begin_array() : writer.begin_object();
  for (const char* name : kNames) {
    if (dice.below(2) == 0) {
      continue;
    }
    if (kind == 3) {
      writer.key(name);
    }
    std::string value;
    append_random(value, dice, depth - 1);
    writer.raw(value);
  }
  kind == 2 ? writer.end_array() : writer.end_object();
}

TEST_CASE("a difference applied to the first document gives the second", "[json]") {
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Dice dice{seed};
    std::string from;
    std::string to;
    append_random(from, dice, 4);
    append_random(to, dice, 4);
    const std::string patch = difference(from, to);
    INFO("seed " << seed << ": " << from << " to " << to << ": " << patch);
    JsonTree tree{from};
    REQUIRE(apply_json_patch(tree, parse_json(patch)->root()).has_value());
    const std::string made = tree.text();
    REQUIRE(json_equal(parse_json(made)->root(), parse_json(to)->root()));
    // And in how values are spelled.
    REQUIRE(difference(made, to) == "[]");
  }
}

}  // namespace
}  // namespace muster
