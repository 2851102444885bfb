#include "api/server/cors.h"

#include <catch2/catch.hpp>

#include "api/http/server.h"
#include "api/server/oauth_routes.h"
#include "api/server/submit.h"
#include "engine/administration/commands.h"
#include "tests/api/directory/stack.h"
#include "tests/api/http/raw_client.h"

using namespace muster;
using muster::test::RawAnswer;
using muster::test::RawClient;
using muster::test::Stack;

namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr const char* kPools = "/api/identity/default/admin/pools";

/// A server as `muster serve` starts it.
struct Served {
  Served() {
    const Services& services = stack.services();
    add_operations(router, services, every_operation());
    add_oauth_routes(router, services);
    ServerOptions options;
    options.finish = [&services](const Request& request, Response& response) {
      add_cors_headers(services, request, response);
    };
    server = std::make_unique<Server>(std::move(options), router);
    REQUIRE(server->start());
  }

  void allow(const std::string& workspace, std::vector<std::string> origins) {
    const LogId log{1};
    auto decide = prepare_replace_workspace(stack.services().domain,
                                            {log, workspace, workspace, std::move(origins)});
    REQUIRE(decide);
    REQUIRE(submit_and_wait(stack.services().commands, log, *decide));
  }

  RawAnswer send(std::string_view method,
                 std::string_view path,
                 std::string_view origin,
                 const std::string& more = {}) {
    RawClient client{server->port()};
    std::string header = more;
    if (!origin.empty()) {
      header += "Origin: " + std::string{origin} + "\r\n";
    }
    return client.exchange(method, path, header);
  }

  RawAnswer preflight(std::string_view path, std::string_view origin) {
    return send("OPTIONS", path, origin, "Access-Control-Request-Method: PUT\r\n");
  }

  Stack stack;
  Router router;
  std::unique_ptr<Server> server;
};

bool says_nothing(const RawAnswer& answer) {
  return answer.header(kAllowOrigin).empty() &&
         answer.header("Access-Control-Allow-Methods").empty() &&
         answer.header("Access-Control-Allow-Headers").empty() &&
         answer.header("Access-Control-Expose-Headers").empty();
}

}  // namespace

TEST_CASE("a preflight from a listed origin learns what it may send", "[server]") {
  Served served;
  served.allow("admin", {"https://a.test", "http://localhost:3000"});
  const RawAnswer answer = served.preflight(kPools, "https://a.test");
  CHECK(answer.status == 204);
  CHECK(answer.header(kAllowOrigin) == "https://a.test");
  CHECK(answer.header("Access-Control-Allow-Methods") == "GET, HEAD, POST, OPTIONS");
  const std::string headers{answer.header("Access-Control-Allow-Headers")};
  for (const char* name : {"Authorization",
                           "Content-Type",
                           "If-Match",
                           "If-None-Match",
                           "X-Idempotency-Key",
                           "Idempotency-Key",
                           "Prefer",
                           "Muster-Min-Position"}) {
    CHECK(headers.find(name) != std::string::npos);
  }
  CHECK(answer.header("Access-Control-Max-Age") == "7200");
  CHECK(answer.header("Vary") == "Origin");
  CHECK(served.preflight(kPools, "http://localhost:3000").header(kAllowOrigin) ==
        "http://localhost:3000");
}

