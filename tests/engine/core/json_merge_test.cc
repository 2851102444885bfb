#include "engine/core/json_merge.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

std::string merged(std::string_view target, std::string_view patch) {
  const auto before = parse_json(target);
  const auto change = parse_json(patch);
  REQUIRE(before);
  REQUIRE(change);
  std::string out;
  append_merged(out, before->root(), change->root());
  return out;
}

struct Row {
  const char* target;
  const char* patch;
  const char* expected;
};

}  // namespace

TEST_CASE("the examples of RFC 7396, appendix A", "[core]") {
  const Row rows[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const Row& row : rows) {
    INFO(row.target << " with " << row.patch);
    CHECK(merged(row.target, row.patch) == row.expected);
  }
}

TEST_CASE("what a patch does not touch stays as it was spelled", "[core]") {
  CHECK(merged(R"({ "n": 1.50, "big": 1e3, "\u00e9\n": [1, 2] })", R"({"x":0.10})") ==
        R"({"n":1.50,"big":1e3,"é\n":[1,2],"x":0.10})");
  CHECK(merged(R"({"a":1,"b":2,"c":3})", R"({"c":9,"a":8,"d":null})") == R"({"a":8,"b":2,"c":9})");
}

TEST_CASE("a target that is absent is an empty object", "[core]") {
  const auto patch = parse_json(R"({"a":{"b":1,"c":null},"d":null})");
  std::string out;
  append_merged(out, std::nullopt, patch->root());
  CHECK(out == R"({"a":{"b":1}})");
}

TEST_CASE("large objects are merged in one pass over each", "[core]") {
  std::string target = "{";
  std::string patch = "{";
  constexpr int kMembers = 60'000;
  for (int i = 0; i < kMembers; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    target += comma + "\"t" + std::to_string(i) + "\":1";
    patch += comma + "\"p" + std::to_string(i) + "\":2";
  }
  // Comparing each with each would take many seconds.
  CHECK(merged(target + "}", patch + "}").size() == target.size() + patch.size() + 1);
}
