#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/http/fixture.h"

namespace muster::test {
namespace {

/// Gives `pieces` on threads of its own, then the end, or a failure instead of it.
class CountedSource final : public BodySource {
 public:
  CountedSource(std::size_t pieces, std::size_t bytes, bool fails)
      : pieces_{pieces}, bytes_{bytes}, fails_{fails} {}

  ~CountedSource() override {
    wait();
    ++gone;
  }

  void next(Done done) override {
    wait();
    ++asked;
    thread_ = std::thread{[this, done = std::move(done), number = made_++] {
      if (number < pieces_) {
        done(BodyPiece{std::string(bytes_, static_cast<char>('a' + number % 26)), false});
      } else if (fails_) {
        done(failure(Errc::kIo, "broken"));
      } else {
        done(BodyPiece{"", true});
      }
    }};
  }

  static inline std::atomic<std::size_t> asked{0};
  static inline std::atomic<std::size_t> gone{0};

 private:
  void wait() {
    if (thread_.joinable()) {
      thread_.get_id() == std::this_thread::get_id() ? thread_.detach() : thread_.join();
    }
  }

  std::size_t pieces_;
  std::size_t bytes_;
  bool fails_;
  std::size_t made_ = 0;
  std::thread thread_;
};

Router streaming_router() {
  Router router;
  const auto add = [&](std::string_view path, std::size_t pieces, std::size_t bytes, bool fails) {
    router.add(Method::kGet, path, path, [=](const Request&) {
      Response response;
      response.content_type = kTextType;
      response.stream(std::make_shared<CountedSource>(pieces, bytes, fails));
      return response;
    });
  };
  add("/short", 3, 5, false);
  add("/empty", 0, 0, false);
  add("/blank", 3, 0, false);
  add("/long", 100'000, 64 * 1024, false);
  add("/broken", 2, 5, true);
  router.add(Method::kGet, "/plain", "plain", [](const Request&) { return text_response("ok"); });
  return router;
}

/// All that comes until the end of the chunks or of the connection.
std::string rest_of(RawClient& client) {
  while (client.pending().find("0\r\n\r\n") == std::string::npos && client.receive(2000)) {
  }
  return client.pending();
}

/// The server counts when it has sent, which may be after the client has read.
template <class Condition>
bool soon(const Condition& holds) {
  for (int i = 0; i < 200 && !holds(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return holds();
}

TEST_CASE("a streamed body comes in chunks, and the connection goes on") {
  TestServer server{HttpBounds{}, streaming_router()};
  RawClient client{server.port()};
  const RawAnswer head = client.get("/short");
  CHECK(head.status == 200);
  CHECK(head.header("Transfer-Encoding") == "chunked");
  CHECK_FALSE(head.has("Content-Length"));
  CHECK(rest_of(client) == "5\r\naaaaa\r\n5\r\nbbbbb\r\n5\r\nccccc\r\n0\r\n\r\n");
  CHECK(soon([&] { return server.server().counters().answers[2] == 1; }));
}

TEST_CASE("a streamed body may be empty, and pieces of it too") {
  TestServer server{HttpBounds{}, streaming_router()};
  for (const std::string_view path : {"/empty", "/blank"}) {
    RawClient client{server.port()};
    CHECK(client.get(path).status == 200);
    CHECK(rest_of(client) == "0\r\n\r\n");
  }
}

TEST_CASE("after a streamed answer the next request of the connection is answered") {
  TestServer server{HttpBounds{}, streaming_router()};
  RawClient client{server.port()};
  client.send("GET /short HTTP/1.1\r\nHost: t\r\n\r\nGET /plain HTTP/1.1\r\nHost: t\r\n\r\n");
  while (!client.pending().ends_with("\r\n\r\nok")) {
    REQUIRE(client.receive());
  }
}

TEST_CASE("a body that breaks off has no last chunk") {
  TestServer server{HttpBounds{}, streaming_router()};
  RawClient client{server.port()};
  CHECK(client.get("/broken").status == 200);
  CHECK(rest_of(client) == "5\r\naaaaa\r\n5\r\nbbbbb\r\n");
}

TEST_CASE("clients of HTTP/1.0 get the bare body and the end of the connection") {
  TestServer server{HttpBounds{}, streaming_router()};
  RawClient client{server.port()};
  client.send("GET /short HTTP/1.0\r\nHost: t\r\nConnection: keep-alive\r\n\r\n");
  while (client.receive(2000)) {
  }
  const std::string& all = client.pending();
  CHECK(all.find("Transfer-Encoding") == std::string::npos);
  CHECK(all.find("Connection: close") != std::string::npos);
  CHECK(all.ends_with("\r\n\r\naaaaabbbbbccccc"));
}

TEST_CASE("HEAD shows the header of a streamed answer and makes no piece") {
  TestServer server{HttpBounds{}, streaming_router()};
  const std::size_t before = CountedSource::asked;
  RawClient client{server.port()};
  CHECK(client.exchange("HEAD", "/short").header("Transfer-Encoding") == "chunked");
  CHECK(client.get("/plain").body == "ok");
  CHECK(CountedSource::asked == before);
}

TEST_CASE("nothing is made for a client that does not read, and it is let go") {
  HttpBounds bounds;
  bounds.write = std::chrono::milliseconds{300};
  TestServer server{bounds, streaming_router()};
  const std::size_t asked = CountedSource::asked;
  const std::size_t gone = CountedSource::gone;
  RawClient client{server.port(), 4096};
  client.send("GET /long HTTP/1.1\r\nHost: t\r\n\r\n");
  for (int i = 0; i < 100 && CountedSource::gone == gone; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  CHECK(CountedSource::gone == gone + 1);
  // What fits into the buffers of both sockets, not 6 GB.
  CHECK(CountedSource::asked - asked < 500);
  CHECK(soon([&] { return server.server().counters().timeouts >= 1; }));
}

TEST_CASE("a client that reads slowly but without end is let go") {
  HttpBounds bounds;
  bounds.stream = std::chrono::milliseconds{300};
  TestServer server{bounds, streaming_router()};
  const std::size_t gone = CountedSource::gone;
  RawClient client{server.port(), 4096};
  client.send("GET /long HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (client.receive(2000) && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  CHECK(soon([&] { return CountedSource::gone == gone + 1; }));
  CHECK_FALSE(client.pending().ends_with("0\r\n\r\n"));
  CHECK(soon([&] { return server.server().counters().timeouts >= 1; }));
}

}  // namespace
}  // namespace muster::test
