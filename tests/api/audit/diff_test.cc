#include <map>
#include <set>

#include "engine/core/json_diff.h"
#include "engine/core/json_patch.h"
#include "tests/api/audit/reviewer.h"
#include "tests/projections/world.h"

namespace muster::test {
namespace {

/// The document after the patch of an answer.
std::string patched(const std::string& document, const Response& answer) {
  INFO(document << " " << answer.bytes());
  REQUIRE(answer.status == 200);
  const auto parsed = parse_json(answer.bytes());
  JsonTree tree{document};
  REQUIRE(apply_json_patch(tree, *parsed->root().find("patch")).has_value());
  return tree.text();
}

bool is_equal(const std::string& left, const std::string& right) {
  return json_equal(parse_json(left)->root(), parse_json(right)->root());
}

/// Whether `document` has every member of `live`, as it is there.
bool holds(const std::string& document, const std::string& live) {
  const auto whole = parse_json(document);
  const auto part = parse_json(live);
  for (const auto& [name, value] : part->root().members()) {
    const auto member = whole->root().find(name);
    if (!member || !json_equal(*member, value)) {
      return false;
    }
  }
  return true;
}

/// A user whom chance changes, and what the API answered after each change.
class Life {
 public:
  Life(Reviewer& reviewer, std::uint64_t seed) : reviewer_{reviewer}, dice_{seed} {
    note();
    for (int i = 0; i < 20; ++i) {
      change();
      note();
    }
  }

  /// Position of the newest event to the user's document.
  std::map<std::uint64_t, std::string> lives;

 private:
  void note() {
    const Response live = reviewer_.stack.admin(Method::kGet, path_);
    REQUIRE(live.status == 200);
    lives[reviewer_.log_size() - 1] = live.bytes();
  }

  void change() {
    const std::string number = std::to_string(dice_.below(1000));
    switch (dice_.below(5)) {
      case 0:
        reviewer_.set_payload("acmeuser", R"({"n":)" + number + R"(,"l":[1,)" + number + "]}");
        break;
      case 1:
        reviewer_.stack.admin(Method::kPatch, path_, R"({"metadata":{"m":{"x":)" + number + "}}}");
        break;
      case 2:
        reviewer_.stack.system(Method::kPost,
                               path_ + "/identifiers/add",
                               R"({"type":"uid","identifier":"u)" + number + "\"}");
        break;
      case 3:
        remove_first_identifier();
        break;
      default:
        reviewer_.stack.admin(Method::kPut,
                              path_,
                              dice_.below(2) == 0
                                  ? R"({"status":"inactive","payload":{"put":true}})"
                                  : R"({"status":"active"})");
    }
  }

  void remove_first_identifier() {
    const std::string id =
        at(reviewer_.stack.admin(Method::kGet, path_), "/identifiers/0/identifier");
    if (id != "absent") {
      const Response removed = reviewer_.stack.system(
          Method::kPost, path_ + "/identifiers/remove", R"({"identifier":)" + id + "}");
      REQUIRE(removed.status < 300);
    }
  }

  Reviewer& reviewer_;
  Dice dice_;
  std::string path_ = "/pools/acmepool/users/acmeuser";
};

TEST_CASE("a difference applied to the state before gives the state after") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    INFO("seed " << seed);
    Reviewer reviewer;
    const Life life{reviewer, seed};
    REQUIRE(life.lives.size() > 6);
    const std::string diff = reviewer.user_path("acmeuser") + "/diff?";
    std::map<std::uint64_t, std::string> states;
    for (const auto& [position, live] : life.lives) {
      const Response whole = reviewer.ask(diff + "to=" + std::to_string(position));
      states[position] = patched("null", whole);
      CHECK(holds(states[position], live));
    }
    for (const auto& [from, before] : states) {
      for (const auto& [to, after] : states) {
        const std::string question =
            diff + "from=" + std::to_string(from) + "&to=" + std::to_string(to);
        if (from > to) {
          CHECK(reviewer.ask(question).status == 400);
          continue;
        }
        const Response change = reviewer.ask(question);
        CHECK(is_equal(patched(before, change), after));
        for (const std::uint64_t cause : numbers(change, "events", "position")) {
          CHECK(cause > from);
          CHECK(cause <= to);
        }
      }
    }
  }
}

