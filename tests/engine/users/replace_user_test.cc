#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

namespace {

class AdaStory : public PeopleStory {
 public:
  AdaStory() {
    CreateUser input = ada();
    input.schema_ids.payload = "open";
    given(create(input));
  }
};

ReplaceUser payload(const std::string& text) {
  ReplaceUser input;
  input.values.payload = json(text);
  return input;
}

ReplaceUser payload_schema(const std::string& id) {
  ReplaceUser input;
  input.schema_ids.payload = id;
  return input;
}

}  // namespace

TEST_CASE("only what really changes becomes an event", "[users]") {
  AdaStory story;
  ReplaceUser input;
  CHECK(story.when(story.replace(input)) == "nothing");
  input.status = "active";
  input.values.payload = json(kAda);
  CHECK(story.when(story.replace(input)) == "nothing");
  input.status = "inactive";
  CHECK(story.when(story.replace(input)) == "user.status_changed");
  input.values = {json("{}"), json(R"({"a":1})"), json(R"({"b":1})")};
  CHECK(story.when(story.replace(input)) ==
        "user.payload_replaced, user.metadata_replaced, user.business_metadata_replaced");
  const UserState user = story.user();
  CHECK(user.status == "inactive");
  CHECK(user.payload.text == "{}");
  CHECK(user.metadata.text == R"({"a":1})");
  CHECK(user.business_metadata.text == R"({"b":1})");
}

TEST_CASE("what a replacement leaves out stays", "[users]") {
  AdaStory story;
  ReplaceUser input;
  input.values.metadata = json(R"({"a":1})");
  story.given(story.replace(input));
  CHECK(story.user().payload.text == kAda);
  CHECK(story.user().status == "active");
}

TEST_CASE("fields of a replacement are checked", "[users]") {
  AdaStory story;
  ReplaceUser input;
  input.status = "asleep";
  input.values.payload = json("[]");
  input.schema_ids.metadata = "a b";
  CHECK(story.when(story.replace(input)) ==
        "refused: invalid_request /status:enum /payload:type /metadata_schema_id:id");
}

TEST_CASE("the new value is sealed under the key the user has", "[users]") {
  AdaStory story;
  const Slot slot = story.user().head.slot;
  const std::uint32_t slots = story.slots();
  story.given(story.replace(payload("{}")));
  REQUIRE(story.decided.facts[0].draft.segments.size() == 1);
  CHECK(story.decided.facts[0].draft.segments[0].slot == slot);
  CHECK(story.slots() == slots);
}

TEST_CASE("a replacement does not care about changes elsewhere", "[users]") {
  AdaStory story;
  const auto replace = story.replace(payload("{}"));
  story.given(story.prepare(prepare_add_identifier, NewIdentifier{"uid", "ada", {}}));
  CHECK(story.when(replace) == "user.payload_replaced");
}

TEST_CASE("a second identical replacement is quiet", "[users]") {
  AdaStory story;
  const auto replace = story.replace(payload("{}"));
  story.given(story.replace(payload("{}")));
  CHECK(story.when(replace) == "nothing");
}

TEST_CASE("of two replacements of one value the second wins", "[users]") {
  AdaStory story;
  const auto replace = story.replace(payload(R"({"second":true})"));
  story.given(story.replace(payload(R"({"first":true})")));
  CHECK(story.when(replace) == "user.payload_replaced");
  CHECK(story.user().payload.text == R"({"second":true})");
}

TEST_CASE("half a replacement is stale when the other half changed on the way", "[users]") {
  AdaStory story;
  const auto value = story.replace(payload("{}"));
  const auto schema = story.replace(payload_schema("default_payload"));
  SECTION("the schema under a value") {
    story.given(story.replace(payload_schema("default_payload")));
    CHECK(story.when(value) == "refused: stale");
  }
  SECTION("the value under a schema") {
    story.given(story.replace(payload("{}")));
    CHECK(story.when(schema) == "refused: stale");
  }
}

TEST_CASE("a value that the user had, and has no more, was not validated", "[users]") {
  AdaStory story;
  const auto again = story.replace(payload(kAda));
  story.given(story.replace(payload("{}")));
  CHECK(story.when(again) == "refused: stale");
}

TEST_CASE("a user without a key gets one, and only one", "[users]") {
  PeopleStory story;
  CreateUser input;
  input.log = Story::log;
  input.status = "new";
  story.given(story.create(input));
  const std::string id = story.decided.subject.id;
  const PoolState pool = story.pool();
  const UserState user = story.user(id);
  REQUIRE(raw(user.head.slot) == 0);
  const UserTarget target{Story::log, pool, user};
  const auto first = prepare_add_identifier(story.ports(), target, {"uid", "a", {}});
  const auto second = prepare_add_identifier(story.ports(), target, {"uid", "b", {}});
  CHECK(story.when(first) == "user.identifier_added");
  CHECK(raw(story.user(id).head.slot) != 0);
  CHECK(story.when(second) == "refused: stale");
}

TEST_CASE("a user that is gone or another is not replaced", "[users]") {
  AdaStory story;
  const auto replace = story.replace(payload("{}"));
  story.given(prepare_delete_user(PeopleStory::name()));
  CHECK(story.when(replace) == "refused: user_not_found");
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(replace) == "refused: stale");
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(replace) == "refused: pool_not_found");
}
