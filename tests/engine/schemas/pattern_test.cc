#include "engine/schemas/pattern.h"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace muster {

TEST_CASE("what ECMA-262 spells differently is translated", "[schemas][pattern]") {
  const std::vector<std::pair<std::string_view, std::string_view>> table{
      {"abc", "abc"},
      {R"(\u00e4)", R"(\x{e4})"},
      {R"(a\u0041\u0042c)", R"(a\x{41}\x{42}c)"},
      {R"(\ud83d\ude00)", R"(\x{1f600})"},
      {R"(\u{1F600})", R"(\x{1f600})"},
      {R"([\u00e0-\u00ff])", R"([\x{e0}-\x{ff}])"},
      {R"(\\u00e4)", R"(\\u00e4)"},
      {R"(\cA\cz)", R"(\x{1}\x{1a})"},
      {R"([\b])", R"([\x{8}])"},
      {R"(\bword\b)", R"(\bword\b)"},
      {"(?<year>[0-9]{4})", "(?P<year>[0-9]{4})"},
      {"[(?<a]", "[(?<a]"},
      {R"(a\/b\-c)", R"(a\/b\-c)"},
      {R"([\]\u0041])", R"([\]\x{41}])"},
  };
  for (const auto& [spelled, expected] : table) {
    CAPTURE(spelled);
    const auto translated = translate_pattern(spelled);
    REQUIRE(translated.has_value());
    CHECK(*translated == expected);
    CHECK(Pattern::compile(spelled).has_value());
  }
}

TEST_CASE("what RE2 cannot run is refused", "[schemas][pattern]") {
  const std::vector<std::string_view> table{"(?=a)b",
                                            "(?!a)b",
                                            "(?<=a)b",
                                            "(?<!a)b",
                                            R"((a)\1)",
                                            R"(\12)",
                                            R"((?<a>b)\k<a>)",
                                            "(",
                                            "[a",
                                            "*a",
                                            "[]",
                                            "[^]",
                                            "[]a]",
                                            R"(\u12)",
                                            R"(\u)",
                                            R"(\u{110000})",
                                            R"(\u{)",
                                            R"(\ud83d)",
                                            R"(\ude00)",
                                            R"(\ud83d\u0041)",
                                            R"(\c1)",
                                            R"(\Qa\E)",
                                            R"(\C)",
                                            "a{2000}",
                                            "a\\",
                                            R"(\p{Nonsense})",
                                            R"(\p{L}{1,1000})",
                                            "((a{100}){100}){100}"};
  for (const std::string_view spelled : table) {
    CAPTURE(spelled);
    const auto pattern = Pattern::compile(spelled);
    REQUIRE_FALSE(pattern.has_value());
    CHECK_FALSE(pattern.error().reason.empty());
  }
  CHECK(Pattern::compile(std::string(1024, 'a')).has_value());
  CHECK_FALSE(Pattern::compile(std::string(1025, 'a')).has_value());
}

TEST_CASE("patterns search, in code points", "[schemas][pattern]") {
  struct Row {
    std::string_view spelled;
    std::string_view text;
    bool matches;
  };

  using namespace std::string_view_literals;
  const std::vector<Row> table{
      {"b", "abc", true},
      {"^b", "abc", false},
      {"c$", "abc", true},
      {"c$", "abc\n", false},
      {"^.$", "\xc3\xa4", true},
      {"^.$", "\n", false},
      {"^..$", "\xf0\x9f\x98\x80", false},
      {R"(^\d+$)", "123", true},
      {R"(^\d$)", "\xd9\xa1", false},
      {R"(^\p{Lu}\p{Ll}+$)", "\xc3\x84rger", true},
      {"^a\\x00b$", "a\0b"sv, true},
      {"^a$", "a\0b"sv, false},
      {"", "", true},
      {"(?i)^ADA$", "ada", true},
  };
  for (const Row& row : table) {
    CAPTURE(row.spelled);
    const auto pattern = Pattern::compile(row.spelled);
    REQUIRE(pattern.has_value());
    CHECK(pattern->matches(row.text) == row.matches);
  }
}

}  // namespace muster
