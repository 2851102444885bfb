/// Consumers of the feed and the server under them, both killed at random.
#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "tests/api/audit/feed_client.h"
#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

/// As many as ctest has time for; tests/accept/kill_feed asks for a thousand.
int rounds() {
  const char* text = std::getenv("MUSTER_FEED_ROUNDS");
  return text == nullptr ? 50 : std::atoi(text);
}

/// What survives a consumer: what it has delivered, and the id that it kept after that.
struct Kept {
  std::map<std::uint64_t, std::string> leaves;  // by position
  std::string last_id;
  std::uint64_t again = 0;     // events that came more than once
  std::uint64_t sessions = 0;  // that brought anything
};

/// Delivers a batch, event by event; false when it dies on the way, with what it had delivered.
bool deliver(const FeedMessage& message, Kept& kept, std::mt19937& random) {
  const auto document = parse_json(message.data);
  REQUIRE(document);
  for (const JsonValue event : document->root().find("events")->elements()) {
    const std::uint64_t position = event.find("position")->as_uint();
    const std::string leaf{event.find("leaf")->as_string()};
    const auto [place, fresh] = kept.leaves.emplace(position, leaf);
    REQUIRE(place->second == leaf);
    kept.again += fresh ? 0 : 1;
    if (random() % 400 == 0) return false;
  }
  if (random() % 20 == 0) return false;  // between delivering and keeping the id
  kept.last_id = message.id;
  return true;
}

/// One life of a consumer.
void consume(std::uint16_t port, const std::string& token, Kept& kept, std::mt19937& random) {
  FeedClient client{port, token, "", kept.last_id};
  if (client.head().status != 200) return;
  ++kept.sessions;
  while (const auto message = client.next()) {
    if (message->event.empty() && !message->data.empty() && !deliver(*message, kept, random)) {
      return;
    }
  }
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

/// Follows to the end of the log as it is, and proves that nothing is missing.
void check_all_delivered(ServedDirectory& served, Kept& kept) {
  std::mt19937 calm{1};
  const std::string token = served.token("admin");
  const RawAnswer checkpoint = served.call({"GET", "/log/default/checkpoint", "", ""}, "admin");
  REQUIRE(checkpoint.status == 200);
  const auto lines = lines_in(checkpoint.body);
  const std::uint64_t size = std::stoull(std::string{lines[1]});
  while (kept.leaves.size() < size || kept.leaves.rbegin()->first + 1 < size) {
    FeedClient client{served.port(), token, "", kept.last_id};
    const auto message = client.next([](const FeedMessage& one) { return !one.data.empty(); });
    REQUIRE(message);
    deliver(*message, kept, calm);
  }
  SeenTree tree;
  for (const auto& [position, leaf] : kept.leaves) {
    if (position == size) break;
    REQUIRE(position == tree.size());
    Digest digest{};
    std::ranges::copy(*from_base64(leaf), digest.begin());
    tree.append(digest, 0);
  }
  CHECK(to_base64(as_view(tree.root())) == lines[2]);
}

TEST_CASE("a killed consumer of a killed server has every event of the log", "[e2e]") {
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  std::mt19937 random{7};
  Kept kept;
  const int count = rounds();
  for (int round = 0; round < count; ++round) {
    const std::string admin = served.token("admin");
    const std::string system = served.token("system");
    std::atomic<bool> killed{false};
    std::thread consumer{[&] {
      std::mt19937 own{static_cast<unsigned>(round)};
      while (!killed) {
        try {
          consume(served.port(), admin, kept, own);
        } catch (const std::runtime_error&) {
          continue;  // the server is gone
        }
      }
    }};
    std::thread writer{[&] {
      write(served.port(), system, "r" + std::to_string(round) + "n");
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{20 + random() % 150});
    served.kill();
    killed = true;
    consumer.join();
    writer.join();
    served.start();
    if (round % 10 == 9) check_all_delivered(served, kept);
  }
  check_all_delivered(served, kept);
  CHECK(served.stop() == 0);
  WARN(count << " rounds: " << kept.leaves.size() << " events, " << kept.again
             << " of them delivered again, in " << kept.sessions << " sessions");
  CHECK(kept.again > 0);
}

TEST_CASE("a server that is asked to end tells those who follow, and does not wait", "[e2e]") {
  ServedDirectory served;
  served.start();
  FeedClient client{served.port(), served.token("admin"), "?from=now"};
  REQUIRE(client.next());
  const auto begin = std::chrono::steady_clock::now();
  CHECK(served.stop() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{5});
  const auto end = client.next([](const FeedMessage& one) { return one.event == "end"; });
  REQUIRE(end);
  CHECK(end->data.find("\"stopping\"") != std::string::npos);
  CHECK_FALSE(client.next());
  CHECK(client.ended());
}

}  // namespace
}  // namespace muster::test