TEST_CASE("a difference says what caused it") {
  Reviewer reviewer;
  const std::uint64_t before = reviewer.log_size() - 1;
  reviewer.set_payload("acmeuser", R"({"n":1})");
  reviewer.set_payload("betauser", R"({"n":1})");
  const std::string from = "from=" + std::to_string(before);
  const std::string stream = reviewer.stream_of("acmeuser");
  const Response change = reviewer.ask("/diff?" + from + "&stream=" + stream);
  Offices::must(200, change);
  CHECK(at(change, "/patch/0/path") == "\"/payload/n\"");
  CHECK(column(change, "events", "type") == "user.payload_replaced");
  CHECK(at(change, "/complete") == "true");
  CHECK(at(change, "/from") == std::to_string(before));
}

TEST_CASE("more causes than an answer shows are counted") {
  Reviewer reviewer;
  for (int i = 0; i < 105; ++i) {
    reviewer.set_payload("acmeuser", R"({"n":)" + std::to_string(i) + "}");
  }
  const Response change = reviewer.ask(reviewer.user_path("acmeuser") + "/diff");
  CHECK(numbers(change, "events", "position").size() == 100);
  CHECK(at(change, "/events_total") == "106");
  CHECK(at(change, "/complete") == "false");
}

TEST_CASE("the streams that changed come in pages, each event in one") {
  Reviewer reviewer;
  const std::uint64_t size = reviewer.log_size();
  std::set<std::string> streams;
  std::uint64_t events = 0;
  std::string cursor;
  std::uint64_t last = 0;
  do {
    const Response page =
        reviewer.ask("/diff?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    Offices::must(200, page);
    for (const std::uint64_t count : numbers(page, "streams", "events")) {
      events += count;
    }
    const auto parsed = parse_json(page.bytes());
    for (const JsonValue stream : parsed->root().find("streams")->elements()) {
      streams.emplace(stream.find("stream")->as_string());
      CHECK(stream.find("first")->as_uint() >= last);
    }
    last = parsed->root().find("to")->as_uint();
    // Later events are not part of the walk.
    reviewer.set_payload("acmeuser", R"({"n":)" + std::to_string(events) + "}");
    cursor = member_of(page, "next");
    CHECK((at(page, "/complete") == "true") == cursor.empty());
  } while (!cursor.empty());
  CHECK(events == size);
  CHECK(last == size - 1);
  CHECK(streams.size() > 6);
  CHECK(streams.contains(reviewer.stream_of("acmeuser")));
}

TEST_CASE("moments that are not reached yet are refused") {
  Reviewer reviewer;
  const std::string path = reviewer.user_path("acmeuser") + "/diff?";
  CHECK(reviewer.ask(path + "to=" + std::to_string(reviewer.log_size())).status == 400);
  CHECK(reviewer.ask(path + "to=2999-01-01T00:00:00Z").status == 400);
  CHECK(reviewer.ask(path + "from=never").status == 400);
  CHECK(
      reviewer.ask("/diff?stream=" + std::string(8, '0') + "-0000-7000-8000-000000000000").status ==
      404);
  CHECK(reviewer.ask("/diff?cursor=x").status == 400);
}

TEST_CASE("who may not see personal values sees which of them changed") {
  Reviewer reviewer;
  const std::uint64_t before = reviewer.log_size() - 1;
  reviewer.set_payload("acmeuser", R"({"name":"Ada Lovelace"})");
  const std::string token = reviewer.token_with(R"([{"role":"auditor"}])");
  const Response change = reviewer.ask_as(
      token, reviewer.user_path("acmeuser") + "/diff?from=" + std::to_string(before));
  Offices::must(200, change);
  CHECK(at(change, "/hidden") == R"(["/payload"])");
  CHECK(change.bytes().find("Lovelace") == std::string_view::npos);
  CHECK(at(change, "/patch/0/path") == "\"/updated_at\"");
}

TEST_CASE("of who was erased a difference holds nothing personal") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada Lovelace"})");
  const std::string stream = reviewer.stream_of("acmeuser");
  const std::uint64_t before = reviewer.log_size() - 1;
  Offices::must(
      204, reviewer.stack.admin(Method::kDelete, reviewer.user_path("acmeuser") + "?erase=true"));
  const Response change = reviewer.ask("/diff?stream=" + stream + "&to=" + std::to_string(before));
  Offices::must(200, change);
  CHECK(at(change, "/erased") == "true");
  CHECK(at(change, "/hidden") == "[]");
  CHECK(change.bytes().find("Lovelace") == std::string_view::npos);
  CHECK(change.bytes().find("\"/payload\"") == std::string_view::npos);
  CHECK(at(change, "/patch/0/value/status") == "\"active\"");
}

}  // namespace
}  // namespace muster::test
