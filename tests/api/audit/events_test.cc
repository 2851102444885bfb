#include <set>

#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

struct Walked {
  std::vector<std::uint64_t> positions;
  std::size_t pages = 0;
};

/// Follows `next` until the walk is complete; `between` runs after every page.
template <class Between>
Walked walk(Reviewer& reviewer, const std::string& path, const Between& between) {
  Walked walked;
  std::string cursor;
  for (;;) {
    const Response page = reviewer.ask(path + (cursor.empty() ? "" : "&cursor=" + cursor));
    Offices::must(200, page);
    ++walked.pages;
    for (const std::uint64_t position : numbers(page, "events", "position")) {
      walked.positions.push_back(position);
    }
    if (at(page, "/complete") == "true") {
      CHECK(at(page, "/next") == "absent");
      return walked;
    }
    cursor = member_of(page, "next");
    REQUIRE_FALSE(cursor.empty());
    REQUIRE(walked.pages < 1000);
    between();
  }
}

TEST_CASE("an event tells what changed, when, and by whom") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada"})");
  const Response page = reviewer.ask("/events?type=user.payload_replaced");
  Offices::must(200, page);
  CHECK(at(page, "/complete") == "true");
  CHECK(column(page, "events", "type") == "user.payload_replaced");
  CHECK(at(page, "/events/0/revision") == "2");
  CHECK(at(page, "/events/0/personal/payload/name") == "\"Ada\"");
  CHECK(at(page, "/events/0/request_id") == "\"request-of-a-test\"");
  CHECK(at(page, "/events/0/client_id") != "absent");
  CHECK(at(page, "/events/0/stream") == "\"" + reviewer.stream_of("acmeuser") + "\"");
  const auto position = numbers(page, "events", "position").front();
  const LoggedEvent logged = *reviewer.stack.services().log.read(LogId{1}, Position{position});
  CHECK(at(page, "/events/0/leaf") == "\"" + to_base64url(as_view(logged.leaf)) + "\"");
  CHECK(page.header("Cache-Control") == "no-store");
}

TEST_CASE("events are found by stream, type and client") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"n":1})");
  const std::string stream = reviewer.stream_of("acmeuser");
  const auto types = [&](const std::string& question) {
    return column(reviewer.ask("/events?" + question), "events", "type");
  };
  CHECK(types("stream=" + stream) == "user.payload_replaced,user.created");
  CHECK(types("stream=" + stream + "&order=oldest") == "user.created,user.payload_replaced");
  CHECK(types("type=user&limit=1") == "user.payload_replaced");
  CHECK(types("type=use").empty());
  CHECK(types("stream=" + stream + "&actor=" + stream).empty());
  const Response made = reviewer.muster(
      Method::kPost,
      "/clients",
      R"({"id":"other","workspace_id":"admin","roles":[{"role":"tenant_administrator"}]})");
  Offices::must(201, made);
  const std::string token = reviewer.token_for("other", member_of(made, "client_secret"));
  Offices::must(
      201,
      reviewer.with(
          token, Method::kPost, "/api/identity/default/admin/pools", R"({"name":"others"})"));
  CHECK(types("client=other") == "pool.created");
  const Response events = reviewer.ask("/events?client=other");
  CHECK(at(events, "/events/0/client_id") == "\"other\"");
  const std::string client = at(events, "/events/0/client");
  CHECK(types("client=" + client.substr(1, client.size() - 2)) == "pool.created");
}

TEST_CASE("a walk sees the log as it was when it began, while writes go on") {
  Reviewer reviewer;
  int written = 0;
  const auto write = [&] {
    reviewer.stack.make_user("acmepool", "late" + std::to_string(written++));
  };
  for (const std::string order : {"newest", "oldest"}) {
    const std::uint64_t size = reviewer.log_size();
    const Walked walked = walk(reviewer, "/events?limit=4&order=" + order, write);
    std::vector<std::uint64_t> all(walked.positions.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = order == "oldest" ? i : all.size() - 1 - i;
    }
    CHECK(walked.positions == all);
    CHECK(walked.positions.size() == size);
    CHECK(walked.pages > 3);
  }
  CHECK(written > 5);
}

