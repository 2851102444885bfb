// A pool with users is made one that ignores case while it goes on serving.
#include "engine/users/folding.h"

#include <chrono>
#include <thread>

#include "api/server/folding_check.h"
#include "api/server/submit.h"
#include "tests/api/administration/offices.h"

namespace muster::test {
namespace {

/// A pool that tells upper from lower case. Its users u0, u1, ... have the identifiers Name-0, ...
class Staff {
 public:
  explicit Staff(Stack& given_stack, std::string pool, int users)
      : stack{given_stack}, path{"/pools/" + std::move(pool)} {
    stack.make_pool(path.substr(7));
    for (int i = 0; i < users; ++i) {
      const std::string number = std::to_string(i);
      Offices::must(201, make("u" + number, "Name-" + number));
    }
  }

  Response folding(Method method) const {
    Call call{method, "/api/muster/default" + path + "/folding", {}};
    call.headers.emplace_back("Authorization", "Bearer " + stack.token("admin"));
    return stack.send(call);
  }

  /// The report once it says so; what it says after ten seconds otherwise.
  Response reached(const std::string& wanted) const {
    Response report = folding(Method::kGet);
    for (int tries = 0; tries < 1000 && at(report, "/state") != '"' + wanted + '"'; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
      report = folding(Method::kGet);
    }
    CAPTURE(report.bytes());
    CHECK(at(report, "/state") == '"' + wanted + '"');
    return report;
  }

  void start() const { Offices::must(202, folding(Method::kPost)); }

  /// As a check that saw nothing would.
  void start_unchecked() const {
    const auto decide = prepare_start_folding(named());
    REQUIRE(submit_and_wait(stack.services().commands, LogId{1}, *decide).has_value());
  }

  FoldingPool named() const { return {LogId{1}, path.substr(7), state()->head.stream}; }

  std::shared_ptr<const PoolState> state() const {
    const Services& services = stack.services();
    return *services.catalog.find_pool(*services.published.now(), LogId{1}, path.substr(7));
  }

  Response make(const std::string& id, const std::string& identifier) const {
    const std::string payload = R"({"given_name":"x","family_name":"x","name":"x"})";
    return stack.admin(Method::kPost,
                       path + "/users",
                       R"({"status":"active","id":")" + id + R"(","payload":)" + payload +
                           R"(,"identifiers":[{"type":"uid","identifier":")" + identifier +
                           R"("}]})");
  }

  Response add(const std::string& user, const std::string& part, const std::string& body) const {
    return stack.system(Method::kPost, path + "/users/" + user + "/" + part + "/add", body);
  }

  Response add_address(const std::string& user, const std::string& address) const {
    return add(
        user, "addresses", R"({"type":"email","verified":true,"address":")" + address + "\"}");
  }

  std::string by_key(const std::string& member, const std::string& value) const {
    return at(
        stack.system(
            Method::kPost, path + "/users/by_key", R"({")" + member + R"(":")" + value + "\"}"),
        "/id");
  }

  std::string listed(const std::string& key) const {
    const std::string query = url_encoded(R"({"user_key":")" + key + "\"}");
    return column(stack.admin(Method::kGet, path + "/users?query=" + query), "users", "id");
  }

  void remove(const std::string& user) const {
    Offices::must(204, stack.admin(Method::kDelete, path + "/users/" + user));
  }

  Response turn(bool on) const {
    return stack.admin(Method::kPut,
                       path,
                       R"({"name":")" + path.substr(7) + R"(","identifier_case_insensitive":)" +
                           (on ? "true}" : "false}"));
  }

  Stack& stack;
  std::string path;
};

bool says(const Response& response, std::string_view words) {
  return response.bytes().find(words) != std::string_view::npos;
}

TEST_CASE("a pool with users comes to ignore case, and finds and refuses in any case") {
  const Staff staff{stack(), "staff", 450};  // three steps
  Offices::must(200, staff.add_address("u1", "Ada@X.test"));
  CHECK(staff.listed("NAME-449").empty());
  CHECK(at(staff.folding(Method::kGet), "/state") == R"("off")");
  const Response refused = staff.turn(true);
  CHECK(refused.status == 409);
  CHECK(says(refused, "/folding"));

  staff.start();
  const Response report = staff.reached("built");
  CHECK(at(report, "/users_done") == "450");
  CHECK(at(stack().admin(Method::kGet, staff.path), "/identifier_case_insensitive") == "true");
  CHECK(staff.by_key("identifier", "nAME-449") == R"("u449")");
  CHECK(staff.by_key("address", "ADA@x.test") == R"("u1")");
  CHECK(staff.listed("NAME-449") == "u449");
  CHECK(staff.listed("AME-449") == "u449");
  CHECK(staff.listed("@x.TEST") == "u1");
  CHECK(staff.make("x", "nAME-7").status == 409);
  CHECK(staff.make("x", "Name-7").status == 409);
  Offices::must(201, staff.make("x", "fresh"));
  CHECK(staff.by_key("identifier", "FRESH") == R"("x")");
  CHECK(staff.add_address("x", "ADA@x.test").status == 409);
  staff.remove("u7");
  Offices::must(201, staff.make("y", "nAME-7"));
  CHECK(staff.folding(Method::kPost).status == 409);
  CHECK(staff.folding(Method::kDelete).status == 409);
  CHECK(staff.turn(false).status == 409);
  CHECK(staff.turn(true).status == 200);
}

