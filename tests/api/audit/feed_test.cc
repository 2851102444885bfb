#include <thread>

#include "api/server/log_followers.h"
#include "storage/log/kv_tree_nodes.h"
#include "tests/api/audit/feed_client.h"
#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

/// One batch: all there is, or nothing.
Response batch(Reviewer& reviewer, const std::string& question) {
  Response response = reviewer.ask("/feed?wait=0" + question);
  INFO(response.bytes());
  REQUIRE(response.status == 200);
  return response;
}

/// Batches from the beginning until everything is covered; `seen` checks each.
std::vector<std::string> follow(Reviewer& reviewer, SeenTree& seen, const std::string& filter) {
  std::vector<std::string> batches;
  // It reads of itself: the first request of a client leaves a trace.
  batch(reviewer, "");
  const std::uint64_t size = reviewer.log_size();
  while (seen.size() < size) {
    const Response one = batch(reviewer, "&from=" + std::to_string(seen.size()) + filter);
    INFO(one.bytes());
    CHECK(seen.take(one.bytes()).empty());
    batches.emplace_back(one.bytes());
    REQUIRE(batches.size() < 1000);
  }
  return batches;
}

std::string stored_root(Reviewer& reviewer, std::uint64_t size) {
  KvTreeNodes nodes{reviewer.stack.kv(), LogId{1}};
  return to_base64(as_view(*tree_root(nodes, size)));
}

TEST_CASE("whoever follows from the beginning has the whole log and its tree") {
  Reviewer reviewer;
  for (int i = 0; i < 40; ++i) {
    reviewer.set_payload("acmeuser", R"({"n":)" + std::to_string(i) + "}");
  }
  SeenTree seen;
  std::uint64_t next = 0;
  for (const std::string& json : follow(reviewer, seen, "")) {
    const auto document = parse_json(json);
    CHECK(document->root().find("nodes")->size() == 0);
    for (const JsonValue event : document->root().find("events")->elements()) {
      CHECK(event.find("position")->as_uint() == next++);
    }
  }
  CHECK(next == seen.size());
  CHECK(to_base64(as_view(seen.root())) == stored_root(reviewer, seen.size()));
}

TEST_CASE("who asked for some events can tell that the rest is accounted for") {
  Reviewer reviewer;
  for (int i = 0; i < 20; ++i) {
    reviewer.set_payload(i % 3 == 0 ? "acmeuser" : "betauser", "{\"n\":" + std::to_string(i) + "}");
  }
  for (const std::string& filter : {std::string{"&type=user.payload_replaced"},
                                    std::string{"&type=pool"},
                                    std::string{"&type=nothing"},
                                    "&stream=" + reviewer.stream_of("acmeuser")}) {
    SeenTree seen;
    std::size_t found = 0;
    for (const std::string& json : follow(reviewer, seen, filter)) {
      found += parse_json(json)->root().find("events")->size();
    }
    INFO(filter);
    CHECK(found ==
          numbers(reviewer.ask("/events?limit=100" + filter), "events", "position").size());
    CHECK(to_base64(as_view(seen.root())) == stored_root(reviewer, seen.size()));
  }
}

TEST_CASE("a batch that withholds, adds or moves an event does not check") {
  Reviewer reviewer;
  for (int i = 0; i < 9; ++i) {
    reviewer.set_payload("acmeuser", "{\"n\":" + std::to_string(i) + "}");
  }
  const std::string honest{batch(reviewer, "&type=user.payload_replaced").bytes()};
  REQUIRE(SeenTree{}.take(honest).empty());
  const auto document = parse_json(honest);
  const auto events = document->root().find("events")->elements();
  std::vector<std::string> texts;
  for (const JsonValue event : events) {
    texts.push_back(event.minified());
  }
  REQUIRE(texts.size() >= 9);
  const auto with_events = [&](const std::vector<std::string>& list) {
    std::string lying = honest.substr(0, honest.find("\"events\":[") + 10);
    for (std::size_t i = 0; i < list.size(); ++i) {
      lying += (i == 0 ? "" : ",") + list[i];
    }
    return lying + "]}";
  };
  REQUIRE(SeenTree{}.take(with_events(texts)).empty());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto withheld = texts;
    withheld.erase(withheld.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(SeenTree{}.take(with_events(withheld)).empty());
    if (i > 0) {
      auto swapped = texts;
      std::swap(swapped[i], swapped[i - 1]);
      CHECK_FALSE(SeenTree{}.take(with_events(swapped)).empty());
    }
  }
  auto twice = texts;
  twice.push_back(texts.back());
  CHECK_FALSE(SeenTree{}.take(with_events(twice)).empty());
}

TEST_CASE("an event can come with the bytes that its hash is of") {
  Reviewer reviewer;
  const Response page = batch(reviewer, "&open=true&type=pool.created");
  const auto document = parse_json(page.bytes());
  const JsonValue event = *document->root().find("events")->elements().begin();
  const Digest leaf = leaf_hash(event.find("open")->as_string());
  CHECK(event.find("leaf")->as_string() == to_base64url(as_view(leaf)));
  CHECK(at(batch(reviewer, "&type=pool.created"), "/events/0/open") == "absent");
}

