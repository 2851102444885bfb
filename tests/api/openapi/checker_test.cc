#include "tests/api/openapi/checker.h"

#include <catch2/catch.hpp>

#include "api/openapi/document.h"

namespace muster::test {
namespace {

constexpr std::string_view kPool =
    R"({"id":"p","tenant_id":"t","name":"n","number_of_users":0,"number_of_standard_users":0,)"
    R"("number_of_jit_users":0})";

Exchange get_pool() {
  return {.method = "GET",
          .target = "/api/identity/default/admin/pools/p",
          .status = 200,
          .content_type = "application/json",
          .answer = kPool,
          .header = [](std::string_view) {
            return "x";
          }};
}

Exchange create_pool(std::string_view body) {
  Exchange exchange = get_pool();
  exchange.method = "POST";
  exchange.target = "/api/identity/default/admin/pools";
  exchange.body = body;
  exchange.status = 201;
  return exchange;
}

/// The faults in one line; empty when there are none.
std::string faults(const Exchange& exchange) {
  static Checker checker{render_openapi()};
  std::string all;
  for (const std::string& fault : checker.faults(exchange)) {
    all += fault + "; ";
  }
  return all;
}

}  // namespace

TEST_CASE("what the document says passes") {
  CHECK(faults(get_pool()).empty());
  CHECK(faults(create_pool(R"({"name":"n","metadata":null,"ours_alone":1})")).empty());
  Exchange elsewhere = get_pool();
  elsewhere.target = "/default/admin/oauth2/token";
  CHECK(faults(elsewhere).empty());
}

TEST_CASE("what the document does not say of an answer is found") {
  Exchange exchange = get_pool();
  SECTION("a member more") {
    exchange.answer =
        R"({"id":"p","tenant_id":"t","name":"n","number_of_users":0,"number_of_standard_users":0,)"
        R"("number_of_jit_users":0,"more":1})";
  }
  SECTION("a member more, deep inside") {
    exchange.answer =
        R"({"id":"p","tenant_id":"t","name":"n","number_of_users":0,"number_of_standard_users":0,)"
        R"("number_of_jit_users":0,"otp_settings":{"activation":{"length":6,"size":6}}})";
  }
  SECTION("a member less") {
    exchange.answer = R"({"id":"p","tenant_id":"t","name":"n"})";
  }
  SECTION("a member of another type") {
    exchange.answer =
        R"({"id":"p","tenant_id":"t","name":7,"number_of_users":0,"number_of_standard_users":0,)"
        R"("number_of_jit_users":0})";
  }
  SECTION("a status") {
    exchange.status = 201;
  }
  SECTION("a status that no operation has") {
    exchange.status = 402;
  }
  SECTION("a header less") {
    exchange.header = [](std::string_view) {
      return "";
    };
  }
  SECTION("another media type") {
    exchange.content_type = "text/plain";
  }
  SECTION("no JSON") {
    exchange.answer = "{";
  }
  SECTION("an unknown path") {
    exchange.target = "/api/identity/default/admin/ponds/p";
  }
  SECTION("an unknown method") {
    exchange.method = "PATCH";
  }
  SECTION("an unknown parameter") {
    exchange.target = "/api/identity/default/admin/pools/p?fields=id";
  }
  CHECK(!faults(exchange).empty());
}

TEST_CASE("what is unknown may be refused") {
  Exchange exchange = get_pool();
  exchange.target = "/api/identity/default/admin/ponds/p";
  exchange.status = 404;
  CHECK(faults(exchange).empty());
  exchange = get_pool();
  exchange.method = "PATCH";
  exchange.status = 405;
  CHECK(faults(exchange).empty());
}

TEST_CASE("a request that succeeded although the document forbids it is found") {
  CHECK(!faults(create_pool(R"({"name":7})")).empty());
  CHECK(!faults(create_pool(R"({"description":"d"})")).empty());
  CHECK(!faults(create_pool(R"({"name":null})")).empty());
}

TEST_CASE("an answer of lines is checked line by line") {
  Exchange exchange{.method = "POST",
                    .target = "/api/identity/default/system/pools/p/users/import",
                    .status = 200,
                    .content_type = "application/x-ndjson",
                    .answer = "{\"line\":1,\"outcome\":\"created\"}\n"};
  CHECK(faults(exchange).empty());
  exchange.answer = "{\"line\":1,\"outcome\":\"created\"}\n{\"line\":2,\"outcome\":\"lost\"}\n";
  CHECK(!faults(exchange).empty());
}

}  // namespace muster::test
