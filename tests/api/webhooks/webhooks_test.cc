#include "api/webhooks/webhooks.h"

#include <fstream>
#include <set>

#include "api/webhooks/signature.h"
#include "tests/api/administration/offices.h"
#include "tests/api/webhooks/receiver.h"

namespace muster::test {
namespace {

StackOptions stack_options() {
  StackOptions options;
  options.webhooks.allow_private = true;
  options.webhooks.timeout = std::chrono::milliseconds{500};
  options.webhooks.retry_first = std::chrono::milliseconds{20};
  options.webhooks.retry_max = std::chrono::milliseconds{40};
  options.webhooks.attempts_max = 3;
  return options;
}

template <class Condition>
bool soon(const Condition& holds) {
  for (int i = 0; i < 1000 && !holds(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return holds();
}

struct Office {
  explicit Office(StackOptions options = stack_options()) : stack{std::move(options)} {
    stack.make_pool("people");
  }

  Response muster(Method method, const std::string& path, const std::string& body = "") {
    Call call{method, "/api/muster/default/webhooks" + path, body};
    call.headers.emplace_back("Authorization", "Bearer " + stack.token("admin"));
    if (!body.empty()) call.headers.emplace_back("Content-Type", "application/json");
    return stack.send(call);
  }

  /// Its secret.
  std::string make(const std::string& id, const std::string& url, const std::string& types = "") {
    const Response made = muster(Method::kPost,
                                 "",
                                 R"({"id":")" + id + R"(","url":")" + url + "\"" +
                                     (types.empty() ? "" : ",\"types\":" + types) + "}");
    Offices::must(201, made);
    return member_of(made, "secret");
  }

  Response deliveries(const std::string& id) {
    return muster(Method::kGet, "/" + id + "/deliveries");
  }

  bool caught_up(const std::string& id) {
    return soon([&] { return at(deliveries(id), "/lag") == "0"; });
  }

  Stack stack;
};

std::vector<std::uint64_t> positions(const std::vector<Delivery>& deliveries) {
  std::vector<std::uint64_t> all;
  for (const Delivery& one : deliveries)
    all.push_back(one.position());
  return all;
}

TEST_CASE("a webhook gets what comes from now on, in order, once, and signed") {
  Office office;
  Receiver receiver;
  const std::string secret = office.make("hook", receiver.url());
  const std::uint64_t since = std::stoull(at(office.muster(Method::kGet, "/hook"), "/since"));
  for (int i = 0; i < 20; ++i) {
    office.stack.make_user("people", "user" + std::to_string(i));
  }
  REQUIRE(soon([&] { return receiver.taken().size() >= 20; }));
  REQUIRE(office.caught_up("hook"));
  const auto taken = receiver.taken();
  std::set<std::string> ids;
  std::uint64_t next = since + 1;
  for (const Delivery& one : taken) {
    CHECK(one.position() == next++);
    CHECK(ids.insert(one.id).second);
    CHECK(one.signature == *webhook_signature(secret, one.id, std::stoll(one.timestamp), one.body));
    const auto body = parse_json(one.body);
    CHECK(body->root().find("type")->as_string() == "user.created");
    CHECK(body->root().find("data")->find("hidden"));
    CHECK_FALSE(body->root().find("data")->find("personal"));
  }
  CHECK(next == office.stack.services().published.now()->size_of(LogId{1}));
}

TEST_CASE("a webhook gets only the types that it asked for, and others when it is replaced") {
  Office office;
  Receiver receiver;
  office.make("hook", receiver.url(), R"(["pool","user.deleted"])");
  office.stack.make_user("people", "ada");
  office.stack.make_pool("more");
  Offices::must(204, office.stack.admin(Method::kDelete, "/pools/people/users/ada"));
  REQUIRE(office.caught_up("hook"));
  REQUIRE(receiver.taken().size() == 2);
  CHECK(receiver.taken()[0].body.find("\"type\":\"pool.created\"") != std::string::npos);
  CHECK(receiver.taken()[1].body.find("\"type\":\"user.deleted\"") != std::string::npos);
  Offices::must(200,
                office.muster(Method::kPut,
                              "/hook",
                              R"({"url":")" + receiver.url() + R"(","types":["user.created"]})"));
  office.stack.make_user("people", "bob");  // at once: what was asked for is not passed over
  CHECK(soon([&] { return receiver.taken().size() == 3; }));
}

TEST_CASE("what is not taken is tried again, put aside, and delivered when asked for") {
  Office office;
  Receiver receiver;
  receiver.status = 500;
  office.make("hook", receiver.url(), R"(["user.created"])");
  office.stack.make_user("people", "ada");
  const auto put_aside = [&](const std::string& count) {
    return soon([&] {
      const Response status = office.deliveries("hook");
      return at(status, "/dead_letters/0/attempts") == "3" && at(status, "/lag") == count;
    });
  };
  REQUIRE(put_aside("0"));
  CHECK(receiver.attempts() == 3);
  CHECK(at(office.deliveries("hook"), "/dead_letters/0/error") == "\"status 500\"");
  receiver.status = 200;
  office.stack.make_user("people", "bob");
  REQUIRE(soon([&] { return receiver.taken().size() == 1; }));  // bob is not held up
  const Response again = office.muster(Method::kPost, "/hook/redelivery");
  CHECK(again.status == 202);
  CHECK(at(again, "/redelivers") == "1");
  REQUIRE(soon([&] { return receiver.taken().size() == 2; }));
  CHECK(receiver.taken()[1].position() < receiver.taken()[0].position());
  CHECK(soon([&] { return at(office.deliveries("hook"), "/dead_letters") == "[]"; }));
}

TEST_CASE("attempts are a growing time apart, by the clock that the server has") {
  StackOptions options = stack_options();
  options.webhooks.retry_first = std::chrono::hours{1};
  options.webhooks.retry_max = std::chrono::hours{2};
  Office office{options};
  Receiver receiver;
  receiver.status = 503;
  office.make("hook", receiver.url(), R"(["user.created"])");
  office.stack.make_user("people", "ada");
  REQUIRE(soon([&] { return receiver.attempts() == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  CHECK(receiver.attempts() == 1);
  office.stack.clock().advance(3'600'000'000);
  REQUIRE(soon([&] { return receiver.attempts() == 2; }));
  office.stack.clock().advance(1'700'000'000);  // less than half of two hours
  std::this_thread::sleep_for(std::chrono::milliseconds{200});
  CHECK(receiver.attempts() == 2);
}

TEST_CASE("a receiver that hangs holds up no other, and no write") {
  Office office;
  Receiver slow;
  Receiver quick;
  slow.status = 0;
  office.make("slow", slow.url());
  office.make("quick", quick.url());
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) {
    office.stack.make_user("people", "user" + std::to_string(i));
  }
  REQUIRE(soon([&] { return quick.taken().size() >= 10; }));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{2});
  CHECK(slow.taken().empty());
}

TEST_CASE("after a restart a webhook goes on where it was") {
  Office office;
  Receiver receiver;
  office.make("hook", receiver.url(), R"(["user.created"])");
  office.stack.make_user("people", "ada");
  REQUIRE(soon([&] { return receiver.taken().size() == 1; }));
  REQUIRE(office.caught_up("hook"));
  office.stack.restart();
  office.stack.make_user("people", "bob");
  REQUIRE(soon([&] { return receiver.taken().size() == 2; }));
  CHECK(positions(receiver.taken())[0] < positions(receiver.taken())[1]);
}

TEST_CASE("a damaged bookmark stops its webhook, and nothing is skipped") {
  Office office;
  Receiver receiver;
  office.make("hook", receiver.url(), R"(["user.created"])");
  office.stack.make_user("people", "ada");
  REQUIRE(office.caught_up("hook"));
  REQUIRE(soon([&] { return receiver.taken().size() == 1; }));
  const auto folder = office.stack.data() / "webhooks";
  office.stack.restart([&] {
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
      std::ofstream{entry.path(), std::ios::app} << "x";
    }
  });
  office.stack.make_user("people", "bob");
  REQUIRE(soon([&] {
    return at(office.deliveries("hook"), "/stopped").find("bookmark_damaged") != std::string::npos;
  }));
  CHECK(receiver.taken().size() == 1);
  CHECK(at(office.muster(Method::kPost, "/hook/redelivery"), "/code") == "\"webhook_stopped\"");
  office.stack.restart([&] { std::filesystem::remove_all(folder); });
  // From the beginning of the webhook: again, but not less.
  CHECK(soon([&] { return receiver.taken().size() == 3; }));
}

TEST_CASE("nothing is delivered to a webhook that is gone") {
  Office office;
  Receiver receiver;
  office.make("hook", receiver.url());
  office.stack.make_user("people", "ada");
  REQUIRE(soon([&] { return receiver.taken().size() == 1; }));
  Offices::must(204, office.muster(Method::kDelete, "/hook"));
  CHECK(office.muster(Method::kGet, "/hook").status == 404);
  const auto folder = office.stack.data() / "webhooks";
  REQUIRE(soon([&] { return std::filesystem::is_empty(folder); }));
  const std::size_t before = receiver.attempts();
  office.stack.make_user("people", "bob");
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  CHECK(receiver.attempts() == before);
}

TEST_CASE("the secret of a webhook is told once and shown to nobody") {
  Office office;
  Receiver receiver;
  const std::string secret = office.make("hook", receiver.url());
  CHECK(secret.starts_with("whsec_"));
  Call call{Method::kGet, "/audit/default/events?type=webhook"};
  call.headers.emplace_back("Authorization", "Bearer " + office.stack.token("admin"));
  for (const Response& shown : {office.muster(Method::kGet, "/hook"),
                                office.muster(Method::kGet, ""),
                                office.stack.send(call)}) {
    CHECK(shown.status == 200);
    CHECK(shown.bytes().find(secret.substr(6)) == std::string_view::npos);
  }
  CHECK(at(office.stack.send(call), "/events/0/hidden/0/why") == "\"secret\"");
  const Response own = office.muster(
      Method::kPost,
      "",
      R"({"url":"https://example.com/","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})");
  CHECK(own.status == 201);
  CHECK(at(own, "/secret") == "absent");
}

TEST_CASE("a redirect is a failure, and is not followed") {
  Office office;
  Receiver receiver;
  receiver.status = 307;
  office.make("hook", receiver.url(), R"(["user.created"])");
  office.stack.make_user("people", "ada");
  REQUIRE(soon(
      [&] { return at(office.deliveries("hook"), "/dead_letters/0/error") == "\"status 307\""; }));
  CHECK(receiver.led_away() == 0);
}

TEST_CASE("addresses of this machine are no targets unless the operator says so") {
  StackOptions options = stack_options();
  options.webhooks.allow_private = false;
  Office office{options};
  Receiver receiver;
  const auto refused = [&](const std::string& url) {
    return office.muster(Method::kPost, "", R"({"url":")" + url + "\"}");
  };
  CHECK(refused(receiver.url()).status == 422);
  for (const std::string url : {"ftp://x/",
                                "https://",
                                "https://user@host/",
                                "https://host/#part",
                                "https://host/a b",
                                "x"}) {
    INFO(url);
    CHECK(at(refused(url), "/faults/0/pointer") == "\"/url\"");
  }
  std::string url = receiver.url();
  url.insert(4, "s");
  office.make("hook", url, R"(["user.created"])");
  office.stack.make_user("people", "ada");
  REQUIRE(soon([&] {
    return at(office.deliveries("hook"), "/dead_letters/0/error").find("address_refused") !=
           std::string::npos;
  }));
  CHECK(receiver.attempts() == 0);
}

TEST_CASE("webhooks are for who may see all of a tenant, and are few") {
  Office office;
  Offices offices;
  const std::string some = offices.token_with(R"([{"role":"personal_auditor"}])");
  CHECK(offices.with(some, Method::kGet, "/api/muster/default/webhooks").status == 403);
  for (int i = 0; i < 16; ++i) {
    office.make("hook" + std::to_string(i), "https://example.com/", R"(["tenant"])");
  }
  const Response more = office.muster(Method::kPost, "", R"({"url":"https://example.com/"})");
  CHECK(more.status == 409);
  CHECK(at(more, "/code") == "\"too_many_webhooks\"");
}

}  // namespace
}  // namespace muster::test
