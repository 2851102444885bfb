#include "api/http/problem.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "api/http/reply.h"

namespace muster {

TEST_CASE("every failure has its status", "[http]") {
  struct Row {
    Errc code;
    int status;
  };

  const Row table[] = {{Errc::kInvalidSyntax, 400},
                       {Errc::kInvalid, 422},
                       {Errc::kUnauthorized, 401},
                       {Errc::kForbidden, 403},
                       {Errc::kNotFound, 404},
                       {Errc::kAlreadyTaken, 409},
                       {Errc::kConflict, 409},
                       {Errc::kPrecondition, 412},
                       {Errc::kGone, 410},
                       {Errc::kTooLarge, 413},
                       {Errc::kTooMany, 429},
                       {Errc::kUnavailable, 503},
                       {Errc::kStale, 503},
                       {Errc::kCorrupt, 500},
                       {Errc::kUnknownOutcome, 500},
                       {Errc::kMethodNotAllowed, 405},
                       {Errc::kUnsupportedMedia, 415},
                       {Errc::kIo, 500}};
  for (const auto& row : table) {
    CHECK(status_of(row.code) == row.status);
    const auto response = problem(failure(row.code, "rule"), {});
    CHECK(response.status == row.status);
    CHECK(response.header("Retry-After") == (row.status == 429 || row.status == 503 ? "1" : ""));
    CHECK(response.header("WWW-Authenticate") == (row.status == 401 ? "Bearer" : ""));
  }
}

TEST_CASE("a failure inside the published API is its error object", "[http]") {
  auto what = failure(Errc::kInvalid, "payload_invalid", "The payload does not fit.");
  what.faults.push_back({"/payload/name", "minLength", "is \"short\""});
  const auto response = problem(what, "id");
  CHECK(response.content_type == "application/json");
  CHECK(response.body ==
        R"({"status_code":422,"error":"unprocessable entity","error_code":"payload_invalid",)"
        R"("details":{"reason":"The payload does not fit.",)"
        R"("faults":[{"pointer":"/payload/name","rule":"minLength","reason":"is \"short\""}],)"
        R"("request_id":"id"}})");
  CHECK(problem(failure(Errc::kNotFound, "user_not_found"), {}).body ==
        R"({"status_code":404,"error":"not found","error_code":"user_not_found"})");
}

TEST_CASE("a failure elsewhere is a problem document", "[http]") {
  const auto response =
      problem_details(failure(Errc::kUnavailable, "queue_full", "Try later."), "id");
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.header("Retry-After") == "1");
  CHECK(response.body == R"({"type":"about:blank","title":"Service Unavailable","status":503,)"
                         R"("detail":"Try later.","code":"queue_full","request_id":"id"})");
}

TEST_CASE("the path tells which of the two", "[http]") {
  for (const auto* path :
       {"/api/identity", "/api/identity/a/system", "/a/b/identity/self/me", "/a/b/identity"}) {
    INFO(path);
    CHECK(is_contract_path(path));
  }
  for (const auto* path :
       {"/", "", "/api", "/api/identityX", "/metrics", "/a/identity/b", "/a/b/identityX"}) {
    INFO(path);
    CHECK_FALSE(is_contract_path(path));
  }
}

TEST_CASE("a header value cannot add lines to the header", "[http]") {
  Response response;
  response.add_header("ETag", "\"1\"\r\nSet-Cookie: a=b");
  CHECK(response.header("ETag") == "\"1\"  Set-Cookie: a=b");
  CHECK(response.header("Set-Cookie").empty());
}

TEST_CASE("a reply answers once and never not at all", "[http]") {
  std::vector<int> answers;
  {
    auto reply = Reply::to([&](Response response) { answers.push_back(response.status); });
    auto moved = std::move(reply);
    CHECK(moved.pending());
    moved(empty_response(204));
    CHECK_FALSE(moved.pending());
  }
  CHECK(answers == std::vector<int>{204});
  {
    const auto forgotten =
        Reply::to([&](Response response) { answers.push_back(response.status); });
  }
  CHECK(answers == std::vector<int>{204, 500});
}

}  // namespace muster
