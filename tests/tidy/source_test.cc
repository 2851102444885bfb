#include "tests/tidy/source.h"

#include <catch2/catch.hpp>

namespace {

using tidy::Blank;
using tidy::blanked;

std::string code(std::string_view text) {
  return blanked(text, Blank::kStringsAndComments);
}

TEST_CASE("strings and comments are overwritten, code is not", "[tidy]") {
  CHECK(code("a(\"b{\"); // c}\nd") == "a(\"  \");      \nd");
  CHECK(code("a /* {\n} */ b") == "a     \n     b");
  CHECK(code(R"(a("\"{", '{', '\''))") == R"(a("   ", ' ', '  '))");
  CHECK(code("a = \"// no comment\"; b") == "a = \"             \"; b");
}

TEST_CASE("comments stay where only strings are overwritten", "[tidy]") {
  CHECK(blanked("\"x\" // \"y\"", Blank::kStrings) == "\" \" // \"y\"");
}

TEST_CASE("a raw string ends where its tag says", "[tidy]") {
  CHECK(code("a = R\"x({\"})\"{\n)x\"; b") == "a = R\"x(      \n)x\"; b");
  CHECK(code("u8R\"({)\" {") == "u8R\"( )\" {");
  CHECK(code("R\"(never closed {") == "R\"(              ");
}

TEST_CASE("a quote between digits is no character", "[tidy]") {
  CHECK(code("x = 10'000; y = '{'; z = 0xFF'FF;") == "x = 10'000; y = ' '; z = 0xFF'FF;");
}

TEST_CASE("a finding names file, line and rule", "[tidy]") {
  CHECK(to_string(tidy::Finding{"a/b.h", 7, "rule", "why"}) == "a/b.h:7: rule: why");
}

TEST_CASE("lines are counted from one", "[tidy]") {
  CHECK(tidy::lines_of("a\n\nb\n").size() == 3);
  CHECK(tidy::line_at("a\nb\nc", 0) == 1);
  CHECK(tidy::line_at("a\nb\nc", 4) == 3);
}

}  // namespace
