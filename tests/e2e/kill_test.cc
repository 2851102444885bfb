/// A server that is killed under load, again and again.
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

constexpr int kRounds = 20;
constexpr int kWriters = 4;

struct Sent {
  std::string name;
  std::string key;
  std::string id;        // empty: never answered
  std::string position;  // as answered
};

std::string key_of(const std::string& name) {
  return name + "-a-key-of-at-least-32-characters";
}

/// Creates users one after the other until the server goes away, or `most` are made. Everything
/// answered must be 201; anything else goes into `strange`.
class Writer {
 public:
  Writer(std::uint16_t port, const std::string& token, std::string prefix)
      : connection_{port, token}, prefix_{std::move(prefix)} {}

  void run(const std::atomic<bool>& stopping) {
    for (int number = 0; !stopping; ++number) {
      const std::string name = prefix_ + std::to_string(number);
      sent.push_back({name, key_of(name), "", ""});
      const RawAnswer answer = connection_.call(create_user(name, key_of(name)));
      if (answer.status == 0) {
        return;
      }
      if (answer.status != 201) {
        strange = answer.status_line + " " + answer.body;
        return;
      }
      sent.back().id = member(answer.body, "id");
      sent.back().position = answer.header("Muster-Position");
      if (answer.header("Connection") == "close") {
        return;
      }
    }
  }

  std::vector<Sent> sent;
  std::string strange;

 private:
  Connection connection_;
  std::string prefix_;
};

/// Load from several connections until `end` has happened to the server.
template <class End>
std::vector<Sent> load_until(ServedDirectory& served, const std::string& prefix, End end) {
  const std::string token = served.token("system");
  std::vector<std::unique_ptr<Writer>> writers;
  writers.reserve(kWriters);
  for (int number = 0; number < kWriters; ++number) {
    writers.push_back(std::make_unique<Writer>(
        served.port(), token, prefix + "w" + std::to_string(number) + "n"));
  }
  std::atomic<bool> stopping{false};
  std::vector<std::thread> threads;
  threads.reserve(kWriters);
  for (const auto& writer : writers) {
    threads.emplace_back([&stopping, writer = writer.get()] { writer->run(stopping); });
  }
  end();
  stopping = true;
  std::vector<Sent> sent;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i].join();
    CHECK(writers[i]->strange == "");
    sent.insert(sent.end(), writers[i]->sent.begin(), writers[i]->sent.end());
  }
  return sent;
}

void check_answered_are_there(ServedDirectory& served, const std::vector<Sent>& sent) {
  Connection connection = served.connect();
  for (const Sent& one : sent) {
    if (!one.id.empty()) {
      const RawAnswer answer = connection.call({"GET", std::string{kUsers} + "/" + one.id, "", ""});
      INFO(one.name);
      REQUIRE(answer.status == 200);
      REQUIRE(answer.body.find("\"" + one.name + "\"") != std::string::npos);
    }
  }
}

/// Sends everything again that was never answered, and one that was.
void send_again(ServedDirectory& served, std::vector<Sent>& sent) {
  Connection connection = served.connect();
  bool replayed = false;
  for (Sent& one : sent) {
    const bool answered = !one.id.empty();
    if (answered && replayed) {
      continue;
    }
    const RawAnswer answer = connection.call(create_user(one.name, one.key));
    INFO(one.name << ": " << answer.body);
    REQUIRE(answer.status == 201);
    if (answered) {
      replayed = true;
      CHECK(answer.header("X-Idempotent-Replayed") == "true");
      CHECK(member(answer.body, "id") == one.id);
      CHECK(answer.header("Muster-Position") == one.position);
    }
    one.id = member(answer.body, "id");
    one.position = answer.header("Muster-Position");
  }
}

std::uint64_t users_in_pool(ServedDirectory& served) {
  const RawAnswer pool =
      served.call({"GET", "/api/identity/default/admin/pools/people", "", ""}, "admin");
  REQUIRE(pool.status == 200);
  return number(pool.body, "number_of_users");
}

