#include <atomic>
#include <latch>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

Call keyed(Stack& at, std::string_view path, std::string body, std::string key) {
  Call call = at.call(ApiFamily::kSystem, Method::kPost, path, std::move(body));
  call.headers.emplace_back("Idempotency-Key", std::move(key));
  return call;
}

/// The answers to the same call sent by so many threads at once.
std::vector<Response> send_at_once(Stack& at, const Call& call, std::ptrdiff_t threads) {
  std::latch begin{threads};
  std::mutex mutex;
  std::vector<Response> answers;
  std::vector<std::thread> senders;
  for (std::ptrdiff_t i = 0; i < threads; ++i) {
    senders.emplace_back([&] {
      begin.arrive_and_wait();
      Response answer = at.send(call);
      const std::lock_guard lock{mutex};
      answers.push_back(std::move(answer));
    });
  }
  for (std::thread& sender : senders) {
    sender.join();
  }
  return answers;
}

bool is_replayed(const Response& response) {
  return response.header("X-Idempotent-Replayed") == "true";
}

}  // namespace

TEST_CASE("the same request sent many times at once is done once") {
  stack().make_pool("atonce");
  int round = 0;
  for (const std::ptrdiff_t threads : {2, 2, 2, 2, 2, 2, 2, 2, 16, 32}) {
    const std::string key = std::string(32, 'k') + std::to_string(++round);
    const auto answers = send_at_once(
        stack(), keyed(stack(), "/pools/atonce/users", R"({"status":"new"})", key), threads);
    REQUIRE(answers.size() == static_cast<std::size_t>(threads));
    std::ptrdiff_t replayed = 0;
    for (const Response& answer : answers) {
      INFO(answer.bytes());
      CHECK(answer.status == 201);
      CHECK(answer.bytes() == answers.front().bytes());
      CHECK(answer.header("ETag") == answers.front().header("ETag"));
      replayed += is_replayed(answer) ? 1 : 0;
    }
    CHECK(replayed == threads - 1);
  }
  CHECK(at(stack().system(Method::kGet, "/pools/atonce"), "/number_of_users") ==
        std::to_string(round));
}

TEST_CASE("refusals and passwords that are hashed first wait for the first one too") {
  stack().make_pool("hashed", R"(,"password_settings":{"hashing_method":"sha"})");
  const std::string body =
      R"({"status":"new","credentials":[{"type":"password","password":"correct horse"}]})";
  for (const auto& [path, status] :
       {std::pair{"/pools/hashed/users", 201}, std::pair{"/pools/nowhere/users", 404}}) {
    const auto answers =
        send_at_once(stack(), keyed(stack(), path, body, std::string(40, 'h')), 12);
    int replayed = 0;
    for (const Response& answer : answers) {
      INFO(answer.bytes());
      CHECK(answer.status == status);
      replayed += is_replayed(answer) ? 1 : 0;
    }
    CHECK(replayed == 11);
  }
}

TEST_CASE("an idempotency key is known after a restart") {
  Stack own;
  own.make_pool("p");
  const Call create = keyed(own, "/pools/p/users", R"({"status":"new"})", std::string(32, 'r'));
  const Call refused = keyed(own, "/pools/q/users", R"({"status":"new"})", std::string(32, 's'));
  const Response first = own.send(create);
  REQUIRE(first.status == 201);
  REQUIRE(own.send(refused).status == 404);
  own.restart();
  const Response again = own.send(create);
  CHECK(again.status == 201);
  CHECK(is_replayed(again));
  CHECK(again.bytes() == first.bytes());
  CHECK(again.header("Muster-Position") == first.header("Muster-Position"));
  own.make_pool("q");
  const Response refused_again = own.send(refused);
  CHECK(refused_again.status == 404);
  CHECK(is_replayed(refused_again));
  Call other = create;
  other.body = R"({"status":"active"})";
  const Response misused = own.send(other);
  CHECK(misused.status == 422);
  CHECK(at(misused, "/error_code") == "\"idempotency_key_reused\"");
  CHECK(at(own.system(Method::kGet, "/pools/p"), "/number_of_users") == "1");
}

TEST_CASE("a rate limit is not remembered under the key") {
  Stack limited{{.rate_limits = {{}, {1, 1}, {}}}};
  limited.make_pool("p");
  const Call create = keyed(limited, "/pools/p/users", R"({"status":"new"})", std::string(32, 't'));
  Response answer = limited.send(create);
  CHECK(answer.status == 429);
  limited.clock().advance(2'000'000);
  answer = limited.send(create);
  CHECK(answer.status == 201);
  CHECK_FALSE(is_replayed(answer));
}

// N-05
TEST_CASE("a bad idempotency key is refused by every POST, also by those that change nothing") {
  stack().make_pool("keyed");
  const std::string accents = std::string(31, 'k') + "\xC3\xA9";
  for (const auto& [path, body] :
       {std::pair{"/pools/keyed/users", R"({"status":"new"})"},
        std::pair{"/pools/keyed/users/by_key", R"({"identifier":"x"})"},
        std::pair{"/pools/keyed/user/password/verify", R"({"identifier":"x","password":"x"})"},
        std::pair{"/pools/keyed/user/password/v2/verify",
                  R"({"identifier":"x","password":"x"})"}}) {
    for (const std::string& key : {std::string{"short"}, std::string{}, accents}) {
      const Response refused = stack().send(keyed(stack(), path, body, key));
      INFO(path << ' ' << key << ' ' << refused.bytes());
      CHECK(refused.status == 400);
      CHECK(at(refused, "/error_code") == "\"invalid_idempotency_key\"");
    }
  }
  CHECK(at(stack().system(Method::kGet, "/pools/keyed"), "/number_of_users") == "0");
}

}  // namespace muster::test
