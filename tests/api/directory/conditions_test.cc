#include "api/directory/conditions.h"

#include <thread>

#include <catch2/catch.hpp>

#include "storage/epoch_history.h"
#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

Response with_header(ApiFamily family,
                     Method method,
                     std::string_view path,
                     std::pair<std::string, std::string> header,
                     std::string body = {}) {
  Call call = stack().call(family, method, path, std::move(body));
  call.headers.push_back(std::move(header));
  return stack().send(call);
}

Call keyed(std::string_view path, std::string body, std::string key) {
  Call call = stack().call(ApiFamily::kSystem, Method::kPost, path, std::move(body));
  call.headers.emplace_back("X-Idempotency-Key", std::move(key));
  return call;
}

}  // namespace

TEST_CASE("If-Match is compared with the version of what the path names") {
  stack().make_pool("match");
  stack().make_user("match", "ann");

  const Response read = stack().system(Method::kGet, "/pools/match/users/ann");
  const std::string tag{read.header("ETag")};

  struct Row {
    std::string tag;
    int status;
  };

  const Row rows[] = {
      {tag, 200},
      {"*", 200},
      {R"("9.9", )" + tag, 200},
      {"W/" + tag, 200},
      {R"("9.9")", 412},
      {tag.substr(1, tag.size() - 2), 200},
      {tag.substr(0, tag.size() - 1) + "0\"", 412},
      {tag.substr(0, tag.size() - 2) + "\"", 412},
      {R"("1.1")", 412},
      {R"("unfinished)", 412},
  };
  for (const Row& row : rows) {
    INFO(row.tag);
    const std::pair<std::string, std::string> header{"If-Match", row.tag};
    const std::string path = "/pools/match/users/ann";
    CHECK(with_header(ApiFamily::kSystem, Method::kGet, path, header).status == row.status);
    CHECK(with_header(ApiFamily::kAdmin, Method::kPut, path, header, R"({"status":"active"})")
              .status == row.status);
  }
}

TEST_CASE("a user made again under the same id is not the one whose version somebody knows") {
  stack().make_pool("again");
  const std::string path = "/pools/again/users/ann";
  stack().make_user("again", "ann");
  const Response first = stack().system(Method::kGet, path);
  REQUIRE(stack().system(Method::kDelete, path).status < 300);
  stack().make_user("again", "ann");
  const Response second = stack().system(Method::kGet, path);
  CHECK(version_of(first) == version_of(second));
  CHECK(first.header("ETag") != second.header("ETag"));
  const auto change = [&](std::string_view tag) {
    return with_header(ApiFamily::kSystem,
                       Method::kPut,
                       path,
                       {"If-Match", std::string{tag}},
                       R"({"status":"inactive"})")
        .status;
  };
  CHECK(change(first.header("ETag")) == 412);
  CHECK(change(second.header("ETag")) == 200);
}

TEST_CASE("a collection takes no notice of If-Match") {
  stack().make_pool("collection");
  CHECK(with_header(ApiFamily::kSystem,
                    Method::kPost,
                    "/pools/collection/users",
                    {"If-Match", R"("9.9")"},
                    R"({"status":"new"})")
            .status == 201);
}

TEST_CASE("of two who change the same version only the first succeeds") {
  stack().make_pool("first");
  stack().make_user("first", "ann");
  const std::string path = "/pools/first/users/ann";
  const std::string tag{stack().system(Method::kGet, path).header("ETag")};
  const auto change = [&](std::string_view status) {
    return with_header(ApiFamily::kSystem,
                       Method::kPut,
                       path,
                       {"If-Match", tag},
                       R"({"status":")" + std::string{status} + "\"}")
        .status;
  };
  CHECK(change("inactive") == 200);
  CHECK(change("deleted") == 412);
}

TEST_CASE("If-None-Match saves a body that is known") {
  stack().make_pool("known");
  stack().make_user("known", "ann", R"(,"identifiers":[{"identifier":"a","type":"uid"}])");
  const Response read = stack().system(Method::kGet, "/pools/known/users/ann");
  const Response known = with_header(ApiFamily::kAdmin,
                                     Method::kGet,
                                     "/pools/known/users/ann",
                                     {"If-None-Match", std::string{read.header("ETag")}});
  CHECK(known.status == 304);
  CHECK(known.bytes().empty());
  CHECK(version_of(known) == "1.1");
  CHECK(with_header(ApiFamily::kSystem,
                    Method::kPost,
                    "/pools/known/users/by_key",
                    {"If-None-Match", "*"},
                    R"({"identifier":"a"})")
            .status == 200);
}

