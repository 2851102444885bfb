#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "api/http/server.h"
#include "tests/api/directory/stack.h"
#include "tests/api/http/raw_client.h"

namespace muster::test {
namespace {

constexpr std::string_view kNames = R"("given_name":"Ann","family_name":"Lee","name":"Ann Lee")";

Response patch(ApiFamily family, std::string_view pool, std::string body, std::string tag = {}) {
  Call call = stack().call(
      family, Method::kPatch, "/pools/" + std::string{pool} + "/users/ann", std::move(body));
  if (!tag.empty()) {
    call.headers.emplace_back("If-Match", std::move(tag));
  }
  return stack().send(call);
}

std::string members(std::string_view more) {
  return "{" + std::string{kNames} + std::string{more} + "}";
}

}  // namespace

TEST_CASE("a patch is merged into what is stored, and the rest stays") {
  stack().make_pool("merged");
  stack().make_user("merged", "ann", R"(,"metadata":{"a":{"b":1,"c":2},"d":[1,2]})");
  for (const ApiFamily family : {ApiFamily::kAdmin, ApiFamily::kSystem}) {
    const bool first = family == ApiFamily::kAdmin;
    const Response answer =
        patch(family,
              "merged",
              first ? R"({"payload":{"age":7},"metadata":{"a":{"b":null},"d":[3]}})"
                    : R"({"payload":{"age":8},"metadata":{"d":null},"business_metadata":{"x":1}})");
    INFO(answer.bytes());
    REQUIRE(answer.status == 200);
    CHECK(version_of(answer) == (first ? "1.3" : "1.6"));
    CHECK(at(answer, "/payload") == members(first ? R"(,"age":7)" : R"(,"age":8)"));
    CHECK(at(answer, "/metadata") == (first ? R"({"a":{"c":2},"d":[3]})" : R"({"a":{"c":2}})"));
  }
  const Response read = stack().system(Method::kGet, "/pools/merged/users/ann");
  CHECK(at(read, "/payload/age") == "8");
  CHECK(at(read, "/business_metadata") == R"({"x":1})");
}

TEST_CASE("a patch that changes nothing leaves no event") {
  stack().make_pool("idle");
  stack().make_user("idle", "ann");
  for (const char* body :
       {"{}", R"({"payload":{}})", R"({"payload":{"name":"Ann Lee","x":null}})"}) {
    CAPTURE(body);
    const Response answer = patch(ApiFamily::kSystem, "idle", body);
    CHECK(answer.status == 200);
    CHECK(version_of(answer) == "1.1");
  }
}

TEST_CASE("null takes a whole value away, where its schema lets it") {
  stack().make_pool("taken");
  stack().make_user("taken", "ann", R"(,"metadata":{"a":1})");
  CHECK(patch(ApiFamily::kSystem, "taken", R"({"metadata":null})").status == 200);
  const std::string left = at(stack().system(Method::kGet, "/pools/taken/users/ann"), "/metadata");
  CHECK(left.find("\"a\"") == std::string::npos);
  const Response refused = patch(ApiFamily::kSystem, "taken", R"({"payload":null})");
  CHECK(refused.status == 422);
  CHECK(at(refused, "/error_code") == "\"schema_violation\"");
}

TEST_CASE("what is wrong with a patch is told by pointer, and nothing is changed") {
  stack().make_pool("faulty");
  stack().make_user("faulty", "ann");

  struct Row {
    const char* body;
    int status;
    const char* pointer;
  };

  const Row rows[] = {
      {R"({"payload":[]})", 400, "/payload"},
      {R"({"metadata":"x"})", 400, "/metadata"},
      {R"({"status":"inactive"})", 422, "/status"},
      {R"({"payload":{"name":null}})", 422, "/payload"},
      {R"({"payload":{"name":7}})", 422, "/payload/name"},
      {R"({"payload":{"a":1,"a":2}})", 400, "/payload/a"},
  };
  for (const Row& row : rows) {
    const Response answer = patch(ApiFamily::kSystem, "faulty", row.body);
    INFO(row.body << ": " << answer.bytes());
    CHECK(answer.status == row.status);
    CHECK(at(answer, "/details/faults/0/pointer") == '"' + std::string{row.pointer} + '"');
  }
  CHECK(version_of(stack().system(Method::kGet, "/pools/faulty/users/ann")) == "1.1");
}

TEST_CASE("If-Match holds for a patch") {
  stack().make_pool("guarded");
  stack().make_user("guarded", "ann");
  const std::string tag{stack().system(Method::kGet, "/pools/guarded/users/ann").header("ETag")};
  CHECK(patch(ApiFamily::kAdmin, "guarded", R"({"payload":{"n":1}})", tag).status == 200);
  CHECK(patch(ApiFamily::kAdmin, "guarded", R"({"payload":{"n":2}})", tag).status == 412);
  CHECK(patch(ApiFamily::kAdmin, "guarded", R"({"payload":{"n":2}})", "*").status == 200);
}

TEST_CASE("of patches that come together none is lost") {
  stack().make_pool("crowded");
  stack().make_user("crowded", "ann");
  constexpr int kThreads = 8;
  constexpr int kEach = 10;
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = "m" + std::to_string(thread) + "x" + std::to_string(i);
        refused +=
            patch(ApiFamily::kSystem, "crowded", R"({"payload":{")" + name + "\":1}}").status !=
            200;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(refused == 0);
  const Response read = stack().system(Method::kGet, "/pools/crowded/users/ann");
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kEach; ++i) {
      const std::string name = "/payload/m" + std::to_string(thread) + "x" + std::to_string(i);
      INFO(name);
      CHECK(at(read, name) == "1");
    }
  }
}

TEST_CASE("a patch has a media type of its own") {
  stack().make_pool("mediatype");
  stack().make_user("mediatype", "ann");
  Server server{ServerOptions{}, stack().router()};
  REQUIRE(server.start());
  const std::string token = "Authorization: Bearer " + stack().token("admin") + "\r\n";
  const auto send = [&](const std::string& type) {
    RawClient client{server.port()};
    return client
        .exchange("PATCH",
                  "/api/identity/default/admin/pools/mediatype/users/ann",
                  token + "Content-Type: " + type + "\r\n",
                  R"({"payload":{"n":1}})")
        .status;
  };
  CHECK(send("application/json") == 415);
  CHECK(send("application/merge-patch+json") == 200);
}

}  // namespace muster::test
