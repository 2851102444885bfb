#include "api/http/router.h"

#include <string>

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct Entry {
  Method method;
  std::string_view pattern;
};

Router router_with(std::initializer_list<Entry> entries) {
  Router router;
  for (const auto& entry : entries) {
    const auto id = std::string{name_of(entry.method)} + " " + std::string{entry.pattern};
    router.add(entry.method, entry.pattern, id, [](const Request&) { return empty_response(); });
  }
  return router;
}

struct Found {
  std::string operation;
  Request request;
  std::string allowed;
};

Found find(const Router& router, Method method, std::string_view target) {
  Found found;
  found.request.method = method;
  REQUIRE(found.request.set_target(target).has_value());
  const auto match = router.find(found.request);
  if (match.route != nullptr) found.operation = match.route->operation_id;
  found.allowed = allow_value(match.allowed);
  return found;
}

const Router& contract_like() {
  static const Router router = router_with({
      {Method::kGet, "/"},
      {Method::kGet, "/api/identity/{tid}/system/pools"},
      {Method::kPost, "/api/identity/{tid}/system/pools"},
      {Method::kGet, "/api/identity/{tid}/system/pools/{ipID}/users/{userID}"},
      {Method::kPost, "/api/identity/{tid}/system/pools/{ipID}/users/by_key"},
      {Method::kGet, "/api/identity/system/configuration"},
      {Method::kPatch, "/api/identity/{tid}/configuration"},
      {Method::kGet, "/api/identity/{tid}/configuration"},
      {Method::kGet, "/{tid}/{wid}/identity/self/me"},
  });
  return router;
}

}  // namespace

TEST_CASE("a path finds the most literal pattern", "[http]") {
  struct Row {
    Method method;
    std::string_view target;
    std::string_view operation;
  };

  const Row table[] = {
      {Method::kGet, "/", "GET /"},
      {Method::kGet, "/api/identity/a/system/pools?x=1", "GET /api/identity/{tid}/system/pools"},
      {Method::kHead, "/api/identity/a/system/pools", "GET /api/identity/{tid}/system/pools"},
      {Method::kGet,
       "/api/identity/system/configuration",
       "GET /api/identity/system/configuration"},
      {Method::kPatch,
       "/api/identity/system/configuration",
       "PATCH /api/identity/{tid}/configuration"},
      {Method::kGet, "/api/identity/system/system/pools", "GET /api/identity/{tid}/system/pools"},
      {Method::kPost,
       "/api/identity/a/system/pools/b/users/by_key",
       "POST /api/identity/{tid}/system/pools/{ipID}/users/by_key"},
      {Method::kGet,
       "/api/identity/a/system/pools/b/users/by_key",
       "GET /api/identity/{tid}/system/pools/{ipID}/users/{userID}"},
      {Method::kGet, "/api/identity/identity/self/me", "GET /{tid}/{wid}/identity/self/me"},
      {Method::kGet, "/api/identity/a/self/me", ""},
      {Method::kGet, "/api/w/identity/self/me", "GET /{tid}/{wid}/identity/self/me"},
      {Method::kGet, "/%61pi/identity/a/configuration", "GET /api/identity/{tid}/configuration"},
      {Method::kGet, "/api/identity//configuration", ""},
      {Method::kGet, "/api/identity/a/configuration/", ""},
      {Method::kGet, "/api", ""},
      {Method::kGet, "//", ""},
  };
  for (const auto& row : table) {
    INFO(name_of(row.method) << " " << row.target);
    CHECK(find(contract_like(), row.method, row.target).operation == row.operation);
  }
}

TEST_CASE("path parameters are decoded, each from one segment", "[http]") {
  const auto found = find(contract_like(),
                          Method::kGet,
                          "/api/identity/t%2F1/system/pools/p+q/users/%C3%BCber%20x?userID=no");
  CHECK(found.request.path_parameter("tid") == "t/1");
  CHECK(found.request.path_parameter("ipID") == "p+q");
  CHECK(found.request.path_parameter("userID") ==
        "\xC3\xBC"
        "ber x");
  CHECK(found.request.path_parameter("none").empty());
}