TEST_CASE("a reader may demand what a writer was told") {
  stack().make_pool("position");
  const Response made =
      stack().system(Method::kPost, "/pools/position/users", R"({"status":"new","id":"ann"})");
  const std::string position{made.header("Muster-Position")};
  REQUIRE(position.starts_with("1."));
  const std::string path = "/pools/position/users/ann";
  const auto read = [&](std::string wanted) {
    return with_header(
               ApiFamily::kSystem, Method::kGet, path, {"Muster-Min-Position", std::move(wanted)})
        .status;
  };
  CHECK(read(position) == 200);
  CHECK(read("1.99999999") == 503);
  CHECK(read("2.0") == 412);
  CHECK(read("soon") == 400);
}

TEST_CASE("a repeated POST is answered again and not done again") {
  stack().make_pool("repeat");
  const Call create =
      keyed("/pools/repeat/users", R"({"status":"new"})", "0123456789012345678901234567890123");
  const Response first = stack().send(create);
  const Response second = stack().send(create);
  CHECK(first.status == 201);
  CHECK(first.header("X-Idempotent-Replayed").empty());
  CHECK(second.status == 201);
  CHECK(second.header("X-Idempotent-Replayed") == "true");
  CHECK(second.bytes() == first.bytes());
  CHECK(second.header("ETag") == first.header("ETag"));
  CHECK(second.header("Muster-Position") == first.header("Muster-Position"));
  CHECK(at(stack().system(Method::kGet, "/pools/repeat"), "/number_of_users") == "1");
}

TEST_CASE("the answer to a repeated POST is of its own time") {
  stack().make_pool("earlier");
  stack().make_user("earlier", "ann");
  const Call add = keyed("/pools/earlier/users/ann/addresses/add",
                         R"({"address":"a@a.test","type":"email","verified":true})",
                         std::string(32, 'a'));
  const Response first = stack().send(add);
  REQUIRE(first.status == 200);
  REQUIRE(stack()
              .system(Method::kPost,
                      "/pools/earlier/users/ann/addresses/add",
                      R"({"address":"b@a.test","type":"email","verified":true})")
              .status == 200);
  CHECK(stack().send(add).bytes() == first.bytes());
  // Not even the user's end changes what was answered.
  REQUIRE(stack().system(Method::kDelete, "/pools/earlier/users/ann").status == 204);
  const Response after = stack().send(add);
  CHECK(after.status == 200);
  CHECK(after.bytes() == first.bytes());
}

TEST_CASE("a refusal is repeated too, even when its cause is gone") {
  stack().make_pool("refusal");
  const Call add = keyed("/pools/refusal/users/ann/identifiers/add",
                         R"({"identifier":"a","type":"uid"})",
                         std::string(32, 'b'));
  const Response first = stack().send(add);
  CHECK(first.status == 404);
  stack().make_user("refusal", "ann");
  const Response second = stack().send(add);
  CHECK(second.status == 404);
  CHECK(second.header("X-Idempotent-Replayed") == "true");
  CHECK(at(second, "/error_code") == at(first, "/error_code"));
}

TEST_CASE("a key is for one request only, and must be long enough") {
  stack().make_pool("single");
  const std::string key(32, 'c');
  REQUIRE(stack().send(keyed("/pools/single/users", R"({"status":"new"})", key)).status == 201);
  const Response other = stack().send(keyed("/pools/single/users", R"({"status":"active"})", key));
  CHECK(other.status == 422);
  for (const std::size_t size : {1U, 31U, 256U}) {
    const Response refused =
        stack().send(keyed("/pools/single/users", R"({"status":"new"})", std::string(size, 'd')));
    CHECK(refused.status == 400);
    CHECK(at(refused, "/error_code") == "\"invalid_idempotency_key\"");
  }
}

TEST_CASE("a schema that changes under a write makes it validate again") {
  REQUIRE(stack()
              .admin(Method::kPost,
                     "/schemas",
                     R"({"id":"busy","name":"busy","schema":{"type":"object"}})")
              .status == 201);
  stack().make_pool("busyschema", R"(,"payload_schema_id":"busy")");
  std::atomic<bool> stop{false};
  std::thread changer{[&] {
    for (int i = 0; !stop; ++i) {
      stack().admin(Method::kPut,
                    "/schemas/busy",
                    R"({"name":"busy","description":")" + std::to_string(i) +
                        R"(","schema":{"type":"object"}})");
    }
  }};
  int created = 0;
  for (int i = 0; i < 100; ++i) {
    created += stack()
                   .system(Method::kPost,
                           "/pools/busyschema/users",
                           R"({"status":"active","payload":{"a":1}})")
                   .status == 201;
  }
  stop = true;
  changer.join();
  CHECK(created == 100);
}