TEST_CASE("one batch is waited for as long as was asked") {
  Reviewer reviewer;
  batch(reviewer, "");
  const std::string from = std::to_string(reviewer.log_size());
  const Response nothing = batch(reviewer, "&from=" + from);
  CHECK(at(nothing, "/count") == "0");
  CHECK(at(nothing, "/to") == "null");
  CHECK(at(nothing, "/next") == from);
  std::thread writer{[&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    reviewer.set_payload("acmeuser", R"({"late":true})");
  }};
  const Response late = reviewer.ask("/feed?wait=10&type=user&from=" + from);
  writer.join();
  CHECK(at(late, "/events/0/personal/payload/late") == "true");
}

TEST_CASE("positions that the log does not have are refused, and why is said") {
  Reviewer reviewer;
  const std::string token = reviewer.stack.token("admin");
  const auto with_id = [&](const std::string& id) {
    return reviewer.stack.send(Call{Method::kGet,
                                    "/audit/default/feed?wait=0",
                                    "",
                                    {{"Authorization", "Bearer " + token}, {"Last-Event-ID", id}}});
  };
  const Response beyond = with_id("1000000");
  CHECK(beyond.status == 412);
  CHECK(at(beyond, "/code") == "\"position_beyond_log\"");
  CHECK(beyond.bytes().find("a restore lost") != std::string_view::npos);
  CHECK(at(with_id("2.3"), "/code") == "\"other_epoch\"");
  CHECK(with_id(std::to_string(reviewer.log_size())).status == 412);
  for (const std::string bad : {"x", "1.", "1.2.3", "-1", "3 "}) {
    INFO(bad);
    CHECK(with_id(bad).status == 400);
  }
  CHECK(at(with_id("1.3"), "/from") == "4");
  CHECK(at(with_id("3"), "/from") == "4");
  CHECK(reviewer.ask("/feed?wait=0&from=1000000").status == 412);
  CHECK(reviewer.ask("/feed?wait=26").status == 400);
  CHECK(reviewer.ask("/feed?wait=0&order=newest").status == 400);
  CHECK(at(reviewer.ask("/feed?wait=0&from=now"), "/next") == std::to_string(reviewer.log_size()));
}

TEST_CASE("what was deleted or erased stays in the feed, without what was personal") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada"})");
  const std::string question = "&stream=" + reviewer.stream_of("acmeuser");
  CHECK(at(batch(reviewer, question), "/events/1/personal/payload/name") == "\"Ada\"");
  Offices::must(204,
                reviewer.stack.admin(Method::kDelete, "/pools/acmepool/users/acmeuser?erase=true"));
  const Response after = batch(reviewer, question);
  CHECK(column(after, "events", "type") == "user.created,user.payload_replaced,user.erased");
  CHECK(at(after, "/events/1/personal") == "absent");
  CHECK(at(after, "/events/1/hidden/0/why") == "\"erased\"");
  CHECK(after.bytes().find("Ada") == std::string_view::npos);
  SeenTree seen;
  follow(reviewer, seen, question);
  Offices::must(204, reviewer.stack.admin(Method::kDelete, "/pools/betapool/users/betauser"));
  Offices::must(204, reviewer.stack.admin(Method::kDelete, "/pools/betapool"));
  CHECK(batch(reviewer, "&type=user.deleted").bytes().find("\"count\":1,") !=
        std::string_view::npos);
  CHECK(column(batch(reviewer, "&type=pool"), "events", "type").find("pool.deleted") !=
        std::string::npos);
}

TEST_CASE("personal values are for those who may read them") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada"})");
  const std::string question = "/feed?wait=0&type=user.payload_replaced";
  const std::string some = reviewer.token_with(R"([{"role":"auditor"}])");
  const Response open = reviewer.ask_as(some, question);
  Offices::must(200, open);
  CHECK(open.bytes().find("Ada") == std::string_view::npos);
  CHECK(at(open, "/events/0/hidden/0/why") == "\"personal\"");
  const std::string all = reviewer.token_with(R"([{"role":"personal_auditor"}])");
  CHECK(reviewer.ask_as(all, question).bytes().find("Ada") != std::string_view::npos);
  CHECK(reviewer.ask_as(reviewer.token_with(R"([{"role":"user_manager"}])"), question).status ==
        403);
}

TEST_CASE("following is written down, with the persons who were shown") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"name":"Ada"})");
  const std::string token = reviewer.token_with(R"([{"role":"personal_auditor"}])");
  const std::string stream = reviewer.stream_of("acmeuser");
  Offices::must(200, reviewer.ask_as(token, "/feed?wait=0&stream=" + stream));
  reviewer.stack.services().read_recorder.write_all();
  const Response traces = reviewer.ask("/events?type=client.history_read&limit=100");
  CHECK(traces.bytes().find(R"({"kind":"auditFeed","requests":)") != std::string_view::npos);
  CHECK(traces.bytes().find("\"persons\":[\"" + stream + "\"]") != std::string_view::npos);
}

}  // namespace
}  // namespace muster::test
