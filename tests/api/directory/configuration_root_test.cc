#include <catch2/catch.hpp>

#include "tests/api/directory/root_tenant.h"

namespace muster::test {
namespace {

Response root(Stack& stack, Method method, std::string body = {}, std::string_view query = {}) {
  Call call{method, "/api/identity/system/configuration" + std::string{query}, std::move(body)};
  call.headers.emplace_back("Authorization", "Bearer " + root_token(stack));
  return stack.send(call);
}

TEST_CASE("the root exports, imports and patches any tenant's configuration") {
  Stack stack;
  const std::string pools =
      R"({"pools":[{"tenant_id":"default","id":"r1","name":"r1"},{"tenant_id":"system","id":"s1","name":"s1","payload_schema_id":"own","metadata_schema_id":"own"}],)"
      R"("schemas":[{"tenant_id":"system","id":"own","name":"own","schema":{"type":"object"}}]})";
  const Response imported = root(stack, Method::kPut, pools);
  INFO(imported.bytes());
  REQUIRE(imported.status == 204);
  CHECK(column(root(stack, Method::kGet), "pools", "id") == "r1");
  CHECK(column(root(stack, Method::kGet, {}, "?tid=system"), "pools", "id") == "s1");
  CHECK(root(stack, Method::kGet).bytes() == stack.configuration(Method::kGet).bytes());
  CHECK(root(stack,
             Method::kPatch,
             R"([{"op":"replace","path":"/pools/0/name","value":"renamed"}])",
             "?tid=system")
            .status == 204);
  CHECK(column(root(stack, Method::kGet, {}, "?tid=system"), "pools", "name") == "renamed");

  CHECK(root(stack, Method::kGet, {}, "?tid=nobody").status == 404);
  CHECK(root(stack, Method::kPut, R"({"pools":[{"id":"r2","name":"r2"}]})").status == 422);
  CHECK(
      root(stack, Method::kPut, R"({"pools":[{"tenant_id":"x","id":"r2","name":"r2"}]})").status ==
      422);
}

TEST_CASE("only the tenant called system is the root, and its own path is the root's") {
  Stack stack;
  Call call{Method::kGet, "/api/identity/system/configuration"};
  call.headers.emplace_back("Authorization", "Bearer " + stack.token("system"));
  CHECK(stack.send(call).status == 401);
  call.headers[0].second = "Bearer " + root_token(stack, kAdminWorkspace);
  CHECK(stack.send(call).status == 403);
  call.headers[0].second = "Bearer " + root_token(stack);
  CHECK(stack.send(call).status == 200);
}

}  // namespace
}  // namespace muster::test
