#include "api/http/bounds.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/api/http/fixture.h"

namespace muster {

using test::RawClient;
using test::TestServer;
using namespace std::chrono_literals;

namespace {

std::string json_put(std::string_view path,
                     std::string_view header,
                     std::string_view method = "PUT") {
  return std::string{method} + " " + std::string{path} +
         " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" + std::string{header} +
         "\r\n";
}

}  // namespace

TEST_CASE("a body beyond the route's bound is refused however it comes", "[http]") {
  HttpBounds bounds;
  bounds.body_bytes = 1000;
  TestServer server{bounds};

  struct Row {
    std::string request;
    int status;
  };

  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const std::string thousand = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  const Row table[] = {
      {json_put("/things/a", "Content-Length: 1000\r\n") + std::string(1000, 'x'), 200},
      {json_put("/things/a", "Content-Length: 1001\r\n"), 413},
      {json_put("/things/a", "Content-Length: 1001\r\nExpect: 100-continue\r\n"), 413},
      {json_put("/things/a", "Content-Length: 18446744073709551615\r\n"), 413},
      {json_put("/things/a", chunked) + thousand + "0\r\n\r\n", 200},
      {json_put("/things/a", chunked) + thousand + "1\r\nx\r\n0\r\n\r\n", 413},
      {json_put("/things/a", chunked) + "ffffffffffffffff\r\n", 413},
      {json_put("/import", "Content-Length: 4096\r\n", "POST") + std::string(4096, 'x'), 200},
      {json_put("/import", "Content-Length: 4097\r\n", "POST"), 413},
      // The refusal reaches a client that is still sending.
      {json_put("/things/a", "Content-Length: 500000\r\n") + std::string(500000, 'x'), 413},
  };
  for (const auto& row : table) {
    INFO(row.request.substr(0, 150));
    RawClient client{server.port()};
    client.send(row.request);
    const auto answer = client.read();
    CHECK(answer.status == row.status);
    CHECK(answer.header("Connection") == (row.status == 200 ? "" : "close"));
  }
}

TEST_CASE("a large body arrives whole", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  const std::string body(1024 * 1024, 'x');
  CHECK(client.exchange("PUT", "/things/a", "Content-Type: application/json\r\n", body).body ==
        "PUT a " + body);
  CHECK(client.get("/things/b").body == "GET b ");
}

TEST_CASE("a header beyond the bound is refused", "[http]") {
  HttpBounds bounds;
  bounds.header_bytes = 2000;
  bounds.header_fields = 10;
  TestServer server{bounds};
  const std::string start = "GET /things/a HTTP/1.1\r\nHost: t\r\n";
  std::string many;
  for (int i = 0; i < 9; ++i)
    many += "A: b\r\n";

  struct Row {
    std::string request;
    int status;
  };

  const Row table[] = {
      {start + "A: " + std::string(1900, 'x') + "\r\n\r\n", 200},
      {start + "A: " + std::string(2000, 'x') + "\r\n\r\n", 431},
      {start + "A: " + std::string(100000, 'x'), 431},
      {start + std::string(3000, 'x'), 431},
      {"GET /" + std::string(1800, 'x') + " HTTP/1.1\r\nHost: t\r\nA: " + std::string(500, 'x') +
           "\r\n\r\n",
       431},
      {"GET /" + std::string(5000, 'x') + " HTTP/1.1\r\nHost: t\r\n\r\n", 414},
      {start + many + "\r\n", 200},
      {start + many + "A: b\r\n\r\n", 431},
  };
  for (const auto& row : table) {
    INFO(row.request.substr(0, 100) << " " << row.request.size());
    RawClient client{server.port()};
    client.send(row.request);
    CHECK(client.read().status == row.status);
  }
}

TEST_CASE("an endless chunk extension or trailer is refused", "[http]") {
  TestServer server;
  for (const std::string_view start : {"1;", "0\r\nA: "}) {
    RawClient client{server.port()};
    client.send(json_put("/things/a", "Transfer-Encoding: chunked\r\n") + std::string{start});
    client.send(std::string(200000, 'x'));
    CHECK(client.read().status == 431);
  }
}

TEST_CASE("a request that trickles in is refused in time", "[http]") {
  HttpBounds bounds;
  bounds.request = 100ms;
  TestServer server{bounds};
  for (const auto& part : {std::string{"GET /things/a HT"},
                           std::string{"GET /things/a HTTP/1.1\r\nHost: t\r\n"},
                           json_put("/things/a", "Content-Length: 10\r\n") + "x"}) {
    RawClient client{server.port()};
    client.send(part);
    const auto answer = client.read();
    CHECK(answer.status == 408);
    CHECK(answer.header("Connection") == "close");
    CHECK(client.closed());
  }
  CHECK(server.server().counters().timeouts >= 3);
}

TEST_CASE("a connection without requests is closed in time", "[http]") {
  HttpBounds bounds;
  bounds.idle = 60ms;
  TestServer server{bounds};
  RawClient fresh{server.port()};
  CHECK(fresh.closed());
  RawClient used{server.port()};
  CHECK(used.get("/things/a").status == 200);
  CHECK(used.closed());
  CHECK(server.server().counters().timeouts == 0);
}

TEST_CASE("a handler that takes too long is answered for", "[http]") {
  Router router;
  std::vector<Reply> kept;
  router.add(Method::kGet, "/never", "never", [&](std::shared_ptr<Request>, Reply reply) {
    kept.push_back(std::move(reply));
  });
  HttpBounds bounds;
  bounds.request = 80ms;
  TestServer server{bounds, std::move(router)};
  RawClient client{server.port()};
  const auto answer = client.get("/never");
  CHECK(answer.status == 500);
  CHECK(answer.body.find("answer_overdue") != std::string::npos);
  CHECK(client.closed());
  kept.front()(text_response("late"));
}

TEST_CASE("a client that does not take its answer is closed", "[http]") {
  Router router;
  router.add(Method::kGet, "/huge", "huge", [](const Request&) {
    return text_response(std::string(32UL * 1024 * 1024, 'h'));
  });
  HttpBounds bounds;
  bounds.write = 100ms;
  TestServer server{bounds, std::move(router)};
  RawClient client{server.port(), 4096};
  client.send("GET /huge HTTP/1.1\r\nHost: t\r\n\r\n");
  for (int i = 0; i < 500 && server.server().counters().timeouts == 0; ++i)
    std::this_thread::sleep_for(10ms);
  CHECK(server.server().counters().timeouts == 1);
  CHECK(server.server().counters().connections == 0);
}

TEST_CASE("a connection over the bound is told so and closed", "[http]") {
  HttpBounds bounds;
  bounds.connections = 2;
  TestServer server{bounds};
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second{server.port()};
  CHECK(first->get("/things/1").status == 200);
  CHECK(second.get("/things/2").status == 200);
  RawClient third{server.port()};
  const auto answer = third.read();
  CHECK(answer.status == 503);
  CHECK(answer.header("Connection") == "close");
  CHECK(answer.header("Retry-After") == "1");
  CHECK(server.server().counters().refused == 1);
  CHECK(second.get("/things/2").status == 200);
  first.reset();
  for (int i = 0; i < 500 && server.server().counters().connections == 2; ++i)
    std::this_thread::sleep_for(10ms);
  RawClient fourth{server.port()};
  CHECK(fourth.get("/things/4").status == 200);
}

TEST_CASE("a large answer survives a client that reads slowly", "[http]") {
  TestServer server;
  RawClient client{server.port(), 4096};
  client.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\nGET /things/a HTTP/1.1\r\nHost: t\r\n\r\n");
  std::this_thread::sleep_for(30ms);
  CHECK(client.read().body == std::string(1024 * 1024, 'b'));
  CHECK(client.read().body == "GET a ");
}

TEST_CASE("a server without file descriptors waits for some instead of spinning", "[http]") {
  HttpBounds bounds;
  bounds.accept_pause = 20ms;
  TestServer server{bounds};
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(before.rlim_cur, 256);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  std::vector<int> taken;
  for (int fd = ::dup(0); fd >= 0; fd = ::dup(0))
    taken.push_back(fd);
  const bool full = !taken.empty();
  if (full) {
    ::close(taken.back());
    taken.pop_back();
  }
  std::uint64_t errors = 0;
  int status = 0;
  {
    RawClient client{server.port()};  // takes the last one
    std::this_thread::sleep_for(200ms);
    errors = server.server().counters().accept_errors;
    for (const int fd : taken)
      ::close(fd);
    status = client.get("/things/a").status;
  }
  CHECK(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(full);
  CHECK(errors >= 1);
  CHECK(errors <= 11);
  CHECK(status == 200);
}

}  // namespace muster
