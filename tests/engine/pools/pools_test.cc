#include <catch2/catch.hpp>

#include "engine/events/all.h"
#include "tests/engine/support/tenant.h"

using namespace muster;

namespace {

class PoolStory : public Story {
 public:
  PoolStory() {
    given_system_schemas(*this);
    given(create_pool(*this, pool_body("people")));
  }
};

/// Without the user commands: the fact that they would cause.
void given_user(Story& story, const PoolState& pool, const std::string& id) {
  const StreamId stream = make_stream(story.ports());
  UserCreated event;
  event.pool = pool.head.stream;
  event.pool_id = pool.id;
  event.id = id;
  auto draft = make_draft(story.ports().sealer, Story::log, stream, Slot{900}, event);
  REQUIRE(draft);
  story.states.fold(
      {{Story::log, Aggregate::kUser, pool.head.stream, id}, stream, *std::move(draft)}, {});
}

Result<Decide> replace(Story& story, const std::string& id, PoolBody body) {
  return prepare_replace_pool(story.ports(), {}, {Story::log, id, std::move(body)});
}

}  // namespace

TEST_CASE("a pool indexes the first text members of its payload schema", "[pools]") {
  PoolStory story;
  CHECK(pool_of(story, "people").indexed ==
        std::vector<std::string>{"given_name", "family_name", "name"});
}

TEST_CASE("a pool may say itself which members are indexed", "[pools]") {
  Story story;
  given_system_schemas(story);
  CreatePool input{Story::log, pool_body("people"), read_schema_use(story, "default_payload"), {}};
  input.indexed = {"name", "shoe_size"};
  story.given(prepare_create_pool(story.ports(), {}, input));
  CHECK(pool_of(story, "people").indexed == *input.indexed);
  input.indexed = {"name", "name", ""};
  CHECK(story.when(prepare_create_pool(story.ports(), {}, input)) ==
        "refused: invalid_request /indexed/1:uniqueItems /indexed/2:required");
  input.indexed = std::vector<std::string>(9, "name");
  CHECK(story.when(prepare_create_pool(story.ports(), {}, input)) ==
        "refused: invalid_request /indexed:maxItems");
}

TEST_CASE("a pool gets an id when it brings none", "[pools]") {
  Story story;
  given_system_schemas(story);
  PoolBody body = pool_body("people");
  body.id.clear();
  CHECK(story.when(create_pool(story, body)) == "pool.created");
  CHECK(story.decided.subject.id == story.decided.facts[0].stream.text());
}

TEST_CASE("a pool's id is given once", "[pools]") {
  PoolStory story;
  CHECK(story.when(create_pool(story, pool_body("people"))) == "refused: pool_id_taken");
}

TEST_CASE("a pool's name is checked even when no body was read", "[pools]") {
  PoolStory story;
  PoolBody body = pool_body("people");
  body.name = "Some Pool";
  CHECK(story.when(create_pool(story, body)) == "refused: invalid_request /name:pool_name");
  CHECK(story.when(replace(story, "people", body)) == "refused: invalid_request /name:pool_name");
  body.id = "other";
  CHECK(story.when(create_pool(story, body, {PoolNameRule::kRelaxed})) == "pool.created");
}

TEST_CASE("a pool's schemas must exist", "[pools]") {
  PoolStory story;
  const std::vector<std::pair<std::string PoolBody::*, std::string>> rows = {
      {&PoolBody::payload_schema_id, "/payload_schema_id"},
      {&PoolBody::metadata_schema_id, "/metadata_schema_id"},
      {&PoolBody::business_metadata_schema_id, "/business_metadata_schema_id"},
  };
  for (const auto& [member, pointer] : rows) {
    CAPTURE(pointer);
    const std::string expected = "refused: schema_not_found " + pointer + ":schema_not_found";
    PoolBody body = pool_body("other");
    body.*member = "nowhere";
    CHECK(story.when(create_pool(story, body)) == expected);
    CHECK(story.when(replace(story, "people", body)) == expected);
  }
}

TEST_CASE("a pool is stale when its payload schema changed on the way", "[pools]") {
  Story story;
  given_system_schemas(story);
  given_schema(story, "staff", R"({"type":"object"})");
  PoolBody body = pool_body("people");
  body.payload_schema_id = "staff";
  const auto create = create_pool(story, body);
  story.given(prepare_replace_schema(
      story.ports(), {Story::log, "staff", "staff", "", {R"({"type":"string"})"}, false}));
  CHECK(story.when(create) == "refused: stale");
  CHECK(story.when(create_pool(story, body)) == "pool.created");
}

