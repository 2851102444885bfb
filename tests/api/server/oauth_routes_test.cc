#include "api/server/oauth_routes.h"

#include <future>

#include <catch2/catch.hpp>

#include "api/http/reply.h"
#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "tests/api/directory/stack.h"

using namespace muster;
using muster::test::Stack;

namespace {

/// The OAuth routes of a stack.
struct OAuth {
  OAuth() { add_oauth_routes(router, stack.services()); }

  Response send(Method method,
                const std::string& path,
                const std::string& body = {},
                const std::string& authorization = {}) {
    const auto request = std::make_shared<Request>();
    request->method = method;
    REQUIRE(request->set_target(path));
    request->body = body;
    if (!authorization.empty()) {
      request->add_header("Authorization", authorization);
    }
    const auto match = router.find(*request);
    REQUIRE(match.route != nullptr);
    if (const auto* immediate = std::get_if<ImmediateHandler>(&match.route->handler)) {
      return (*immediate)(*request);
    }
    std::promise<Response> promise;
    std::get<AsyncHandler>(match.route->handler)(
        request, Reply::to([&](Response response) { promise.set_value(std::move(response)); }));
    return promise.get_future().get();
  }

  Stack stack;
  Router router;
};

constexpr const char* kTokenPath = "/default/system/oauth2/token";
constexpr const char* kGrant = "grant_type=client_credentials";

}  // namespace

TEST_CASE("the token endpoint explains what it refuses", "[server]") {
  OAuth oauth;
  const auto error_of = [](const Response& response) {
    const auto document = parse_json(response.bytes());
    REQUIRE(document);
    return std::string{document->root().find("error")->as_string()};
  };
  const Response anonymous = oauth.send(Method::kPost, kTokenPath, kGrant);
  CHECK(anonymous.status == 401);
  CHECK(error_of(anonymous) == "invalid_client");
  CHECK_FALSE(anonymous.header("WWW-Authenticate").empty());
  const std::string basic = "Basic " + to_base64("nobody:nothing");
  CHECK(error_of(oauth.send(Method::kPost, kTokenPath, kGrant, basic)) == "invalid_client");
  const Response grant = oauth.send(Method::kPost, kTokenPath, "grant_type=password", basic);
  CHECK(grant.status == 400);
  CHECK(error_of(grant) == "unsupported_grant_type");
}

TEST_CASE("every workspace has a discovery document and a key set", "[server]") {
  OAuth oauth;
  for (const std::string workspace : {"admin", "system", "default"}) {
    const std::string root = "/default/" + workspace + "/.well-known/";
    const Response discovery = oauth.send(Method::kGet, root + "openid-configuration");
    REQUIRE(discovery.status == 200);
    const auto document = parse_json(discovery.bytes());
    REQUIRE(document);
    const std::string issuer{document->root().find("issuer")->as_string()};
    CHECK(document->root().find("token_endpoint")->as_string() == issuer + "/oauth2/token");
    const Response keys = oauth.send(Method::kGet, root + "jwks.json");
    REQUIRE(keys.status == 200);
    CHECK(parse_json(keys.bytes())->root().find("keys")->size() == 1);
    CHECK(keys.bytes().find("\"d\"") == std::string_view::npos);
  }
  CHECK(oauth.send(Method::kGet, "/default/none/.well-known/openid-configuration").status == 404);
  CHECK(oauth.send(Method::kGet, "/none/system/.well-known/jwks.json").status == 404);
}
