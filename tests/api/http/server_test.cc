#include "api/http/server.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/http/fixture.h"

namespace muster {

using test::RawAnswer;
using test::RawClient;
using test::TestServer;

TEST_CASE("a request is answered with date, length and request id", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  const auto answer = client.get("/things/a%20b");
  CHECK(answer.status_line == "HTTP/1.1 200 OK");
  CHECK(answer.body == "GET a b ");
  CHECK(answer.header("Content-Length") == "8");
  CHECK(answer.header("Content-Type") == "text/plain; charset=utf-8");
  CHECK(answer.header("Date").size() == 29);
  CHECK(answer.header("Muster-Request-Id").size() == 22);
  CHECK(answer.header("X-Request-Id") == answer.header("Muster-Request-Id"));
  CHECK_FALSE(answer.has("Connection"));
}

TEST_CASE("request ids are never the same, and the client's is echoed beside ours", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  std::set<std::string> ids;
  for (int i = 0; i < 600; ++i)
    ids.insert(client.get("/things/a").header("Muster-Request-Id"));
  CHECK(ids.size() == 600);
  const auto answer = client.exchange("GET", "/things/a", "X-Request-Id: mine\r\n");
  CHECK(answer.header("X-Request-Id") == "mine");
  CHECK(answer.header("Muster-Request-Id").size() == 22);
}

TEST_CASE("what HTTP refuses by itself", "[http]") {
  struct Row {
    std::string_view method;
    std::string_view path;
    std::string_view header;
    std::string_view body;
    int status;
    std::string_view type;
  };

  constexpr std::string_view kProblem = "application/problem+json";
  constexpr std::string_view kContract = "application/json";
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  const Row table[] = {
      {"GET", "/nothing", "", "", 404, kProblem},
      {"GET", "/api/identity/a/nothing", "", "", 404, kContract},
      {"DELETE", "/things/a", "", "", 405, kProblem},
      {"BREW", "/things/a", "", "", 405, kProblem},
      {"POST", "/api/identity/a/pools", "", "", 405, kContract},
      {"PUT", "/things/a", "Content-Type: text/plain\r\n", "x", 415, kProblem},
      {"PUT", "/things/a", "", "x", 415, kProblem},
      {"PUT", "/things/a", "Content-Type: application/json\r\n", "{}", 200, kText},
      {"PUT", "/things/a", "content-type: Application/Json; charset=utf-8\r\n", "{}", 200, kText},
      {"PUT",
       "/things/a",
       "Content-Type: application/json; charset=latin1\r\n",
       "{}",
       415,
       kProblem},
      {"PUT",
       "/things/a",
       "Content-Type: application/json;x=1; charset=\"UTF-8\"\r\n",
       "{}",
       200,
       kText},
      {"PUT", "/things/a", "Content-Type: application/merge-patch+json\r\n", "{}", 415, kProblem},
      {"PATCH", "/things/a", "Content-Type: application/merge-patch+json\r\n", "{}", 200, kText},
      {"POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n", "a=b", 200, kText},
      {"POST", "/token", "Content-Type: application/json\r\n", "{}", 415, kProblem},
      {"PUT", "/things/a", "Content-Type: text/plain\r\n", "", 200, kText},
      {"GET", "/things/a", "Content-Type: text/plain\r\n", "x", 200, kText},
      {"GET", "/things/a", "Expect: wonders\r\n", "", 417, kProblem},
  };
  TestServer server;
  RawClient client{server.port()};
  for (const auto& row : table) {
    INFO(row.method << " " << row.path << " " << row.header);
    const auto answer = client.exchange(row.method, row.path, row.header, row.body);
    CHECK(answer.status == row.status);
    CHECK(answer.header("Content-Type") == row.type);
    CHECK_FALSE(answer.has("Connection"));
  }
}

TEST_CASE("a method that is not allowed is told what is", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  const auto refused = client.exchange("DELETE", "/things/a");
  CHECK(refused.header("Allow") == "GET, HEAD, PUT, PATCH, OPTIONS");
  const auto options = client.exchange("OPTIONS", "/things/a");
  CHECK(options.status == 204);
  CHECK(options.header("Allow") == "GET, HEAD, PUT, PATCH, OPTIONS");
  CHECK_FALSE(options.has("Content-Length"));
  const auto server_options = client.exchange("OPTIONS", "*");
  CHECK(server_options.status == 204);
  CHECK(server_options.header("Allow") == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
}

TEST_CASE("HEAD is answered like GET without the body", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  const auto answer = client.exchange("HEAD", "/big");
  CHECK(answer.status == 200);
  CHECK(answer.header("Content-Length") == "1048576");
  CHECK(client.get("/things/next").body == "GET next ");
}

TEST_CASE("pipelined requests are answered in order, whatever they are and however they come",
          "[http]") {
  TestServer server;
  RawClient client{server.port()};
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    const auto id = std::to_string(i);
    requests += "GET /things/" + id + " HTTP/1.1\r\nHost: t\r\n\r\n";
    requests += "POST /later/" + id + " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" +
                "Content-Length: 2\r\n\r\n{}";
    requests += "\r\n";
  }
  SECTION("all at once") {
    client.send(requests);
  }
  SECTION("byte by byte") {
    for (const char c : requests.substr(0, 500))
      client.send({&c, 1});
    client.send(requests.substr(500));
  }
  for (int i = 0; i < 50; ++i) {
    CHECK(client.read().body == "GET " + std::to_string(i) + " ");
    CHECK(client.read().body == "POST " + std::to_string(i) + " {}");
  }
}

TEST_CASE("a body may come in chunks", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  const std::string head =
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  const std::string body = "3\r\n[1,\r\n2;name=value\r\n2]\r\n0\r\nTrailer: x\r\n\r\n";
  SECTION("at once") {
    client.send(head + body);
  }
  SECTION("byte by byte") {
    client.send(head);
    for (const char c : body)
      client.send({&c, 1});
  }
  CHECK(client.read().body == "PUT a [1,2]");
  CHECK(client.get("/things/next").status == 200);
}

TEST_CASE("a client that waits for 100 Continue gets it", "[http]") {
  TestServer server;
  RawClient client{server.port()};
  client.send(
      "PUT /things/a HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
      "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n");
  CHECK(client.read().status_line == "HTTP/1.1 100 Continue");
  client.send("{}");
  CHECK(client.read().body == "PUT a {}");
  CHECK(client.get("/things/next").status == 200);
}

TEST_CASE("a client that waits for 100 Continue in vain is told at once", "[http]") {
  TestServer server;
  for (const std::string_view path : {"/nothing", "/things/a"}) {
    RawClient client{server.port()};
    client.send("PUT " + std::string{path} +
                " HTTP/1.1\r\nHost: t\r\nContent-Type: text/plain\r\n"
                "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    const auto answer = client.read();
    CHECK(answer.status == (path == "/nothing" ? 404 : 415));
    CHECK(answer.header("Connection") == "close");
    CHECK(client.closed());
  }
}

TEST_CASE("connections stay open as the client's version and wish say", "[http]") {
  struct Row {
    std::string_view version;
    std::string_view header;
    std::string_view connection;
    bool stays;
  };

  const Row table[] = {
      {"1.1", "", "", true},
      {"1.1", "Connection: close\r\n", "close", false},
      {"1.0", "", "close", false},
      {"1.0", "Connection: keep-alive\r\n", "keep-alive", true},
      {"1.0", "Expect: 100-continue\r\n", "close", false},
  };
  TestServer server;
  for (const auto& row : table) {
    INFO(row.version << " " << row.header);
    RawClient client{server.port()};
    const auto text = "GET /things/a HTTP/" + std::string{row.version} + "\r\nHost: t\r\n" +
                      std::string{row.header} + "\r\n";
    client.send(text);
    const auto answer = client.read();
    CHECK(answer.status == 200);
    CHECK(answer.header("Connection") == row.connection);
    if (row.stays) {
      client.send(text);
      CHECK(client.read().status == 200);
    } else {
      CHECK(client.closed());
    }
  }
}

TEST_CASE("a handler may answer from another thread, or not at all, or throw", "[http]") {
  Router router;
  std::vector<std::thread> threads;
  router.add(Method::kGet, "/thread", "thread", [&](std::shared_ptr<Request> request, Reply reply) {
    threads.emplace_back([request = std::move(request), reply = std::move(reply)]() mutable {
      reply(text_response("from " + std::string{request->path()}));
    });
  });
  router.add(Method::kGet, "/lost", "lost", [](std::shared_ptr<Request>, Reply) {});
  router.add(Method::kGet, "/throws", "throws", [](const Request&) -> Response {
    throw std::runtime_error{"no"};
  });
  router.add(Method::kGet, "/throws_later", "throwsLater", [](std::shared_ptr<Request>, Reply) {
    throw std::runtime_error{"no"};
  });
  router.add(Method::kGet, "/last", "last", [](const Request&) {
    auto response = text_response("bye");
    response.close = true;
    return response;
  });
  {
    TestServer server{HttpBounds{}, std::move(router)};
    RawClient client{server.port()};
    for (int i = 0; i < 20; ++i)
      CHECK(client.get("/thread").body == "from /thread");
    for (const auto* path : {"/lost", "/throws", "/throws_later"}) {
      INFO(path);
      CHECK(client.get(path).status == 500);
      CHECK(client.get("/thread").status == 200);
    }
    CHECK(client.get("/last").header("Connection") == "close");
    CHECK(client.closed());
  }
  for (auto& thread : threads)
    thread.join();
}

TEST_CASE("an answer to a client that has gone is dropped", "[http]") {
  Router router;
  std::vector<Reply> kept;
  std::atomic<int> started{0};
  router.add(Method::kGet, "/later", "later", [&](std::shared_ptr<Request>, Reply reply) {
    kept.push_back(std::move(reply));
    ++started;
  });
  TestServer server{HttpBounds{}, std::move(router)};
  {
    RawClient client{server.port()};
    client.send("GET /later HTTP/1.1\r\nHost: t\r\n\r\n");
    while (started == 0)
      std::this_thread::yield();
  }
  kept.front()(text_response("too late"));
  RawClient client{server.port()};
  CHECK(client.get("/nothing").status == 404);
}

TEST_CASE("a shared document is sent from where it lies", "[http]") {
  Router router;
  const auto document = std::make_shared<const std::string>("xx{\"a\":1}");
  router.add(Method::kGet, "/document", "document", [&](const Request&) {
    return shared_json_response(document, std::string_view{*document}.substr(2));
  });
  TestServer server{HttpBounds{}, std::move(router)};
  RawClient client{server.port()};
  const auto answer = client.get("/document");
  CHECK(answer.body == "{\"a\":1}");
  CHECK(answer.header("Content-Type") == "application/json");
}

TEST_CASE("all threads answer, and counters and observer see every answer", "[http]") {
  std::atomic<int> seen{0};
  std::atomic<bool> routed{true};
  ServerOptions options;
  options.threads = 2;
  options.observer = [&](const Exchanged& exchanged) {
    ++seen;
    if (exchanged.route == nullptr || exchanged.route->operation_id != "getThing") routed = false;
    if (exchanged.request.peer != "127.0.0.1" || exchanged.status != 200) routed = false;
  };
  TestServer server{options, test::sample_router()};
  std::uint64_t received = 0;
  for (int i = 0; i < 32; ++i) {
    RawClient client{server.port()};
    received +=
        static_cast<std::uint64_t>(client.get("/things/" + std::to_string(i)).status == 200);
  }
  CHECK(received == 32);
  CHECK(seen == 32);
  CHECK(routed);
  const auto counters = server.server().counters();
  CHECK(counters.accepted == 32);
  CHECK(counters.answers[2] == 32);
  CHECK(counters.bytes_in > 32 * 20);
  CHECK(counters.bytes_out > 32 * 100);
}

}  // namespace muster
