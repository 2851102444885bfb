/// The feed over real connections.
#include <memory>
#include <thread>

#include "api/http/server.h"
#include "api/server/log_followers.h"
#include "tests/api/audit/feed_client.h"
#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{100};

StackOptions stack_options(std::size_t consumers_max) {
  StackOptions options;
  options.held_to_document = false;
  options.feed.consumers_max = consumers_max;
  options.feed.heartbeat = kHeartbeat;
  return options;
}

/// A directory that is served on loopback.
struct ServedFeed {
  explicit ServedFeed(std::size_t consumers_max = 16, HttpBounds bounds = {})
      : stack{stack_options(consumers_max)}, server{options_with(bounds), stack.router()} {
    stack.make_pool("people");
    REQUIRE(server.start());
    token = stack.token("admin");
  }

  ~ServedFeed() { stack.services().followers.drain(); }

  static ServerOptions options_with(const HttpBounds& bounds) {
    ServerOptions options;
    options.bounds = bounds;
    return options;
  }

  [[nodiscard]] std::unique_ptr<FeedClient> consumer(const std::string& question = "",
                                                     const std::string& last_id = "") const {
    return std::make_unique<FeedClient>(server.port(), token, question, last_id);
  }

  [[nodiscard]] std::uint64_t size() const {
    return stack.services().published.now()->size_of(LogId{1});
  }

  void make_user(const std::string& id) { stack.make_user("people", id); }

  Stack stack;
  Server server;
  std::string token;
};

bool has_data(const FeedMessage& message) {
  return !message.data.empty() && message.event.empty();
}