TEST_CASE("every answer to a listed origin may be read by it, refusals too", "[server]") {
  Served served;
  served.allow("admin", {"https://a.test"});
  const std::string token = "Authorization: Bearer " + served.stack.token("admin") + "\r\n";
  const RawAnswer found = served.send("GET", kPools, "https://a.test", token);
  CHECK(found.status == 200);
  CHECK(found.header(kAllowOrigin) == "https://a.test");
  const std::string exposed{found.header("Access-Control-Expose-Headers")};
  for (const char* name :
       {"ETag", "Muster-Position", "X-Idempotent-Replayed", "Retry-After", "X-Request-Id"}) {
    CHECK(exposed.find(name) != std::string::npos);
  }
  const RawAnswer anonymous = served.send("GET", kPools, "https://a.test");
  CHECK(anonymous.status == 401);
  CHECK(anonymous.header(kAllowOrigin) == "https://a.test");
  const RawAnswer nowhere =
      served.send("GET", "/api/identity/default/admin/nothing", "https://a.test", token);
  CHECK(nowhere.status == 404);
  CHECK(nowhere.header(kAllowOrigin) == "https://a.test");
}

TEST_CASE("nothing is sent for an origin that is not listed", "[server]") {
  Served served;
  served.allow("admin", {"https://a.test"});
  for (const char* origin : {"https://b.test", "http://a.test", "https://a.test:444", "null"}) {
    CAPTURE(origin);
    const RawAnswer answer = served.preflight(kPools, origin);
    CHECK(answer.status == 204);
    CHECK(says_nothing(answer));
    CHECK(answer.header("Vary") == "Origin");
    CHECK(says_nothing(served.send("GET", kPools, origin)));
  }
  CHECK(says_nothing(served.send("GET", kPools, "")));
  // The other family has a list of its own, which is empty.
  const RawAnswer other = served.preflight("/api/identity/default/system/pools", "https://a.test");
  CHECK(says_nothing(other));
  CHECK(other.header("Vary").empty());
  CHECK(says_nothing(served.preflight("/api/identity/other/admin/pools", "https://a.test")));
  CHECK(says_nothing(served.preflight("/elsewhere", "https://a.test")));
}

TEST_CASE("a workspace may be open to every origin", "[server]") {
  Served served;
  served.allow("system", {"*"});
  const RawAnswer answer =
      served.preflight("/api/identity/default/system/pools", "https://any.test");
  CHECK(answer.header(kAllowOrigin) == "*");
  CHECK(answer.header("Vary").empty());
}

TEST_CASE("the workspace of an OAuth endpoint is the one in its path", "[server]") {
  Served served;
  served.allow("default", {"https://a.test"});
  const char* token = "/default/default/oauth2/token";
  CHECK(served.preflight(token, "https://a.test").header(kAllowOrigin) == "https://a.test");
  CHECK(says_nothing(served.preflight("/default/admin/oauth2/token", "https://a.test")));
  const RawAnswer refused = served.send("POST",
                                        token,
                                        "https://a.test",
                                        "Content-Type: application/x-www-form-urlencoded\r\n"
                                        "Content-Length: 0\r\n");
  CHECK(refused.status == 401);
  CHECK(refused.header(kAllowOrigin) == "https://a.test");
  const char* keys = "/default/default/.well-known/jwks.json";
  CHECK(served.send("GET", keys, "https://a.test").header(kAllowOrigin) == "https://a.test");
  // A cache in between must not give this answer to a browser.
  CHECK(served.send("GET", keys, "").header("Vary") == "Origin");
}

TEST_CASE("a list that changes holds for the next request", "[server]") {
  Served served;
  CHECK(says_nothing(served.preflight(kPools, "https://a.test")));
  served.allow("admin", {"https://a.test"});
  CHECK(served.preflight(kPools, "https://a.test").header(kAllowOrigin) == "https://a.test");
  served.allow("admin", {});
  CHECK(says_nothing(served.preflight(kPools, "https://a.test")));
}

TEST_CASE("the older path of the configuration is the tenant's that it names", "[server]") {
  Served served;
  served.allow("system", {"https://a.test"});
  for (const char* path :
       {"/api/identity/system/default/configuration", "/api/identity/default/configuration"}) {
    CHECK(served.preflight(path, "https://a.test").header(kAllowOrigin) == "https://a.test");
  }
  CHECK(says_nothing(served.preflight("/api/identity/system/configuration", "https://a.test")));
}
