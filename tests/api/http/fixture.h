/// A server on loopback with one route of each kind.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "api/http/server.h"
#include "tests/api/http/raw_client.h"

namespace muster::test {

inline Response described(const Request& request) {
  std::string text{name_of(request.method)};
  text.append(" ").append(request.path_parameter("id")).append(" ").append(request.body);
  return text_response(std::move(text));
}

/// GET and PUT /things/{id} tell what they got; POST /later/{id} does through a Reply;
/// GET /big answers with a megabyte; POST /import takes 4 KiB; POST /token takes a form.
inline Router sample_router() {
  Router router;
  router.add(
      Method::kGet, "/things/{id}", "getThing", [](const Request& r) { return described(r); });
  router.add(
      Method::kPut, "/things/{id}", "putThing", [](const Request& r) { return described(r); });
  router.add(
      Method::kPatch,
      "/things/{id}",
      "patchThing",
      [](const Request& r) { return described(r); },
      RouteOptions{.media_types = {"application/json", "application/merge-patch+json"}});
  router.add(
      Method::kPost, "/later/{id}", "later", [](std::shared_ptr<Request> request, Reply reply) {
        reply(described(*request));
      });
  router.add(Method::kGet, "/big", "big", [](const Request&) {
    return text_response(std::string(1024 * 1024, 'b'));
  });
  router.add(
      Method::kPost,
      "/import",
      "import",
      [](const Request& r) { return described(r); },
      RouteOptions{.body_bytes_max = 4096});
  router.add(
      Method::kPost,
      "/token",
      "token",
      [](const Request& r) { return described(r); },
      RouteOptions{.media_types = {"application/x-www-form-urlencoded"}});
  router.add(Method::kGet, "/api/identity/{tid}/pools", "pools", [](const Request&) {
    return json_response("{}");
  });
  return router;
}

class TestServer {
 public:
  explicit TestServer(HttpBounds bounds = {}, Router router = sample_router())
      : TestServer{options_with(bounds), std::move(router)} {}

  TestServer(ServerOptions options, Router router)
      : router_{std::move(router)}, server_{std::move(options), router_} {
    const auto started = server_.start();
    if (!started.has_value()) throw std::runtime_error{started.error().reason};
  }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

  Server& server() { return server_; }

 private:
  static ServerOptions options_with(const HttpBounds& bounds) {
    ServerOptions options;
    options.bounds = bounds;
    return options;
  }

  Router router_;
  Server server_;
};

}  // namespace muster::test