template <class Condition>
bool soon(const Condition& holds) {
  for (int i = 0; i < 500 && !holds(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return holds();
}

TEST_CASE("a consumer gets what was, what comes, and signs of life") {
  ServedFeed served;
  const auto client = served.consumer();
  CHECK(client->head().header("Content-Type") == "text/event-stream");
  CHECK(client->head().header("X-Accel-Buffering") == "no");
  CHECK(client->head().header("Cache-Control") == "no-store");
  CHECK(client->next()->retry == "2000");
  SeenTree seen;
  while (seen.size() < served.size()) {
    const auto message = client->next(has_data);
    REQUIRE(message);
    CHECK(seen.take(message->data).empty());
    CHECK(message->id == std::to_string(seen.size() - 1));
  }
  const auto alive = client->next([](const FeedMessage& one) { return !one.comment.empty(); });
  REQUIRE(alive);
  CHECK(alive->comment == "waiting for " + std::to_string(seen.size()));
  served.make_user("ada");
  const auto message = client->next(has_data);
  REQUIRE(message);
  CHECK(message->data.find("user.created") != std::string::npos);
  CHECK(seen.take(message->data).empty());
}

TEST_CASE("a consumer that comes back goes on behind what it has") {
  ServedFeed served;
  SeenTree seen;
  std::string last;
  for (int i = 0; i < 5; ++i) {
    served.make_user("user" + std::to_string(i));
    const auto client = served.consumer("?from=0", last);
    const auto message = client->next(has_data);
    REQUIRE(message);
    CHECK(seen.take(message->data).empty());
    last = message->id;
  }
}

TEST_CASE("who waits for what never comes learns how far the log was looked at") {
  ServedFeed served;
  const auto client = served.consumer("?type=nothing");
  SeenTree seen;
  served.make_user("ada");
  while (seen.size() < served.size()) {
    const auto message = client->next(has_data);
    REQUIRE(message);
    CHECK(message->data.find("\"count\":0") != std::string::npos);
    CHECK(seen.take(message->data).empty());
    CHECK(message->id == std::to_string(seen.size() - 1));
  }
}

TEST_CASE("a feed of lines is one batch a line") {
  ServedFeed served;
  FeedClient client{served.server.port(), served.token, "", "", "application/x-ndjson"};
  CHECK(client.head().header("Content-Type") == "application/x-ndjson");
  served.stack.services().followers.drain();
  const std::string text = client.whole();
  CHECK(client.ended());
  for (const std::string_view line : lines_in(text)) {
    INFO(line);
    CHECK((line.empty() || parse_json(line)));
  }
  CHECK(text.find("{\"end\":{\"reason\":\"stopping\"") != std::string::npos);
}

TEST_CASE("a token that is no good any more ends the stream") {
  ServedFeed served;
  const auto expiring = served.consumer("?from=now");
  REQUIRE(expiring->next());
  served.stack.clock().advance(2 * kTokenLifeSeconds * 1'000'000);
  const auto end = expiring->next([](const FeedMessage& one) { return one.event == "end"; });
  REQUIRE(end);
  CHECK(end->data.find("invalid_token") != std::string::npos);
  CHECK_FALSE(expiring->next());
  CHECK(expiring->ended());
}

TEST_CASE("a client that is removed sees nothing of what comes then") {
  ServedFeed served;
  const auto muster = [&](Method method, const std::string& path, const std::string& body = "") {
    Call call{method, "/api/muster/default" + path, body};
    call.headers = {{"Authorization", "Bearer " + served.stack.token("admin")},
                    {"Content-Type", "application/json"}};
    return served.stack.send(call);
  };
  const Response made =
      muster(Method::kPost,
             "/clients",
             R"({"id":"reviewer","workspace_id":"admin","roles":[{"role":"personal_auditor"}]})");
  Offices::must(201, made);
  const auto issued = served.stack.services().tokens.issue(
      {"issuer", "default", "admin", "reviewer", member_of(made, "client_secret"), {}});
  REQUIRE(issued);
  FeedClient client{served.server.port(), issued->token, "?from=now"};
  REQUIRE(client.next(has_data));  // the trace of its own reading
  Offices::must(204, muster(Method::kDelete, "/clients/reviewer"));
  served.make_user("ada");
  bool ended = false;
  while (const auto message = client.next()) {
    CHECK(message->data.find("user.created") == std::string::npos);
    ended = ended || message->event == "end";
  }
  CHECK(ended);
}

TEST_CASE("a consumer that sees the traces of its reading leaves none by that") {
  ServedFeed served;
  auto& recorder = served.stack.services().read_recorder;
  const auto client = served.consumer();
  SeenTree seen;
  const auto catch_up = [&] {
    while (seen.size() < served.size()) {
      const auto message = client->next(has_data);
      REQUIRE(message);
      REQUIRE(seen.take(message->data).empty());
    }
  };
  catch_up();
  served.make_user("ada");
  catch_up();
  recorder.write_all();  // that it was shown the user
  const std::uint64_t size = served.size();
  for (int i = 0; i < 3; ++i) {
    catch_up();
    recorder.write_all();
    CHECK(served.size() == size);
  }
}

TEST_CASE("more consumers than the server takes are told to come back") {
  ServedFeed served{2};
  auto first = served.consumer();
  const auto second = served.consumer();
  REQUIRE(first->head().status == 200);
  REQUIRE(second->head().status == 200);
  const auto third = served.consumer();
  CHECK(third->head().status == 503);
  CHECK(third->head().header("Retry-After") == "1");
  CHECK(third->head().body.find("too_many_followers") != std::string::npos);
  // Its place is free when it goes, long before anything is sent to it.
  first.reset();
  CHECK(soon([&] { return served.stack.services().followers.places() == 1; }));
  CHECK(served.consumer()->head().status == 200);
}

TEST_CASE("a consumer that does not read is let go, and the others go on") {
  HttpBounds bounds;
  bounds.write = std::chrono::milliseconds{300};
  ServedFeed served{16, bounds};
  const std::string token = served.token;
  FeedClient slow{served.server.port(), token, "?open=true", "", "text/event-stream", 4096};
  const auto quick = served.consumer();
  SeenTree seen;
  // More than the buffers of both sockets hold.
  const std::string long_value(60'000, 'x');
  bool let_go = false;
  for (int i = 0; i < 2'000 && !let_go; ++i) {
    served.stack.make_user(
        "people",
        "u" + std::to_string(i),
        R"(,"payload":{"given_name":"A","family_name":"B","name":")" + long_value + "\"}");
    while (seen.size() < served.size()) {
      const auto message = quick->next(has_data);
      REQUIRE(message);
      REQUIRE(seen.take(message->data).empty());
    }
    let_go = served.stack.services().followers.places() == 1;
  }
  CHECK(let_go);
  served.make_user("after");
  CHECK(quick->next(has_data));
}

TEST_CASE("when the server ends, consumers are told where to go on") {
  ServedFeed served;
  const auto client = served.consumer("?type=nothing");
  REQUIRE(client->next(has_data));
  served.stack.services().followers.drain();
  const auto end = client->next([](const FeedMessage& one) { return one.event == "end"; });
  REQUIRE(end);
  CHECK(end->retry == "2000");
  const auto document = parse_json(end->data);
  CHECK(document->root().find("reason")->as_string() == "stopping");
  CHECK(document->root().find("next")->as_uint() > 0);
  CHECK_FALSE(client->next());
  CHECK(client->ended());
}

TEST_CASE("a thousand consumers are held, and one reading of the log serves them all") {
  constexpr std::size_t kConsumers = 1000;
  ServedFeed served{kConsumers};
  std::vector<std::unique_ptr<FeedClient>> clients;
  for (std::size_t i = 0; i < kConsumers; ++i) {
    clients.push_back(
        served.consumer(i % 2 == 0 ? "?type=user&from=now" : "?type=nothing&from=now"));
    REQUIRE(clients.back()->head().status == 200);
  }
  REQUIRE(soon([&] { return served.stack.services().followers.places() == kConsumers; }));
  const std::uint64_t reads = served.stack.services().followers.stretches_read();
  served.make_user("ada");
  for (std::size_t i = 0; i < kConsumers; i += 2) {
    const auto message = clients[i]->next(
        [](const FeedMessage& one) { return one.data.find("user.created") != std::string::npos; });
    REQUIRE(message);
  }
  CHECK(served.stack.services().followers.stretches_read() - reads < 50);
  clients.clear();
  CHECK(soon([&] { return served.stack.services().followers.places() == 0; }));
}

}  // namespace
}  // namespace muster::test