TEST_CASE("parameters of a way that led nowhere are not left behind", "[http]") {
  const auto router = router_with({{Method::kGet, "/a/{x}/c"}, {Method::kGet, "/{y}/b/d"}});
  const auto found = find(router, Method::kGet, "/a/b/d");
  CHECK(found.operation == "GET /{y}/b/d");
  CHECK(found.request.path_parameter("x").empty());
  CHECK(found.request.path_parameter("y") == "a");
}

TEST_CASE("a variable for the rest takes what no other pattern does", "[http]") {
  const auto router = router_with({{Method::kGet, "/log/{tid}/tile/{level}/{tile...}"},
                                   {Method::kGet, "/log/{tid}/tile/entries/{tile...}"},
                                   {Method::kGet, "/log/{tid}/tile/0/known"},
                                   {Method::kGet, "/log/{tid}/key"}});
  const auto deep = find(router, Method::kGet, "/log/a%2Fb/tile/3/x001/x2%33/067.p/9?x=/y");
  CHECK(deep.operation == "GET /log/{tid}/tile/{level}/{tile...}");
  CHECK(deep.request.path_parameter("tid") == "a/b");
  CHECK(deep.request.path_parameter("level") == "3");
  CHECK(deep.request.path_parameter("tile") == "x001/x2%33/067.p/9");
  const auto entries = find(router, Method::kHead, "/log/a/tile/entries/000");
  CHECK(entries.operation == "GET /log/{tid}/tile/entries/{tile...}");
  CHECK(entries.request.path_parameter("tile") == "000");
  CHECK(entries.request.path_parameter("level").empty());
  CHECK(find(router, Method::kGet, "/log/a/tile/0/known").operation ==
        "GET /log/{tid}/tile/0/known");
  CHECK(find(router, Method::kGet, "/log/a/tile/0/known/more").operation ==
        "GET /log/{tid}/tile/{level}/{tile...}");
  CHECK(find(router, Method::kGet, "/log/a/tile/0").operation.empty());
  CHECK(find(router, Method::kGet, "/log/a/tile/0/").operation.empty());
  CHECK(find(router, Method::kPut, "/log/a/tile/0/1/2").allowed == "GET, HEAD, OPTIONS");
}

TEST_CASE("a known path with another method tells what is allowed", "[http]") {
  struct Row {
    Method method;
    std::string_view target;
    std::string_view allowed;
  };

  const Row table[] = {
      {Method::kDelete, "/api/identity/a/system/pools", "GET, HEAD, POST, OPTIONS"},
      {Method::kDelete, "/api/identity/system/configuration", "GET, HEAD, PATCH, OPTIONS"},
      {Method::kOther, "/", "GET, HEAD, OPTIONS"},
      {Method::kGet, "/nothing", ""},
  };
  for (const auto& row : table) {
    INFO(row.target);
    const auto found = find(contract_like(), row.method, row.target);
    CHECK(found.operation.empty());
    CHECK(found.allowed == row.allowed);
  }
}

TEST_CASE("a path with too many segments is unknown", "[http]") {
  std::string target;
  for (std::size_t i = 0; i < 5000; ++i)
    target += "/a";
  CHECK(find(contract_like(), Method::kGet, target).operation.empty());
}

TEST_CASE("a route of its own comes before what HEAD and OPTIONS do by themselves", "[http]") {
  const auto router =
      router_with({{Method::kGet, "/a"}, {Method::kHead, "/a"}, {Method::kOptions, "/a"}});
  CHECK(find(router, Method::kHead, "/a").operation == "HEAD /a");
  CHECK(find(router, Method::kOptions, "/a").operation == "OPTIONS /a");
}

}  // namespace muster
