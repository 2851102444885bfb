#include "bench/http_load.h"

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

// Answers "GET /N" on any number of connections: N is the status, and 0 hangs up. Responses are
// sent in two pieces, so that the client sees torn ones.
class TinyServer {
 public:
  TinyServer() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, generic, size) == 0);
    REQUIRE(::listen(listener_, 64) == 0);
    REQUIRE(::getsockname(listener_, generic, &size) == 0);
    endpoint_ = {.host = "127.0.0.1", .port = ntohs(address.sin_port), .path = ""};
    acceptor_ = std::thread{[this] {
      accept_all();
    }};
  }

  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;

  ~TinyServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& session : sessions_) {
      session.join();
    }
    ::close(listener_);
  }

  [[nodiscard]] const HttpEndpoint& endpoint() const { return endpoint_; }

  [[nodiscard]] int answered() const { return answered_; }

 private:
  void accept_all() {
    for (int socket = 0; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      sessions_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    std::string buffer(4096, '\0');
    ssize_t count = 0;
    while ((count = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0) {
      // Requests are small and come one at a time, so each arrives whole.
      const int status = std::atoi(buffer.c_str() + std::string_view{"GET /"}.size());
      if (status == 0) {
        break;
      }
      const std::string head = "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 4\r\n";
      const std::string rest = "\r\nbody";
      ::send(socket, head.data(), head.size(), MSG_NOSIGNAL);
      ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
      ++answered_;
    }
    ::close(socket);
  }

  int listener_ = -1;
  HttpEndpoint endpoint_;
  std::thread acceptor_;
  std::vector<std::thread> sessions_;
  std::atomic<int> answered_ = 0;
};

class ListedRequests final : public RequestSource {
 public:
  ListedRequests(const HttpEndpoint& endpoint, std::vector<std::string> paths)
      : format_{endpoint, "Bearer t"}, paths_{std::move(paths)} {}

  bool append_request(std::string& out) override {
    if (next_ == paths_.size()) {
      return false;
    }
    format_.append_get(out, paths_[next_++]);
    return true;
  }

  bool expects(const HttpResponse& response) override {
    return response.status == 200 && response.body == "body";
  }

 private:
  HttpRequestFormat format_;
  std::vector<std::string> paths_;
  std::size_t next_ = 0;
};

}  // namespace

TEST_CASE("every request is sent once and counted once", "[bench]") {
  const TinyServer server;
  LoadOptions options;
  options.endpoint = server.endpoint();
  options.connections = 5;
  options.threads = 2;
  const auto result = run_load(options, [&](std::size_t) {
    return std::make_unique<ListedRequests>(server.endpoint(),
                                            std::vector<std::string>(200, "/200"));
  });
  REQUIRE(result.has_value());
  CHECK(result->requests == 400);
  CHECK(result->errors == 0);
  CHECK(result->latency.count() == 400);
  CHECK(result->seconds > 0);
  CHECK(server.answered() == 400);
}

TEST_CASE("unexpected answers and lost connections are errors, and the load goes on", "[bench]") {
  const TinyServer server;
  LoadOptions options;
  options.endpoint = server.endpoint();
  options.connections = 2;
  const auto result = run_load(options, [&](std::size_t) {
    return std::make_unique<ListedRequests>(
        server.endpoint(),
        std::vector<std::string>{"/200", "/503", "/0", "/200", "/0", "/404", "/200"});
  });
  REQUIRE(result.has_value());
  CHECK(result->requests == 3);
  CHECK(result->errors == 4);
  CHECK(result->error_statuses == std::map<int, std::uint64_t>{{0, 2}, {404, 1}, {503, 1}});
}

TEST_CASE("a load ends with its duration", "[bench]") {
  const TinyServer server;
  LoadOptions options;
  options.endpoint = server.endpoint();
  options.connections = 2;
  options.duration = std::chrono::milliseconds{50};
  const auto result = run_load(options, [&](std::size_t) {
    return std::make_unique<ListedRequests>(server.endpoint(),
                                            std::vector<std::string>(1'000'000, "/200"));
  });
  REQUIRE(result.has_value());
  CHECK(result->requests > 0);
  CHECK(result->seconds >= 0.04);
  CHECK(result->seconds < 5);
}

TEST_CASE("a server that is not there is an error at the start", "[bench]") {
  HttpEndpoint nowhere;
  {
    const TinyServer server;
    nowhere = server.endpoint();
  }
  LoadOptions options;
  options.endpoint = nowhere;
  const auto result = run_load(options, [&](std::size_t) {
    return std::make_unique<ListedRequests>(nowhere, std::vector<std::string>{"/200"});
  });
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().rule == "not_listening");
}
