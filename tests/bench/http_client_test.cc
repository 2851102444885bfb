#include "bench/http_client.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("URLs of servers are taken apart", "[bench]") {
  struct Row {
    std::string url;
    std::string host;
    int port;
    std::string path;
  };

  const std::vector<Row> rows = {
      {"http://127.0.0.1:8080", "127.0.0.1", 8080, ""},
      {"http://127.0.0.1:8080/", "127.0.0.1", 8080, ""},
      {"http://localhost/a/b/", "localhost", 80, "/a/b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    const auto endpoint = parse_http_url(row.url);
    REQUIRE(endpoint.has_value());
    CHECK(endpoint->host == row.host);
    CHECK(endpoint->port == row.port);
    CHECK(endpoint->path == row.path);
  }
  for (const std::string url : {"",
                                "127.0.0.1:80",
                                "https://x",
                                "http://",
                                "http://:80",
                                "http://x:",
                                "http://x:0",
                                "http://x:65536",
                                "http://x:8o"}) {
    CAPTURE(url);
    CHECK_FALSE(parse_http_url(url).has_value());
  }
}

TEST_CASE("requests carry host, token and length", "[bench]") {
  const HttpRequestFormat format{{.host = "h", .port = 81, .path = ""}, "Bearer t"};
  std::string get;
  format.append_get(get, "/a?b=c");
  CHECK(get == "GET /a?b=c HTTP/1.1\r\nHost: h:81\r\nAuthorization: Bearer t\r\n\r\n");
  std::string post;
  format.append_json(post, "POST", "/a", "{}");
  CHECK(post ==
        "POST /a HTTP/1.1\r\nHost: h:81\r\nAuthorization: Bearer t\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}
