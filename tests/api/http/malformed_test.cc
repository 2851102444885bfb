#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "tests/api/http/fixture.h"

namespace muster {

using test::RawClient;
using test::TestServer;

TEST_CASE("what is not one request and nothing else is refused and the connection closed",
          "[http]") {
  const std::string_view table[] = {
      "GET\r\n\r\n",
      "GET /things/a\r\n\r\n",
      "GET /things/a HTTP/2.0\r\nHost: t\r\n\r\n",
      "GET /things/a HTTP/1.2\r\nHost: t\r\n\r\n",
      "GET  /things/a HTTP/1.1\r\nHost: t\r\n\r\n",
      "G(T /things/a HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /things/a HTTP/1.1\nHost: t\n\n",
      "GET things HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n",
      "CONNECT host:443 HTTP/1.1\r\nHost: t\r\n\r\n",
      // Hosts
      "GET /things/a HTTP/1.1\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: t\r\nHost: t\r\n\r\n",
      // Fields
      "GET /things/a HTTP/1.1\r\nHost: t\r\nName : value\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: t\r\n: value\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: t\r\nName\r\n\r\n",
      "GET /things/a HTTP/1.1\r\nHost: t\r\nName: a\x01z\r\n\r\n",
      "GET /things/a HTTP/1.1\r\n Host: t\r\n\r\n",
      // Where the body ends
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n1",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n1",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: 1, 1\r\n\r\n1",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: 0x1\r\n\r\n1",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length:\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: "
      "3\r\n\r\n0\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
      "PUT /things/a HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      // Chunks
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\ng\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n1\r\n22\r\n0\r\n\r\n",
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n",
      // Another protocol
      std::string_view{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11},
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  };
  TestServer server;
  for (const auto text : table) {
    INFO(text);
    RawClient client{server.port()};
    client.send(text);
    client.finish_sending();
    const auto answer = client.read();
    CHECK(answer.status == 400);
    CHECK(answer.header("Connection") == "close");
    CHECK(answer.body.find("malformed_request") != std::string::npos);
    CHECK(client.closed());
  }
  CHECK(server.server().counters().malformed == std::size(table));
}

TEST_CASE("a request that breaks off gets no answer", "[http]") {
  TestServer server;
  for (const std::string_view text : {"",
                                      "\r\n",
                                      "GET /things/a HTTP/1.1\r\nHost: t\r\n",
                                      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Type: "
                                      "application/json\r\nContent-Length: 2\r\n\r\n{"}) {
    RawClient client{server.port()};
    client.send(text);
    client.finish_sending();
    CHECK(client.closed());
  }
  RawClient client{server.port()};
  CHECK(client.get("/things/a").status == 200);
}

}  // namespace muster
