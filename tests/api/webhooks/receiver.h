/// Somebody who takes deliveries, well or badly.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "api/http/server.h"
#include "engine/core/json.h"

namespace muster::test {

struct Delivery {
  std::string id;
  std::string timestamp;
  std::string signature;
  std::string body;

  [[nodiscard]] std::uint64_t position() const {
    const auto document = parse_json(body);
    return document->root().find("data")->find("position")->as_uint();
  }
};

class Receiver {
 public:
  /// 0: any port.
  explicit Receiver(std::uint16_t port = 0) : server_{options(port), router()} {
    REQUIRE(server_.start());
  }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

  /// As if it was killed: what it was sent and had not taken is lost.
  void stop() { server_.stop(std::chrono::milliseconds{0}); }

  [[nodiscard]] std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
  }

  /// What is answered; 0: the connection is kept without an answer for a while.
  std::atomic<int> status{200};

  [[nodiscard]] std::vector<Delivery> taken() const {
    const std::lock_guard lock{mutex_};
    return taken_;
  }

  /// Everything that came, taken or not.
  [[nodiscard]] std::size_t attempts() const { return attempts_; }

  [[nodiscard]] std::size_t led_away() const { return led_away_; }

 private:
  static ServerOptions options(std::uint16_t port) {
    ServerOptions options;
    options.port = port;
    return options;
  }

  const Router& router() {
    router_.add(Method::kPost, "/hook", "hook", ImmediateHandler{[this](const Request& request) {
                  ++attempts_;
                  const int answer = status;
                  if (answer >= 200 && answer < 300) {
                    const std::lock_guard lock{mutex_};
                    taken_.push_back({std::string{request.header("webhook-id")},
                                      std::string{request.header("webhook-timestamp")},
                                      std::string{request.header("webhook-signature")},
                                      request.body});
                  }
                  if (answer == 0) std::this_thread::sleep_for(std::chrono::seconds{2});
                  Response response = empty_response(answer == 0 ? 200 : answer);
                  if (answer == 307) response.add_header("Location", url("/elsewhere"));
                  return response;
                }});
    router_.add(Method::kPost, "/elsewhere", "elsewhere", ImmediateHandler{[this](const Request&) {
                  ++led_away_;
                  return empty_response(200);
                }});
    return router_;
  }

  mutable std::mutex mutex_;
  std::vector<Delivery> taken_;
  std::atomic<std::size_t> attempts_{0};
  std::atomic<std::size_t> led_away_{0};
  Router router_;
  Server server_;
};

}  // namespace muster::test
