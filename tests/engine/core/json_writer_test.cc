#include "engine/core/json_writer.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "engine/core/json.h"

namespace muster {

TEST_CASE("the writer puts commas where they belong and no white space", "[core][json]") {
  std::string out;
  JsonWriter writer{out};
  writer.begin_object();
  writer.member("s", "text");
  writer.member("own", std::string{"string"});
  writer.member("t", true);
  writer.member("i", std::int64_t{-5});
  writer.member("u", std::uint64_t{5});
  writer.member("small", 7);
  writer.null_member("n");
  writer.raw_member("r", "[1, 2]");
  writer.key("empty");
  writer.begin_array();
  writer.end_array();
  writer.key("list");
  writer.begin_array();
  writer.integer(1);
  writer.string("two");
  writer.begin_object();
  writer.end_object();
  writer.begin_array();
  writer.null();
  writer.boolean(false);
  writer.end_array();
  writer.unsigned_integer(3);
  writer.end_array();
  writer.member("last", std::string_view{"x"});
  writer.end_object();
  CHECK(out == R"({"s":"text","own":"string","t":true,"i":-5,"u":5,"small":7,"n":null,"r":[1, 2],)"
               R"("empty":[],"list":[1,"two",{},[null,false],3],"last":"x"})");
}

TEST_CASE("the writer appends to what is there", "[core][json]") {
  std::string out = "data: ";
  JsonWriter writer{out};
  writer.begin_array();
  writer.end_array();
  CHECK(out == "data: []");
}

TEST_CASE("quotes, backslashes and control characters are escaped and nothing else",
          "[core][json]") {
  using namespace std::string_view_literals;
  std::string out;
  append_json_string(out, "a\"b\\c/\b\f\n\r\t\0\x1f\x7f\xc3\xa4\xe2\x80\xa8"sv);
  CHECK(out == "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\xc3\xa4\xe2\x80\xa8\"");
  out.clear();
  append_json_string(out, "");
  CHECK(out == "\"\"");
}

TEST_CASE("every byte that is written as a string is read back", "[core][json]") {
  std::string all;
  for (int byte = 0; byte < 0x80; ++byte)
    all.push_back(static_cast<char>(byte));
  std::string out;
  append_json_string(out, all);
  const auto document = parse_json(out);
  REQUIRE(document.has_value());
  CHECK(document->root().as_string() == all);
}

TEST_CASE("integers are written to the ends of their ranges", "[core][json]") {
  std::string out;
  JsonWriter writer{out};
  writer.begin_array();
  writer.integer(std::numeric_limits<std::int64_t>::min());
  writer.integer(std::numeric_limits<std::int64_t>::max());
  writer.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
  writer.end_array();
  CHECK(out == "[-9223372036854775808,9223372036854775807,18446744073709551615]");
}

}  // namespace muster
