#include "engine/text/fold.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unicode/uchar.h>
#include <unicode/uversion.h>

using muster::fold;

TEST_CASE("folding is Unicode simple lower case", "[text]") {
  struct Row {
    std::string spelled;
    std::string folded;
  };

  const std::vector<Row> rows = {
      {"", ""},
      {"Ada@Example.ORG", "ada@example.org"},
      {"[@`{AZ", "[@`{az"},
      {"\u00C4RGER \u00D8 \u00D7", "\u00E4rger \u00F8 \u00D7"},
      {"\u0391\u03A3", "\u03B1\u03C3"},  // no final sigma: code point by code point
      {"\u0130STANBUL", "istanbul"},     // one code point stays one
      {"STRASSE \u1E9E \u00DF", "strasse \u00DF \u00DF"},
      {"\u212A", "k"},  // Kelvin sign
      {"\u0416\u0419", "\u0436\u0439"},
      {"\U00010400", "\U00010428"},  // Deseret, four bytes
      {"\u65E5\u672C", "\u65E5\u672C"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.spelled);
    CHECK(fold(row.spelled) == row.folded);
    CHECK(fold(row.folded) == row.folded);
  }
}

TEST_CASE("bytes that are not UTF-8 survive folding", "[text]") {
  CHECK(fold("A\xFF\xC3Z") == "a\xFF\xC3z");
}

TEST_CASE("the folding table is what ICU says", "[text]") {
  REQUIRE(muster::kFoldingTable == 1);
  // Table 1 is Unicode 15.0; another ICU knows other letters.
  UVersionInfo version{};
  u_getUnicodeVersion(version);
  if (version[0] != 15 || version[1] != 0) {
    WARN("ICU has another Unicode version than the table; not compared");
    return;
  }
  std::vector<char32_t> wrong;
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (fold(point) != static_cast<char32_t>(u_tolower(static_cast<UChar32>(point)))) {
      wrong.push_back(point);
    }
  }
  CHECK(wrong.empty());
}

TEST_CASE("a folded form is what some other letter folds to", "[text]") {
  for (const char32_t point : {U'a', U'z', U'\u00E4', U'\u00DF', U'\u03C3'}) {
    CHECK(muster::is_folded_form(point));
  }
  for (const char32_t point : {U'A', U'1', U' ', U'\u00C4', U'\u65E5', U'\u00F7'}) {
    CHECK_FALSE(muster::is_folded_form(point));
  }
}
