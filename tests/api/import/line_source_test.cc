#include "api/import/line_source.h"

#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

std::vector<std::string> lines_of(const std::string& text, std::size_t line_bytes_max) {
  std::istringstream input{text};
  LineSource source{input, line_bytes_max};
  std::vector<std::string> lines;
  while (const auto line = source.next()) {
    CHECK(line->number == lines.size() + 1);
    lines.push_back(line->too_long ? "(too long)" : std::string{line->text});
  }
  CHECK(source.bytes_consumed() == text.size());
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end with LF, CRLF or the input", "[import]") {
  CHECK(lines_of("", 10) == Lines{});
  CHECK(lines_of("a", 10) == Lines{"a"});
  CHECK(lines_of("a\n", 10) == Lines{"a"});
  CHECK(lines_of("a\r\nb\n\nc\r\n", 10) == Lines{"a", "b", "", "c"});
  CHECK(lines_of("a\rb\n", 10) == Lines{"a\rb"});
  CHECK(lines_of("\xEF\xBB\xBF"
                 "a\n\xEF\xBB\xBF",
                 10) == Lines{"a", "\xEF\xBB\xBF"});
}

TEST_CASE("a line longer than the bound is passed over and the next is read", "[import]") {
  CHECK(lines_of("0123456789\n0123456789\r\n01234567890\nx\n", 10) ==
        Lines{"0123456789", "0123456789", "(too long)", "x"});
  CHECK(lines_of("0123456789a", 10) == Lines{"(too long)"});
  // Longer than the blocks that are read, so the line never is in memory as a whole.
  const std::string huge(300'000, 'x');
  CHECK(lines_of("a\n" + huge + "\nb\n" + huge, 10) == Lines{"a", "(too long)", "b", "(too long)"});
  CHECK(lines_of(huge + "\nb\n", 300'000) == Lines{huge, "b"});
}

TEST_CASE("peeking sees the first byte of the next line across blocks", "[import]") {
  const std::string first(65'535, 'x');
  std::istringstream input{first + "\n y"};
  LineSource source{input};
  CHECK(source.next_begins_with('x'));
  REQUIRE(source.next().has_value());
  CHECK(source.next_begins_with(' '));
  CHECK_FALSE(source.next_begins_with('y'));
  REQUIRE(source.next().has_value());
  CHECK_FALSE(source.next_begins_with(' '));
}
