#include "api/http/response.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

TEST_CASE("a field of a response may repeat the value of another", "[http]") {
  Response response;
  response.add_header("Allow", "GET, HEAD, OPTIONS, POST");
  for (int i = 0; i < 100; ++i) {
    response.add_header("Access-Control-Allow-Methods", response.header("Allow"));
  }
  std::string lines{response.header_lines()};
  std::size_t repeated = 0;
  const std::string_view line = "Access-Control-Allow-Methods: GET, HEAD, OPTIONS, POST\r\n";
  for (auto at = lines.find(line); at != std::string::npos; at = lines.find(line, at + 1)) {
    ++repeated;
  }
  CHECK(repeated == 100);
}

TEST_CASE("a value cannot break the header", "[http]") {
  Response response;
  response.add_header("X-Echo", "a\r\nSet-Cookie: b");
  CHECK(response.header_lines() == "X-Echo: a  Set-Cookie: b\r\n");
}

}  // namespace
}  // namespace muster