TEST_CASE("a token is refused when its time is over, whether it was seen before or not") {
  Stack stack;
  stack.make_pool("late");
  const Call seen = stack.call(ApiFamily::kSystem, Method::kGet, "/pools/late");
  const Call unseen = stack.call(ApiFamily::kAdmin, Method::kGet, "/pools/late");
  CHECK(stack.send(seen).status == 200);
  stack.clock().advance(50LL * 60 * 1'000'000);
  CHECK(stack.send(seen).status == 200);
  stack.clock().advance(20LL * 60 * 1'000'000);
  for (const Call& call : {seen, unseen}) {
    const Response refused = stack.send(call);
    CHECK(refused.status == 401);
    CHECK(refused.header("WWW-Authenticate").starts_with("Bearer"));
  }
}

// N-04
TEST_CASE("If-Match is ignored on every collection") {
  stack().make_pool("collected");
  stack().make_user("collected", "ann");
  for (const std::string path : {"/pools",
                                 "/schemas",
                                 "/pools/collected/users",
                                 "/pools/collected/groups",
                                 "/pools/collected/users/ann/groups",
                                 "/workspace/default/pools",
                                 "/workspace/default/schemas",
                                 "/workspace/default/user/pools",
                                 "/b2b/pools/collected/users"}) {
    Call call = stack().call(ApiFamily::kAdmin, Method::kGet, path);
    call.headers.emplace_back("If-Match", "\"x\"");
    const Response list = stack().send(call);
    INFO(path << ' ' << list.bytes());
    CHECK(list.status == 200);
  }
}

TEST_CASE("a query parameter is given once") {
  const Response twice = stack().admin(Method::kGet, "/pools?limit=5&limit=6");
  CHECK(twice.status == 400);
  CHECK(at(twice, "/error_code") == "\"invalid_parameter\"");
  CHECK(at(twice, "/details/faults/0/pointer") == "\"limit\"");
}

// N-09
TEST_CASE("what is wrong with the JSON of a query is told") {
  stack().make_pool("badqueries");
  const auto reason = [&](const std::string& query) {
    const Response refused = stack().admin(Method::kGet, "/pools/badqueries/users?query=" + query);
    CHECK(refused.status == 400);
    return at(refused, "/details/faults/0/reason");
  };
  const std::string deep =
      "%7B%22payload%22:" + std::string(70, '[') + std::string(70, ']') + "%7D";
  CHECK(reason(deep).find("inside each other") != std::string::npos);
  CHECK(reason("%7B%22payload%22:%7B%22a%22:1,%22a%22:2%7D%7D")
            .find("two members of the same name") != std::string::npos);
  CHECK(reason("7").find("object") != std::string::npos);
}

TEST_CASE("a position of an earlier epoch holds as far as nothing was lost") {
  constexpr LogId kTenantLog{1};
  EpochHistory history;
  history.end(Epoch{2}, {Micros{1'800'000'000'000'000}, {{kTenantLog, {10, {}}}}});
  ReadPoint point;
  point.epoch = Epoch{4};
  point.epochs = std::make_shared<const EpochHistory>(history);
  point.sizes =
      std::make_shared<const std::vector<LogSize>>(std::vector<LogSize>{{kTenantLog, 30}});
  const auto rule = [&](const std::string& position) {
    Request request;
    request.add_header("muster-min-position", position);
    const auto checked = check_min_position(request, point, kTenantLog);
    return checked ? std::string{"holds"} : checked.error().rule;
  };
  CHECK(rule("4.29") == "holds");
  CHECK(rule("4.30") == "position_not_reached");
  CHECK(rule("2.9") == "holds");
  CHECK(rule("2.10") == "other_epoch");  // the log goes on there, with other events
  CHECK(rule("2.18446744073709551615") == "other_epoch");
  CHECK(rule("1.0") == "other_epoch");  // nobody knows how it ended
  CHECK(rule("3.9") == "other_epoch");
  CHECK(rule("5.9") == "other_epoch");
  CHECK(rule("4294967297.9") == "invalid_min_position");
}

}  // namespace muster::test
