#include "tests/docs/comment_blocks.h"

#include <catch2/catch.hpp>

namespace muster::docs {
namespace {

constexpr const char* kSource = R"(/// Prose of the file
/// on two lines.
///
///   key   = log rest
///
///   value = text
///
/// More prose.
///   again = code
#pragma once

int code = 1;  // Not this one.

struct A {
  /// Of a member.
  int b;
};

inline constexpr auto kNames = to_array({
    "one",  // first
});
)";

TEST_CASE("a comment becomes prose and code", "[docs]") {
  const auto text = comment_as_markdown(kSource, "");
  REQUIRE(text.has_value());
  CHECK(*text ==
        "Prose of the file\non two lines.\n\n"
        "```text\nkey   = log rest\n\nvalue = text\n```\n\n"
        "More prose.\n\n```text\nagain = code\n```\n");
}

TEST_CASE("a comment is found by how it begins", "[docs]") {
  const auto text = comment_as_markdown(kSource, "Of a");
  REQUIRE(text.has_value());
  CHECK(*text == "Of a member.\n");
  const auto lost = comment_as_markdown(kSource, "Not this one");
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().rule == "comment_missing");
}

TEST_CASE("a definition is code without being indented", "[docs]") {
  const auto text = comment_as_markdown("// a := b\n// c := d\n//\n// What they are.\n", "");
  REQUIRE(text.has_value());
  CHECK(*text == "```text\na := b\nc := d\n```\n\nWhat they are.\n");
}

TEST_CASE("a declaration is taken as it stands", "[docs]") {
  const auto text = declaration_as_markdown(kSource, "kNames");
  REQUIRE(text.has_value());
  CHECK(*text ==
        "```cpp\ninline constexpr auto kNames = to_array({\n    \"one\",  // first\n});\n```\n");
  CHECK_FALSE(declaration_as_markdown(kSource, "struct B").has_value());
}

TEST_CASE("a source that is not there is named", "[docs]") {
  const auto text = read_source("no/such/file.h");
  REQUIRE_FALSE(text.has_value());
  CHECK(text.error().rule == "source_missing");
}

}  // namespace
}  // namespace muster::docs
