#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/http/fixture.h"

namespace muster {

using test::RawClient;
using test::TestServer;
using namespace std::chrono_literals;

namespace {

/// A route whose Reply the test holds.
struct Held {
  std::mutex mutex;
  std::unique_ptr<Reply> reply;

  Router router() {
    Router made;
    made.add(Method::kGet, "/held", "held", [this](std::shared_ptr<Request>, Reply given) {
      const std::lock_guard lock{mutex};
      reply = std::make_unique<Reply>(std::move(given));
    });
    return made;
  }

  void wait() {
    while (true) {
      {
        const std::lock_guard lock{mutex};
        if (reply) return;
      }
      std::this_thread::sleep_for(1ms);
    }
  }
};

}  // namespace

TEST_CASE("a stopping server finishes what is in flight and closes the rest", "[http]") {
  Held held;
  TestServer server{HttpBounds{}, held.router()};
  RawClient busy{server.port()};
  RawClient idle{server.port()};
  CHECK(idle.get("/nothing").status == 404);
  busy.send("GET /held HTTP/1.1\r\nHost: t\r\n\r\n");
  held.wait();
  std::atomic<bool> stopped{false};
  std::thread stopper{[&] {
    server.server().stop(5s);
    stopped = true;
  }};
  CHECK(idle.closed());
  CHECK_FALSE(stopped);
  bool accepts = true;
  for (int i = 0; i < 200 && accepts; ++i) {
    try {
      RawClient another{server.port()};
      std::this_thread::sleep_for(1ms);
    } catch (const std::runtime_error&) {
      accepts = false;
    }
  }
  CHECK_FALSE(accepts);
  (*held.reply)(text_response("done"));
  const auto answer = busy.read();
  CHECK(answer.body == "done");
  CHECK(answer.header("Connection") == "close");
  CHECK(busy.closed());
  stopper.join();
  CHECK(stopped);
}

TEST_CASE("a stopping server does not wait longer than it is told to", "[http]") {
  Held held;
  {
    TestServer server{HttpBounds{}, held.router()};
    RawClient busy{server.port()};
    busy.send("GET /held HTTP/1.1\r\nHost: t\r\n\r\n");
    held.wait();
    const auto begin = std::chrono::steady_clock::now();
    server.server().stop(50ms);
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(took >= 50ms);
    CHECK(took < 3s);
    CHECK(busy.closed());
    server.server().stop(5s);
  }
  // The server is gone; an answer that comes now has nowhere to go.
  (*held.reply)(text_response("late"));
  CHECK_FALSE(held.reply->pending());
}

TEST_CASE("a half-sent request is finished while the server stops", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  client.send("GET /things/a HTT");
  while (server.server().counters().bytes_in == 0)
    std::this_thread::sleep_for(1ms);
  std::thread stopper{[&] {
    server.server().stop(5s);
  }};
  std::this_thread::sleep_for(20ms);
  client.send("P/1.1\r\nHost: t\r\n\r\n");
  const auto answer = client.read();
  CHECK(answer.status == 200);
  CHECK(answer.header("Connection") == "close");
  stopper.join();
}

TEST_CASE("replies from another thread race a stopping server safely", "[http]") {
  for (int round = 0; round < 20; ++round) {
    Held held;
    TestServer server{HttpBounds{}, held.router()};
    RawClient client{server.port()};
    client.send("GET /held HTTP/1.1\r\nHost: t\r\n\r\n");
    held.wait();
    std::thread replier{[&] {
      (*held.reply)(text_response("race"));
    }};
    server.server().stop(0ms);
    replier.join();
  }
  SUCCEED();
}

TEST_CASE("a server that cannot listen says where", "[http]") {
  TestServer server;
  const Router router;

  struct Row {
    std::string address;
    std::uint16_t port;
  };

  for (const auto& row : {Row{"not an address", 0}, Row{"203.0.113.7", 0}}) {
    ServerOptions options;
    options.address = row.address;
    options.port = row.port;
    Server other{options, router};
    const auto started = other.start();
    REQUIRE_FALSE(started.has_value());
    CHECK(started.error().code == Errc::kIo);
    CHECK(started.error().reason.find(row.address) != std::string::npos);
  }
}

}  // namespace muster
