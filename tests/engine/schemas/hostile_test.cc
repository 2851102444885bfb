#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/core/json.h"
#include "tests/engine/schemas/support.h"

namespace muster {

namespace {

// Sanitizers on a busy machine slow these down thirtyfold; what they guard against takes hours.
constexpr double kPatienceMs = 30'000;

template <class Body>
double milliseconds(Body body) {
  const auto begin = std::chrono::steady_clock::now();
  body();
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - begin;
  return elapsed.count();
}

std::string rule_of(const Result<void>& result) {
  return result.has_value() ? "accepted" : result.error().rule;
}

std::string array_of(std::string_view element, std::size_t count) {
  std::string text = "[";
  for (std::size_t index = 0; index < count; ++index)
    text.append(element).append(",");
  text.back() = ']';
  return text;
}

}  // namespace

TEST_CASE("patterns that backtrack for ever elsewhere are answered at once", "[schemas][hostile]") {
  const std::string text = "\"" + std::string(1 << 20, 'a') + "!\"";
  for (const std::string_view pattern : {"(a+)+$",
                                         "^(a|aa)+$",
                                         "(x+x+)+y",
                                         "^(([a-z])+.)+[A-Z]([a-z])+$",
                                         "(.*)*(.*)*$",
                                         "(a|b)*a(a|b){40}c",
                                         "a.{500}b",
                                         "(.?){500}c"}) {
    CAPTURE(pattern);
    const auto schema = compiled("{\"pattern\":\"" + std::string{pattern} + "\"}");
    CHECK(milliseconds([&] { (void)schema->validate_text(text); }) < kPatienceMs);
  }
}

TEST_CASE("a pattern and a text that are too much together are refused as such",
          "[schemas][hostile]") {
  const std::string text = "\"" + std::string(1 << 20, 'a') + "\"";
  CHECK(rule_of(compiled(R"({"pattern":"(.?){500}c"})")->validate_text(text)) ==
        "schema_too_complex");
  // `not` must not turn an exhausted budget into an acceptance.
  CHECK(rule_of(compiled(R"({"not":{"pattern":"(.?){500}c"}})")->validate_text(text)) ==
        "schema_too_complex");
  CHECK(rule_of(compiled(R"({"pattern":"^[a-z]+$"})")->validate_text(text)) == "accepted");
}

TEST_CASE("many schemas times many elements run out of budget, not of time", "[schemas][hostile]") {
  std::string schema = R"({"items":{"anyOf":[)";
  for (int index = 0; index < 900; ++index)
    schema.append(R"({"type":"string"},)");
  schema.append("{}]}}");
  const auto made = compiled(schema);
  const std::string instance = array_of("1", 300'000);
  std::string rule;
  CHECK(milliseconds([&] { rule = rule_of(made->validate_text(instance)); }) < kPatienceMs);
  CHECK(rule == "schema_too_complex");
  CHECK(rule_of(made->validate_text(array_of("1", 1000))) == "accepted");
}

TEST_CASE("large honest instances are within the budget", "[schemas][hostile]") {
  CHECK(rule_of(compiled(R"({"items":{"type":"string","minLength":1}})")
                    ->validate_text(array_of("\"a\"", 250'000))) == "accepted");
  std::string object = "{";
  for (int index = 0; index < 50'000; ++index) {
    object.append("\"member" + std::to_string(index) + "\":1,");
  }
  object.back() = '}';
  const auto schema = compiled(
      R"({"properties":{"a":{},"b":{},"c":{},"d":{},"e":{},"f":{},"g":{},"h":{}},"required":["member7"]})");
  CHECK(rule_of(schema->validate_text(object)) == "accepted");
}

TEST_CASE("uniqueItems does not take the square of the size", "[schemas][hostile]") {
  std::string numbers = "[";
  for (int index = 0; index < 150'000; ++index)
    numbers.append(std::to_string(index) + ",");
  const auto schema = compiled(R"({"uniqueItems":true})");
  std::string different;
  std::string repeated;
  CHECK(milliseconds([&] {
          different = rule_of(schema->validate_text(numbers + "-1]"));
          repeated = rule_of(schema->validate_text(numbers + "7]"));
        }) < kPatienceMs);
  CHECK(different == "accepted");
  CHECK(repeated == "schema_violation");
}

TEST_CASE("the deepest instance meets the deepest schema", "[schemas][hostile]") {
  std::string schema = "{}";
  for (int depth = 1; depth < 32; ++depth)
    schema = R"({"items":)" + schema + R"(,"type":"array"})";
  const std::string instance = std::string(64, '[') + std::string(64, ']');
  CHECK(rule_of(compiled(schema)->validate_text(instance)) == "accepted");
}

TEST_CASE("alternatives inside alternatives do not multiply", "[schemas][hostile]") {
  std::string schema = R"({"type":"null"})";
  for (int depth = 1; depth < 32; ++depth) {
    schema = R"({"anyOf":[{"type":"string"},)" + schema + R"(],"not":{"type":"array"}})";
  }
  const auto made = compiled(schema);
  CHECK(milliseconds([&] {
          for (int round = 0; round < 100; ++round)
            (void)made->validate_text("1");
        }) < kPatienceMs);
}

TEST_CASE("one schema serves several threads at once", "[schemas]") {
  const auto schema = compiled(
      R"({"properties":{"a":{"type":"string","pattern":"^(\\w+ )*\\w+$"},"b":{"enum":["x","y"]}},
          "required":["a"],"additionalProperties":false})");
  const auto good = parse_json(R"({"a":"some words here","b":"x"})");
  const auto bad = parse_json(R"({"a":"?","b":"z","c":1})");
  REQUIRE(good.has_value());
  REQUIRE(bad.has_value());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int index = 0; index < 4; ++index) {
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        const auto refused = schema->validate(bad->root());
        if (!schema->validate(good->root()) || refused || refused.error().faults.size() != 3)
          ++wrong;
        if (good->root().minified().size() != good->source().size()) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
}

}  // namespace muster
