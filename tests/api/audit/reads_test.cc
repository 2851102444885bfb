#include <set>

#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

constexpr std::string_view kReads = "/events?type=client.history_read&limit=100";

/// Events that say what was read, the newest first.
Response recorded(Reviewer& reviewer) {
  return reviewer.ask(std::string{kReads});
}

TEST_CASE("the first look at history is on disk before it is answered") {
  Reviewer reviewer;
  const std::string token = reviewer.token_with(R"([{"role":"auditor"}])");
  const std::uint64_t before = reviewer.log_size();
  Offices::must(200, reviewer.ask_as(token, "/events"));
  CHECK(reviewer.log_size() == before + 1);
  const Response events = recorded(reviewer);
  CHECK(at(events, "/events/0/data/reads") == R"([{"kind":"auditEvents","requests":1}])");
  CHECK(at(events, "/events/0/data/persons") == "absent");
  CHECK(at(events, "/events/0/client") == at(events, "/events/0/stream"));
}

TEST_CASE("many looks at history become one event, without what was searched for") {
  Reviewer reviewer;
  const std::string token = reviewer.token_with(R"([{"role":"personal_auditor"}])");
  const std::string stream = reviewer.stream_of("acmeuser");
  Offices::must(200, reviewer.ask_as(token, "/events?limit=1"));
  const std::uint64_t before = reviewer.log_size();
  for (int i = 0; i < 30; ++i) {
    Offices::must(200, reviewer.ask_as(token, "/events?limit=1&request_id=searched"));
    Offices::must(200, reviewer.ask_as(token, reviewer.user_path("acmeuser") + "/history"));
    Offices::must(200, reviewer.ask_as(token, reviewer.user_path("acmeuser") + "/blame"));
  }
  CHECK(reviewer.log_size() == before);
  reviewer.stack.services().read_recorder.write_all();
  const Response events = recorded(reviewer);
  CHECK(at(events, "/events/0/data/persons") == "[\"" + stream + "\"]");
  CHECK(events.bytes().find(R"({"kind":"auditUserBlame","requests":30})") !=
        std::string_view::npos);
  CHECK(events.bytes().find("searched") == std::string_view::npos);
}

TEST_CASE("who was shown no personal values is said to have seen none") {
  Reviewer reviewer;
  const std::string token = reviewer.token_with(R"([{"role":"auditor"}])");
  Offices::must(200, reviewer.ask_as(token, reviewer.user_path("acmeuser") + "/history"));
  CHECK(at(recorded(reviewer), "/events/0/data/persons") == "absent");
}

TEST_CASE("what is refused is not recorded") {
  Reviewer reviewer;
  const std::string token = reviewer.token_with(R"([{"role":"user_manager"}])");
  const std::uint64_t before = reviewer.log_size();
  CHECK(reviewer.ask_as(token, "/events").status == 403);
  CHECK(reviewer.ask("/events?limit=0").status == 400);
  CHECK(reviewer.ask("/pools/acmepool/users/nobody/history").status == 404);
  CHECK(reviewer.log_size() == before);
}

TEST_CASE("every person who was looked at is named, however many") {
  Reviewer reviewer;
  for (int i = 0; i < 150; ++i) {
    reviewer.stack.make_user("acmepool", "u" + std::to_string(i));
  }
  for (int i = 0; i < 150; ++i) {
    Offices::must(200, reviewer.ask(reviewer.user_path("u" + std::to_string(i)) + "/history"));
  }
  reviewer.stack.services().read_recorder.write_all();
  const Response events = recorded(reviewer);
  std::set<std::string> persons;
  const auto parsed = parse_json(events.bytes());
  for (const JsonValue event : parsed->root().find("events")->elements()) {
    const auto named = event.find("data")->find("persons");
    for (const JsonValue person : named ? named->elements() : event.elements()) {
      persons.emplace(person.as_string());
    }
    CHECK((!named || named->size() <= kPersonsOfReadMax));
  }
  CHECK(persons.size() == 150);
}

TEST_CASE("what was read is written when a server stops, and the client stays as it was") {
  Reviewer reviewer;
  const Response made =
      reviewer.muster(Method::kPost,
                      "/clients",
                      R"({"id":"reader","workspace_id":"admin","roles":[{"role":"auditor"}]})");
  Offices::must(201, made);
  const std::string tag{reviewer.muster(Method::kGet, "/clients/reader").header("ETag")};
  const std::string token = reviewer.token_for("reader", member_of(made, "client_secret"));
  for (int i = 0; i < 3; ++i) {
    Offices::must(200, reviewer.ask_as(token, "/events"));
  }
  reviewer.stack.restart();
  const Response events = reviewer.ask("/events?type=client.history_read&client=reader");
  CHECK(at(events, "/events/0/data/reads") == R"([{"kind":"auditEvents","requests":2}])");
  CHECK(at(events, "/events/1/data/reads") == R"([{"kind":"auditEvents","requests":1}])");
  CHECK(reviewer.muster(Method::kGet, "/clients/reader").header("ETag") == tag);
}

TEST_CASE("a client that was deleted meanwhile does not come back") {
  Reviewer reviewer;
  const Response made =
      reviewer.muster(Method::kPost,
                      "/clients",
                      R"({"id":"reader","workspace_id":"admin","roles":[{"role":"auditor"}]})");
  const std::string token = reviewer.token_for("reader", member_of(made, "client_secret"));
  Offices::must(200, reviewer.ask_as(token, "/events"));
  Offices::must(200, reviewer.ask_as(token, "/events"));
  Offices::must(204, reviewer.muster(Method::kDelete, "/clients/reader"));
  const std::uint64_t before = reviewer.log_size();
  reviewer.stack.services().read_recorder.write_all();
  CHECK(reviewer.log_size() == before);
  CHECK(reviewer.muster(Method::kGet, "/clients/reader").status == 404);
}

}  // namespace
}  // namespace muster::test