TEST_CASE("pages of any size hold what one page holds, whatever is asked for") {
  Reviewer reviewer;
  for (int i = 0; i < 20; ++i) {
    reviewer.set_payload("acmeuser", R"({"n":)" + std::to_string(i) + "}");
  }
  const std::string stream = reviewer.stream_of("acmeuser");
  for (const std::string& filter : {std::string{"type=user"},
                                    "stream=" + stream,
                                    "stream=" + stream + "&type=user.payload_replaced",
                                    std::string{"type=pool.created&from=3"},
                                    "stream=" + stream + "&from=5&to=30",
                                    std::string{"request_id=nobody"}}) {
    for (const std::string order : {"newest", "oldest"}) {
      const std::string path = "/events?order=" + order + "&" + filter + "&limit=";
      const auto whole = walk(reviewer, path + "100", [] {});
      for (const std::string limit : {"1", "3", "19"}) {
        INFO(path << limit);
        CHECK(walk(reviewer, path + limit, [] {}).positions == whole.positions);
      }
      CHECK(whole.positions.empty() == (filter == "request_id=nobody"));
    }
  }
}

TEST_CASE("places are positions or times, both inclusive") {
  Reviewer reviewer;
  reviewer.stack.clock().advance(2'000'000);
  reviewer.set_payload("acmeuser", R"({"n":1})");
  reviewer.stack.clock().advance(2'000'000);
  reviewer.set_payload("acmeuser", R"({"n":2})");
  const std::string history = reviewer.user_path("acmeuser") + "/history?";
  const Response whole = reviewer.ask(history);
  const auto positions = numbers(whole, "events", "position");
  REQUIRE(positions.size() == 3);
  const auto times = [&] {
    std::vector<std::string> all;
    for (int i = 0; i < 3; ++i) {
      const std::string text = at(whole, "/events/" + std::to_string(i) + "/time");
      all.push_back(text.substr(1, text.size() - 2));
    }
    return all;
  }();
  const auto found = [&](const std::string& question) {
    return numbers(reviewer.ask(history + question), "events", "position");
  };
  const auto middle = std::to_string(positions[1]);
  CHECK(found("from=" + middle) == std::vector{positions[0], positions[1]});
  CHECK(found("to=" + middle) == std::vector{positions[1], positions[2]});
  CHECK(found("from=" + middle + "&to=" + middle) == std::vector{positions[1]});
  // Times are shown in whole milliseconds, and mean all of them.
  CHECK(found("from=" + times[0]) == std::vector{positions[0]});
  CHECK(found("to=" + times[1]) == std::vector{positions[1], positions[2]});
  CHECK(found("from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z").empty());
}

TEST_CASE("a question that is not understood is refused, not answered differently") {
  Reviewer reviewer;
  const Response page = reviewer.ask("/events?limit=2&type=user");
  const std::string cursor = member_of(page, "next");
  REQUIRE_FALSE(cursor.empty());
  const std::string huge = std::string(30, '9');
  for (const std::string& question : {std::string{"typ=user"},
                                      std::string{"stream=nobody"},
                                      std::string{"actor=nobody"},
                                      std::string{"client=nobody"},
                                      std::string{"order=up"},
                                      std::string{"limit=0"},
                                      std::string{"limit=101"},
                                      std::string{"from=yesterday"},
                                      "from=" + huge,
                                      "cursor=" + cursor,
                                      std::string{"type=user&cursor=1"},
                                      std::string{"type=user&cursor=0.1.1.1"},
                                      "type=user&cursor=" + cursor + "1",
                                      "type=user&cursor=" + cursor + ".",
                                      "type=user&cursor=9" + cursor,
                                      "type=user&cursor=0." + huge + cursor.substr(1)}) {
    INFO(question);
    const Response refused = reviewer.ask("/events?" + question);
    CHECK(refused.status == 400);
    CHECK(member_of(refused, "code") == "invalid_parameter");
  }
  CHECK(reviewer.ask("/events?limit=3&type=user&cursor=" + cursor).status == 200);
}

