#include <catch2/catch.hpp>

#include "api/openapi/document.h"
#include "api/openapi/openapi_route.h"

namespace muster::test {
namespace {

Response get(const Router& router, std::string_view known) {
  Request request;
  REQUIRE(request.set_target("/openapi.json"));
  if (!known.empty()) {
    request.add_header("If-None-Match", known);
  }
  const Router::Match match = router.find(request);
  REQUIRE(match.route != nullptr);
  return std::get<ImmediateHandler>(match.route->handler)(request);
}

}  // namespace

TEST_CASE("the document is served without a token, and not again to who has it") {
  Router router;
  add_openapi_route(router);

  const Response whole = get(router, "");
  CHECK(whole.status == 200);
  CHECK(whole.content_type == kJsonType);
  CHECK(whole.bytes() == render_openapi());
  CHECK(whole.header("Cache-Control") == "public, no-cache");
  REQUIRE(!whole.header("ETag").empty());

  const Response unchanged = get(router, whole.header("ETag"));
  CHECK(unchanged.status == 304);
  CHECK(unchanged.bytes().empty());
  CHECK(get(router, "\"another\"").status == 200);
}

}  // namespace muster::test
