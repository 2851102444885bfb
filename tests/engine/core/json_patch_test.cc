#include "engine/core/json_patch.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

/// The document after the patch, or the rule that refused it and the first pointer.
std::string patched(std::string_view document,
                    std::string_view operations,
                    const JsonPatchLimits& limits = {}) {
  JsonTree tree{parse_json(document)->root().minified()};
  const auto parsed = parse_json(operations);
  const auto applied = apply_json_patch(tree, parsed->root(), limits);
  if (!applied) {
    return applied.error().rule + " " + applied.error().faults.at(0).pointer;
  }
  return tree.text();
}

TEST_CASE("the examples of RFC 6902, appendix A", "[json]") {
  // A.1 to A.7
  CHECK(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])") ==
        R"({"foo":"bar","baz":"qux"})");
  CHECK(patched(R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])") ==
        R"({"foo":["bar","qux","baz"]})");
  CHECK(patched(R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])") ==
        R"({"foo":"bar"})");
  CHECK(patched(R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])") ==
        R"({"foo":["bar","baz"]})");
  CHECK(patched(R"({"baz":"qux","foo":"bar"})",
                R"([{"op":"replace","path":"/baz","value":"boo"}])") ==
        R"({"baz":"boo","foo":"bar"})");
  CHECK(patched(R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
                R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])") ==
        R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})");
  CHECK(patched(R"({"foo":["all","grass","cows","eat"]})",
                R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])") ==
        R"({"foo":["all","cows","eat","grass"]})");
  // A.8, A.9
  CHECK(patched(R"({"baz":"qux","foo":["a",2,"c"]})",
                R"([{"op":"test","path":"/baz","value":"qux"},)"
                R"({"op":"test","path":"/foo/1","value":2}])") ==
        R"({"baz":"qux","foo":["a",2,"c"]})");
  CHECK(patched(R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])") ==
        "patch_test_failed /0");
  // A.10, A.11
  CHECK(
      patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])") ==
      R"({"foo":"bar","child":{"grandchild":{}}})");
  CHECK(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])") ==
        R"({"foo":"bar","baz":"qux"})");
  // A.12; A.13 is refused by parse_json() already
  CHECK(patched(R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])") ==
        "patch_path_missing /0/path");
  CHECK_FALSE(
      parse_json(R"([{"op":"add","path":"/baz","value":"qux","op":"remove"}])").has_value());
  // A.14 to A.16
  CHECK(patched(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])") ==
        R"({"/":9,"~1":10})");
  CHECK(patched(R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":"10"}])") ==
        "patch_test_failed /0");
  CHECK(patched(R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])") ==
        R"({"foo":["bar",["abc","def"]]})");
}

TEST_CASE("what is not touched stays as it was spelled", "[json]") {
  CHECK(patched(R"({"n":1.50,"s":"\u0041","o":{"x":[1e2]}})",
                R"([{"op":"copy","from":"/o/x","path":"/o/y"}])") ==
        R"({"n":1.50,"s":"\u0041","o":{"x":[1e2],"y":[1e2]}})");
  CHECK(patched(R"({"a":1})", R"([{"op":"replace","path":"","value":[{"b":2}]}])") ==
        R"([{"b":2}])");
  CHECK(patched(R"({"a":1})", R"([{"op":"move","from":"/a","path":"/a"}])") == R"({"a":1})");
}

TEST_CASE("what is no patch is told from what does not fit the document", "[json]") {
  CHECK(patched("{}", "{}") == "invalid_patch ");
  CHECK(patched("{}", "[7]") == "invalid_patch /0/op");
  CHECK(patched("{}", R"([{"op":"remove"}])") == "invalid_patch /0/path");
  CHECK(patched("{}", R"([{"op":"remove","path":"a"}])") == "invalid_patch /0/path");
  CHECK(patched("{}", R"([{"op":"remove","path":"/~2"}])") == "invalid_patch /0/path");
  CHECK(patched("{}", R"([{"op":"add","path":"/a"}])") == "invalid_patch /0/value");
  CHECK(patched("{}", R"([{"op":"copy","path":"/a"}])") == "invalid_patch /0/from");
  CHECK(patched(R"({"a":{}})", R"([{"op":"move","from":"/a","path":"/a/b"}])") ==
        "invalid_patch /0/path");
  for (const std::string_view index : {"01", "-", "2", "1e0", "-1", "+0"}) {
    CHECK(patched("[1,2]", R"([{"op":"remove","path":"/)" + std::string{index} + R"("}])") ==
          "patch_path_missing /0/path");
  }
  CHECK(patched("{}", R"([{"op":"remove","path":""}])") == "patch_path_missing /0/path");
  CHECK(patched("[7]", R"([{"op":"replace","path":"/0/a","value":1}])") ==
        "patch_path_missing /0/path");
}

TEST_CASE("a patch cannot make a document without bounds", "[json]") {
  std::string doubling = R"([{"op":"add","path":"/a","value":"x"})";
  for (int i = 0; i < 60; ++i) {
    doubling += R"(,{"op":"copy","from":"","path":"/)" + std::to_string(i) + R"("})";
  }
  CHECK(patched("{}", doubling + "]", {.operations = 100, .depth = 1000, .bytes = 100'000})
            .starts_with("patch_too_large /"));
  CHECK(patched("{}", doubling + "]", {.operations = 10}) == "patch_too_large ");
  CHECK(patched(R"({"a":[[[]]]})",
                R"([{"op":"copy","from":"/a","path":"/a/0"}])",
                {.operations = 10, .depth = 4, .bytes = 100}) == "patch_too_deep /0");
}

}  // namespace
}  // namespace muster
