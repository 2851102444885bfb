#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "api/http/server.h"
#include "tests/api/directory/scenario.h"
#include "tests/api/http/raw_client.h"

namespace muster::test {
TEST_CASE("every operation refuses strangers, unreadable bodies and unknown pools") {
  for (const Operation& operation : every_operation()) {
    for (const Probe& probe : probes_of(operation)) {
      INFO(operation.pattern << ' ' << operation.id << ": " << probe.tells);
      const Response response = stack().send(probe.call);
      CHECK(response.status == probe.status);
      CHECK(at(response, "/error_code") == '"' + std::string{probe.error_code} + '"');
      CHECK(is_contract_error(response));
    }
  }
}

TEST_CASE("every operation refuses a client that sends too much, and says when to come again") {
  Stack limited{{.rate_limits = kHardlyAny}};
  for (const Operation& operation : every_operation()) {
    INFO(operation.pattern << ' ' << operation.id);
    const Probe probe = send_until_limited(limited, operation);
    const Response response = limited.send(probe.call);
    CHECK(response.status == 429);
    CHECK(response.header("Retry-After") == "1");
    CHECK(at(response, "/error_code") == "\"rate_limited\"");
    CHECK(is_contract_error(response));
  }
}

TEST_CASE("an operation is named once in its family and has a sensible table row") {
  std::set<std::pair<ApiFamily, std::string>> seen;
  for (const Operation& operation : every_operation()) {
    INFO(operation.pattern << ' ' << operation.id);
    CHECK(seen.emplace(operation.family, operation.id).second);
    CHECK(operation.handler != nullptr);
    const bool reads = operation.work == Work::kRead || operation.work == Work::kScan;
    CHECK(reads == (operation.answer == nullptr));
    CHECK(std::ranges::count_if(operation.statuses, [](int status) { return status < 300; }) == 1);
    for (const Unsent& unsent : operation.unsent) {
      CHECK(std::ranges::count(operation.statuses, unsent.status) == 1);
    }
  }
}

TEST_CASE("what HTTP refuses on a path of the API has the published error object too") {
  Server server{ServerOptions{}, stack().router()};
  REQUIRE(server.start());

  struct Row {
    std::string_view method;
    std::string_view path;
    std::string_view header;
    std::size_t body_bytes;
    int status;
  };

  const Row rows[] = {
      {"POST",
       "/api/identity/default/system/pools",
       "Content-Type: application/json\r\n",
       std::size_t{2} * 1024 * 1024,
       413},
      {"POST", "/api/identity/default/system/pools", "Content-Type: text/plain\r\n", 2, 415},
      {"PATCH", "/api/identity/default/system/pools", "Content-Type: application/json\r\n", 2, 405},
      {"GET", "/api/identity/default/system/nothing", "", 0, 404},
      {"GET", "/api/identity/default/system/pools", "", 0, 401},
  };
  for (const Row& row : rows) {
    INFO(row.method << ' ' << row.path);
    RawClient client{server.port()};
    const RawAnswer answer =
        client.exchange(row.method, row.path, row.header, std::string(row.body_bytes, ' '));
    CHECK(answer.status == row.status);
    Response response = json_response(answer.body, answer.status);
    CHECK(is_contract_error(response));
  }
}

TEST_CASE("a user is served over HTTP with its ETag and the request's id") {
  stack().make_pool("wire");
  stack().make_user("wire", "ann");
  Server server{ServerOptions{}, stack().router()};
  REQUIRE(server.start());
  RawClient client{server.port()};
  const std::string path = "/api/identity/default/admin/pools/wire/users/ann";
  const std::string token = "Authorization: Bearer " + stack().token("admin") + "\r\n";
  const RawAnswer first = client.exchange("GET", path, token);
  CHECK(first.status == 200);
  CHECK(first.header("Content-Type") == "application/json");
  const std::string tag{first.header("ETag")};
  CHECK(tag.starts_with("\"1.1."));
  const RawAnswer head = client.exchange("HEAD", path, token);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == std::to_string(first.body.size()));
  const RawAnswer again = client.exchange("GET", path, token + "If-None-Match: " + tag + "\r\n");
  CHECK(again.status == 304);
}

TEST_CASE("a malformed target of the published API gets its error object") {
  Server server{ServerOptions{}, stack().router()};
  REQUIRE(server.start());
  for (const char* target : {"/api/identity/default/system/pools/%zz",
                             "/api/identity/default/system/pools?after_pool_id=u%FF"}) {
    RawClient client{server.port()};
    const RawAnswer refused = client.exchange("GET", target, "");
    CHECK(refused.status == 400);
    CHECK(refused.header("Content-Type") == "application/json");
    CHECK(refused.body.find("\"status_code\":400") != std::string::npos);
  }
  RawClient client{server.port()};
  CHECK(client.exchange("GET", "/elsewhere/%zz", "").header("Content-Type") ==
        "application/problem+json");
}

}  // namespace muster::test
