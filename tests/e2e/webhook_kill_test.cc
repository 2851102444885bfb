/// Webhooks, with the server and the receiver both killed at random.
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/webhooks/receiver.h"
#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

constexpr const char* kHooks = "/api/muster/default/webhooks";

/// As many as ctest has time for; tests/accept/kill_feed asks for a thousand.
int rounds() {
  const char* text = std::getenv("MUSTER_FEED_ROUNDS");
  return text == nullptr ? 50 : std::atoi(text);
}

/// Creates users until the server is gone.
void write(std::uint16_t port, const std::string& token, const std::string& prefix) {
  try {
    Connection connection{port, token};
    for (int i = 0; connection.call(create_user(prefix + std::to_string(i))).status == 201; ++i) {
    }
  } catch (const std::runtime_error&) {
    return;  // it was gone before the connection was there
  }
}

/// What a receiver keeps: who has an id already does nothing.
struct Kept {
  std::map<std::string, std::uint64_t> positions;  // by webhook-id
  std::vector<std::uint64_t> order;                // of those that were new
  std::uint64_t again = 0;

  void keep(const std::vector<Delivery>& deliveries) {
    for (const Delivery& one : deliveries) {
      const auto [place, fresh] = positions.emplace(one.id, one.position());
      REQUIRE(place->second == one.position());
      if (fresh) order.push_back(one.position());
      again += fresh ? 0 : 1;
    }
  }
};

TEST_CASE("a killed server delivers every event to a killed receiver, in order", "[e2e]") {
  ServedDirectory served;
  const std::vector<std::string> flags{"--webhooks-allow-private", "true"};
  auto receiver = std::make_unique<Receiver>();
  const std::uint16_t port = receiver->port();
  served.start(flags);
  served.create_pool("people");
  const RawAnswer made = served.call(
      {"POST", kHooks, R"({"id":"hook","url":")" + receiver->url() + "\"}", ""}, "admin");
  REQUIRE(made.status == 201);
  const std::uint64_t since = number(made.body, "since");
  std::mt19937 random{11};
  Kept kept;
  const int count = rounds();
  for (int round = 0; round < count; ++round) {
    const std::string token = served.token("system");
    std::thread writer{[&] {
      write(served.port(), token, "r" + std::to_string(round) + "n");
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20 + random() % 200});
    if (random() % 3 == 0) {
      receiver->stop();
      kept.keep(receiver->taken());
      receiver = std::make_unique<Receiver>(port);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 100});
    served.kill();
    writer.join();
    served.start(flags);
  }
  const auto deliveries = [&] {
    return served.call({"GET", std::string{kHooks} + "/hook/deliveries", "", ""}, "admin");
  };
  for (int i = 0; i < 600 && number(deliveries().body, "lag") != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  const RawAnswer status = deliveries();
  INFO(status.body);
  REQUIRE(number(status.body, "lag") == 0);
  kept.keep(receiver->taken());
  const std::uint64_t size = number(status.body, "next");
  REQUIRE(kept.order.size() == size - since - 1);
  for (std::size_t i = 0; i < kept.order.size(); ++i) {
    REQUIRE(kept.order[i] == since + 1 + i);
  }
  CHECK(served.stop() == 0);
  WARN(count << " rounds: " << kept.order.size() << " events, " << kept.again
             << " of them delivered again");
}

TEST_CASE("a rebuild delivers nothing again", "[e2e]") {
  ServedDirectory served;
  const std::vector<std::string> flags{"--webhooks-allow-private", "true"};
  Receiver receiver;
  served.start(flags);
  served.create_pool("people");
  REQUIRE(
      served.call({"POST", kHooks, R"({"id":"hook","url":")" + receiver.url() + "\"}", ""}, "admin")
          .status == 201);
  const auto wait_for = [&](std::size_t count) {
    for (int i = 0; i < 100 && receiver.attempts() < count; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return receiver.attempts();
  };
  for (int i = 0; i < 3; ++i) {
    REQUIRE(served.call(create_user("before" + std::to_string(i))).status == 201);
  }
  REQUIRE(wait_for(3) == 3);
  REQUIRE(served.stop() == 0);
  for (const std::string verb : {"verify", "rebuild", "verify"}) {
    std::string output;
    const int status = run({MUSTER_REPLAY_PROGRAM, verb, "--data", served.data().string()},
                           served.scratch() / "replayed",
                           &output);
    INFO(verb << ": " << output);
    REQUIRE(status == 0);
  }
  served.start(flags);
  REQUIRE(served.call(create_user("after")).status == 201);
  CHECK(wait_for(4) == 4);
  CHECK(receiver.taken().back().body.find("user.created") != std::string::npos);
  CHECK(served.stop() == 0);
}

}  // namespace
}  // namespace muster::test
