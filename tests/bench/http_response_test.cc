#include "bench/http_response.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

using State = HttpParse::State;

namespace {

const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length: 5\r\nETag: \"1.2\"\r\n\r\nhello";

}  // namespace

TEST_CASE("a response torn at every byte waits for the rest and is then read", "[bench]") {
  for (std::size_t length = 0; length < kAnswer.size(); ++length) {
    CAPTURE(length);
    const HttpParse parse = parse_http_response(std::string_view{kAnswer}.substr(0, length));
    REQUIRE(parse.state == State::kNeedsMore);
    CHECK(parse.bytes > length);
    CHECK(parse.bytes <= kAnswer.size());
  }
  const std::string received = kAnswer + "HTTP/1.1 4";
  const HttpParse parse = parse_http_response(received);
  REQUIRE(parse.state == State::kComplete);
  CHECK(parse.bytes == kAnswer.size());
  CHECK(parse.response.status == 200);
  CHECK(parse.response.body == "hello");
  CHECK(header_value(parse.response.head, "etag") == "\"1.2\"");
  CHECK(header_value(parse.response.head, "tag").empty());
  CHECK_FALSE(parse.response.close);
}

TEST_CASE("responses that cannot have a body need no length", "[bench]") {
  for (const std::string status : {"204 No Content", "304 Not Modified", "100 Continue"}) {
    const std::string answer = "HTTP/1.1 " + status + "\r\n\r\n";
    const std::string received = answer + "more";
    const HttpParse parse = parse_http_response(received);
    CHECK(parse.state == State::kComplete);
    CHECK(parse.bytes == answer.size());
  }
}

TEST_CASE("what is no response that we read is said to be malformed", "[bench]") {
  const std::vector<std::string> answers = {
      "HTTP/1.0 200 OK\r\n\r\n",
      "HTTQ",
      "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x'),
  };
  for (const std::string& answer : answers) {
    CAPTURE(answer.substr(0, 80));
    CHECK(parse_http_response(answer).state == State::kMalformed);
  }
}

TEST_CASE("a server that will close says so", "[bench]") {
  const auto closes = [](const std::string& header) {
    return parse_http_response("HTTP/1.1 204 x\r\n" + header + "\r\n\r\n").response.close;
  };
  CHECK(closes("Connection: close"));
  CHECK(closes("connection:Close "));
  CHECK_FALSE(closes("Connection: keep-alive"));
  CHECK_FALSE(closes("X-Connection: close"));
}