TEST_CASE("values of old versions of a schema are whole, however long they are") {
  Reviewer reviewer;
  const std::string text(3000, 'x');
  Offices::must(201,
                reviewer.stack.admin(Method::kPost,
                                     "/schemas",
                                     R"({"id":"long","name":"long","schema":{"type":"object",)"
                                     R"("description":")" +
                                         text + "\"}}"));
  const Response page = reviewer.ask("/schemas/long/history");
  Offices::must(200, page);
  CHECK(at(page, "/events/0/data/schema/description") == "\"" + text + "\"");
}

TEST_CASE("a page of large events is shorter, and the walk loses none") {
  Reviewer reviewer;
  const std::string text(250'000, 'x');
  for (int i = 0; i < 20; ++i) {
    Offices::must(201,
                  reviewer.stack.admin(Method::kPost,
                                       "/schemas",
                                       R"({"name":"large)" + std::to_string(i) +
                                           R"(","schema":{"description":")" + text + "\"}}"));
  }
  for (const std::string order : {"newest", "oldest"}) {
    const Walked walked =
        walk(reviewer, "/events?type=schema.created&limit=100&order=" + order, [] {});
    CHECK(walked.pages == 2);
    CHECK(walked.positions.size() == 22);
    CHECK(std::set<std::uint64_t>{walked.positions.begin(), walked.positions.end()}.size() == 22);
  }
}

TEST_CASE("who was deleted or erased is still found") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada"})");
  const std::string stream = reviewer.stream_of("acmeuser");
  Offices::must(204, reviewer.stack.admin(Method::kDelete, reviewer.user_path("acmeuser")));
  CHECK(reviewer.ask(reviewer.user_path("acmeuser") + "/history").status == 404);
  for (const std::string& path : {"/streams/" + stream, reviewer.user_path(stream)}) {
    const Response page = reviewer.ask(path + "/history");
    Offices::must(200, page);
    CHECK(column(page, "events", "type") == "user.deleted,user.payload_replaced,user.created");
    CHECK(at(page, "/events/1/personal/payload/name") == "\"Ada\"");
  }
  CHECK(reviewer.ask("/pools/betapool/users/" + stream + "/history").status == 404);
  CHECK(reviewer.ask("/streams/" + std::string(36, '0') + "/history").status == 404);
  CHECK(column(reviewer.ask("/events?type=user.deleted"), "events", "stream") == stream);
}

TEST_CASE("of who was erased, an event tells that it was, and nothing else") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada Lovelace"})");
  const std::string stream = reviewer.stream_of("acmeuser");
  const Response before = reviewer.ask("/streams/" + stream + "/history");
  CHECK(before.bytes().find("Lovelace") != std::string_view::npos);
  Offices::must(
      204, reviewer.stack.admin(Method::kDelete, reviewer.user_path("acmeuser") + "?erase=true"));
  const Response page = reviewer.ask("/streams/" + stream + "/history?order=oldest");
  Offices::must(200, page);
  CHECK(column(page, "events", "type") == "user.created,user.payload_replaced,user.erased");
  CHECK(at(page, "/events/1/hidden") == R"([{"name":"payload","why":"erased"}])");
  CHECK(at(page, "/events/1/personal") == "absent");
  CHECK(page.bytes().find("Lovelace") == std::string_view::npos);
  CHECK(page.bytes().find("acmeuser") == std::string_view::npos);
}

}  // namespace
}  // namespace muster::test