void verify(ServedDirectory& served) {
  std::string output;
  const int status = run({MUSTER_REPLAY_PROGRAM, "verify", "--data", served.data().string()},
                         served.scratch() / "verify",
                         &output);
  INFO(output);
  CHECK(status == 0);
}

TEST_CASE("a server killed under load has everything it had answered, exactly once", "[e2e]") {
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  std::mt19937 random{20};
  std::vector<Sent> all;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Sent> sent = load_until(served, "r" + std::to_string(round), [&] {
      std::this_thread::sleep_for(std::chrono::milliseconds{random() % 200});
      served.kill();
    });
    served.start();
    check_answered_are_there(served, sent);
    send_again(served, sent);
    all.insert(all.end(), sent.begin(), sent.end());
  }
  std::set<std::string> ids;
  std::set<std::uint64_t> positions;
  for (const Sent& one : all) {
    ids.insert(one.id);
    positions.insert(std::stoull(one.position.substr(one.position.find('.') + 1)));
  }
  CHECK(ids.size() == all.size());
  CHECK(users_in_pool(served) == all.size());
  // One event each, nothing else was written: positions without a gap.
  REQUIRE(positions.size() == all.size());
  CHECK(*positions.rbegin() - *positions.begin() + 1 == all.size());
  CHECK(served.stop() == 0);
  verify(served);
}

TEST_CASE("a server that is asked to end answers what it has taken, and ends well", "[e2e]") {
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  for (int round = 0; round < 3; ++round) {
    int status = -1;
    std::vector<Sent> sent = load_until(served, "s" + std::to_string(round), [&] {
      std::this_thread::sleep_for(std::chrono::milliseconds{150});
      status = served.stop();
    });
    CHECK(status == 0);
    CHECK(sent.size() > kWriters);
    served.start();
    check_answered_are_there(served, sent);
    send_again(served, sent);
  }
  CHECK(served.stop() == 0);
  verify(served);
}

TEST_CASE("of a thousand who want one address at once, one gets it", "[e2e]") {
  constexpr int kConnections = 100;
  constexpr int kEach = 10;
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  const std::string token = served.token("system");
  std::vector<std::unique_ptr<Connection>> connections;
  connections.reserve(kConnections);
  for (int i = 0; i < kConnections; ++i) {
    connections.push_back(std::make_unique<Connection>(served.port(), token));
  }
  for (const auto& connection : connections) {
    std::string requests;
    for (int i = 0; i < kEach; ++i) {
      requests += connection->text(create_user("ada"));
    }
    connection->raw().send(requests);
  }
  std::map<int, int> statuses;
  std::map<std::string, int> rules;
  for (const auto& connection : connections) {
    for (int i = 0; i < kEach; ++i) {
      const RawAnswer answer = connection->raw().read();
      ++statuses[answer.status];
      ++rules[member(answer.body, "error_code")];
    }
  }
  CHECK(statuses == std::map<int, int>{{201, 1}, {409, kConnections * kEach - 1}});
  CHECK(rules["identifier_taken"] == kConnections * kEach - 1);
  CHECK(users_in_pool(served) == 1);
  CHECK(served.stop() == 0);
}

TEST_CASE("a server is back soon after a kill", "[e2e]") {
  ServedDirectory served;
  served.start();
  served.create_pool("people");
  load_until(served, "u", [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    served.kill();
  });
  const auto begin = std::chrono::steady_clock::now();
  served.start();
  const RawAnswer ready = RawClient{served.management_port()}.get("/health/ready");
  const auto took = std::chrono::steady_clock::now() - begin;
  CHECK(ready.status == 200);
  // Reported, not required: machines that run tests are busy.
  WARN("ready " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                << " ms after the restart");
  CHECK(served.stop() == 0);
}

}  // namespace
}  // namespace muster::test