TEST_CASE("users that would be the same are named, and nothing is written") {
  const Staff staff{stack(), "twins", 3};
  Offices::must(201, staff.make("twin", "NAME-1"));
  Offices::must(200, staff.add_address("u0", "Ada@X.test"));
  Offices::must(200, staff.add_address("u2", "aDA@x.test"));
  Offices::must(200, staff.add("u2", "identifiers", R"({"type":"uid","identifier":"NAME-2"})"));
  const Revision before = staff.state()->head.revision;
  staff.start();
  const Response report = staff.reached("refused");
  CAPTURE(report.bytes());
  CHECK(at(report, "/collisions_total") == "3");
  CHECK(says(report, R"({"kind":"identifier","value":"name-1","user_ids":["twin","u1"]})"));
  CHECK(says(report, R"({"kind":"address","value":"ada@x.test","user_ids":["u0","u2"]})"));
  CHECK(says(report, R"({"kind":"identifier","value":"name-2","user_ids":["u2"]})"));
  CHECK(staff.state()->head.revision == before);
  staff.remove("twin");
  staff.remove("u2");
  staff.start();
  staff.reached("built");
}

TEST_CASE("users made while a pool is folded are found in any case when it is") {
  const Staff staff{stack(), "busy", 300};
  staff.start();
  int made = 0;
  while (!staff.state()->identifier_case_insensitive && made < 5000) {
    Offices::must(201, staff.make("new" + std::to_string(made), "Fresh-" + std::to_string(made)));
    ++made;
  }
  Offices::must(200, staff.reached("built"));
  REQUIRE(made > 0);
  for (int i = 0; i < made; ++i) {
    const std::string number = std::to_string(i);
    CHECK(staff.by_key("identifier", "fRESH-" + number) == "\"new" + number + '"');
  }
}

TEST_CASE("a collision that comes up while a pool is folded is named, and all is undone") {
  const Staff staff{stack(), "late", 230};
  Offices::must(201, staff.make("z", "NAME-5"));  // in the second step
  staff.start_unchecked();
  const Response report = staff.reached("refused");
  CHECK(says(report, R"({"kind":"identifier","value":"name-5","user_ids":["u5","z"]})"));
  CHECK(at(report, "/users_done") == "0");
  CHECK(staff.state()->folding.empty());
  CHECK(staff.by_key("identifier", "Name-5") == R"("u5")");
  CHECK(staff.by_key("identifier", "NAME-5") == R"("z")");
  Offices::must(201, staff.make("fine", "NAME-6"));
  staff.remove("z");
  staff.remove("fine");
  staff.start();
  staff.reached("built");
}

TEST_CASE("a check that is cancelled leaves the pool as it was") {
  const Staff staff{stack(), "doubted", 5};
  CHECK(staff.folding(Method::kDelete).status == 409);
  staff.start();
  const Response cancelled = staff.folding(Method::kDelete);
  CHECK(cancelled.status == 200);
  CHECK(at(cancelled, "/state") == R"("off")");
  CHECK(staff.state()->folding.empty());
}

TEST_CASE("a folding that is cancelled is undone, and can begin again") {
  // The job may be quicker than the client; another pool is then another chance.
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Staff staff{stack(), "undone" + std::to_string(attempt), 230};
    staff.start_unchecked();
    const Response cancelled = staff.folding(Method::kDelete);
    if (cancelled.status == 409) {
      continue;
    }
    CHECK(at(cancelled, "/state") == R"("cancelling")");
    staff.reached("off");
    Offices::must(201, staff.make("x", "NAME-5"));
    staff.remove("x");
    staff.start();
    staff.reached("built");
    return;
  }
  FAIL("never in time");
}

TEST_CASE("a folding goes on after a restart") {
  Stack own;
  const Staff staff{own, "staff", 230};
  staff.start_unchecked();
  const auto step = prepare_folding_step({staff.named(), {"u1", "u2", "u3"}, true});
  REQUIRE(submit_and_wait(own.services().commands, LogId{1}, *step).has_value());
  own.restart();
  const Response report = staff.reached("built");
  CHECK(at(report, "/users_done") == "230");
  CHECK(staff.by_key("identifier", "nAME-229") == R"("u229")");
  own.restart();
  CHECK(staff.by_key("identifier", "nAME-229") == R"("u229")");
  CHECK(at(staff.folding(Method::kGet), "/state") == R"("built")");
}

TEST_CASE("a check counts all collisions however few fingerprints it may hold") {
  const Staff staff{stack(), "many", 110};
  for (int i = 0; i < 105; ++i) {
    Offices::must(201, staff.make("v" + std::to_string(i), "NAME-" + std::to_string(i)));
  }
  const Services& services = stack().services();
  for (const std::size_t held_max : {std::size_t{7}, std::size_t{64}, FoldingCheck::kHeldMax}) {
    CAPTURE(held_max);
    SystemEntropy entropy;
    const FoldingCheck check{services.published, services.users, entropy, held_max};
    const auto found = check.run(LogId{1}, *staff.state(), [](std::uint64_t) { return true; });
    REQUIRE((found.has_value() && found->has_value()));
    CHECK((*found)->total == 105);
    CHECK((*found)->listed.size() == FoldingCollisions::kListedMax);
    for (const FoldingCollision& collision : (*found)->listed) {
      CHECK(collision.users.size() == 2);
    }
    const auto ended = check.run(LogId{1}, *staff.state(), [](std::uint64_t) { return false; });
    CHECK((ended.has_value() && !ended->has_value()));
  }
}

}  // namespace
}  // namespace muster::test