TEST_CASE("a schema that comes into being on the way makes the pool stale", "[pools]") {
  Story story;
  given_system_schemas(story);
  PoolBody body = pool_body("people");
  body.payload_schema_id = "staff";
  const auto create = create_pool(story, body);
  given_schema(story, "staff", R"({"type":"object"})");
  CHECK(story.when(create) == "refused: stale");
}

TEST_CASE("a schema made again under its id is another schema", "[pools]") {
  Story story;
  given_system_schemas(story);
  given_schema(story, "staff", R"({"type":"object"})");
  PoolBody body = pool_body("people");
  body.payload_schema_id = "staff";
  const auto create = create_pool(story, body);
  story.given(prepare_delete_schema({Story::log, "staff"}));
  given_schema(story, "staff", R"({"type":"string"})");
  CHECK(story.when(create) == "refused: stale");
}

TEST_CASE("a pool is replaced as a whole, and quietly by itself", "[pools]") {
  PoolStory story;
  PoolBody body = pool_body("ignored");
  body.name = "people";
  CHECK(story.when(replace(story, "people", body)) == "nothing");
  body.settings.description = "All of them";
  body.settings.public_registration_allowed = true;
  CHECK(story.when(replace(story, "people", body)) == "pool.replaced");
  body.settings.public_registration_allowed = false;
  body.name = "folk";
  CHECK(story.when(replace(story, "people", body)) == "pool.replaced");
  const PoolState pool = pool_of(story, "people");
  CHECK(pool.name == "folk");
  CHECK_FALSE(settings_of(pool).public_registration_allowed);
  CHECK(pool.indexed.size() == 3);
  CHECK(story.when(replace(story, "nowhere", body)) == "refused: pool_not_found");
}

TEST_CASE("large settings lie beside the event", "[pools]") {
  PoolStory story;
  PoolBody body = pool_body("other");
  body.settings.description = std::string(4000, 'x');
  story.given(create_pool(story, body));
  CHECK(story.decided.facts[0].draft.attachments.size() == 1);
  CHECK(settings_of(pool_of(story, "other")).description.size() == 4000);
}

TEST_CASE("the case rule of a pool changes only while nobody is in it", "[pools]") {
  PoolStory story;
  PoolBody body = pool_body("people");
  body.identifier_case_insensitive = true;
  CHECK(story.when(replace(story, "people", body)) == "pool.replaced");
  given_user(story, pool_of(story, "people"), "ada");
  body.settings.description = "still possible";
  CHECK(story.when(replace(story, "people", body)) == "pool.replaced");
  body.identifier_case_insensitive = false;
  CHECK(story.when(replace(story, "people", body)) ==
        "refused: pool_not_empty /identifier_case_insensitive:pool_not_empty");
}

TEST_CASE("a deleted pool is invisible at once, and its id free", "[pools]") {
  PoolStory story;
  CHECK(story.when(prepare_delete_pool({Story::log, "people"})) == "pool.deleted");
  CHECK(story.when(prepare_delete_pool({Story::log, "people"})) == "refused: pool_not_found");
  CHECK(story.when(create_pool(story, pool_body("people"))) == "pool.created");
}

TEST_CASE("a deleted pool is emptied step by step", "[pools]") {
  PoolStory story;
  const PoolState pool = pool_of(story, "people");
  for (const char* id : {"ada", "bob", "cid"}) {
    given_user(story, pool, id);
  }
  const StreamId stream = pool.head.stream;
  const auto step = [&](std::vector<std::string> users) {
    return prepare_empty_pool_step({Story::log, stream, std::move(users)});
  };
  CHECK(story.when(step({"ada"})) == "nothing");  // not deleted yet
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(step({"ada", "bob"})) == "user.deleted, user.deleted");
  CHECK(story.when(step({})) == "refused: stale");
  CHECK(story.when(step({"ada", "bob", "cid"})) == "user.deleted");
  CHECK(story.when(step({"ada", "bob", "cid"})) == "nothing");
  CHECK(story.when(step({})) == "pool.emptied");
  CHECK(story.when(step({})) == "nothing");
}

TEST_CASE("one step removes at most 500 users", "[pools]") {
  PoolStory story;
  const std::vector<std::string> users(501, "ada");
  CHECK(story.when(prepare_empty_pool_step({Story::log, {}, users})) ==
        "refused: command_too_large");
}
