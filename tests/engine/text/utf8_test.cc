#include "engine/text/utf8.h"

#include <string>

#include <catch2/catch.hpp>

using muster::count_code_points;
using muster::is_valid_utf8;

TEST_CASE("every code point survives being written and read", "[text]") {
  std::size_t wrong = 0;
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    std::string written;
    muster::append_utf8(written, point);
    const auto read = muster::first_code_point(written);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    const bool right =
        surrogate ? !read.valid : read.valid && read.value == point && read.bytes == written.size();
    wrong += right ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("text that RFC 3629 forbids is not UTF-8", "[text]") {
  const auto bad = GENERATE(as<std::string>{},
                            "\x80",              // a continuation without a beginning
                            "\xC3",              // cut off
                            "\xC0\xAF",          // overlong slash
                            "\xE0\x9F\xBF",      // overlong, three bytes
                            "\xF0\x8F\xBF\xBF",  // overlong, four bytes
                            "\xED\xA0\x80",      // surrogate
                            "\xF4\x90\x80\x80",  // above U+10FFFF
                            "\xF8\x88\x80\x80\x80",
                            "abc\xFFxyz");
  CAPTURE(bad);
  CHECK_FALSE(is_valid_utf8(bad));
}

TEST_CASE("lengths are counted in code points", "[text]") {
  CHECK(count_code_points("") == 0);
  CHECK(count_code_points("abc") == 3);
  CHECK(count_code_points("z\u00FCrich") == 6);
  CHECK(count_code_points("\U0001F511\u20AC") == 2);
  CHECK(count_code_points("a\xFFz") == 3);
  CHECK(is_valid_utf8("z\u00FCrich \U0001F511"));
}
