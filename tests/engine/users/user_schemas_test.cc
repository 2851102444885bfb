#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

namespace {

void change_schema(Story& story, const std::string& id, const std::string& schema) {
  story.given(prepare_replace_schema(story.ports(), {Story::log, id, id, "", {schema}, false}));
}

CreateUser numbered() {
  CreateUser input = PeopleStory::ada();
  input.schema_ids.payload = "numbered";
  input.values.payload = json(R"({"number":1})");
  return input;
}

}  // namespace

TEST_CASE("values must fit their schemas, and all that do not are named", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.values.payload = json(R"({"given_name":"Ada","family_name":"","name":"Ada"})");
  input.values.metadata = json("{}");
  input.values.business_metadata = json("{}");
  input.schema_ids.metadata = "numbered";
  input.schema_ids.business_metadata = "numbered";
  CHECK(story.when(story.create(input)) ==
        "refused: schema_violation /payload/family_name:minLength /metadata:required "
        "/business_metadata:required");
}

TEST_CASE("a payload that is absent need not fit while the user is new", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.values.payload = {};
  CHECK(story.when(story.create(input)).find("refused: schema_violation") == 0);
  input.status = "new";
  CHECK(story.when(story.create(input)) == "user.created");
  CHECK(story.user().payload.empty());
}

TEST_CASE("metadata that is absent need not fit", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.schema_ids.metadata = "numbered";
  input.schema_ids.business_metadata = "numbered";
  CHECK(story.when(story.create(input)) == "user.created");
}

TEST_CASE("business metadata without a schema may be any object", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.values.business_metadata = json(R"({"any":[1]})");
  CHECK(story.when(story.create(input)) == "user.created");
}

TEST_CASE("the schemas a user was checked with are recorded", "[users]") {
  PeopleStory story;
  change_schema(story, "numbered", R"({"type":"object","required":["number","x"]})");
  CreateUser input = numbered();
  input.values.payload = json(R"({"number":1,"x":2})");
  input.values.metadata = json("{}");
  story.given(story.create(input));
  CHECK(story.decided.schemas ==
        std::vector<SchemaUse>{{"numbered", Revision{2}}, {"default_metadata", Revision{1}}});
}

TEST_CASE("schemas of a user must exist", "[users]") {
  PeopleStory story;
  const std::vector<std::pair<std::string UserSchemaIds::*, std::string>> rows = {
      {&UserSchemaIds::payload, "/payload_schema_id"},
      {&UserSchemaIds::metadata, "/metadata_schema_id"},
      {&UserSchemaIds::business_metadata, "/business_metadata_schema_id"},
  };
  for (const auto& [member, pointer] : rows) {
    CAPTURE(pointer);
    CreateUser input = PeopleStory::ada();
    input.schema_ids.*member = "nowhere";
    CHECK(story.when(story.create(input)) ==
          "refused: schema_not_found " + pointer + ":schema_not_found");
  }
}

TEST_CASE("a user is stale when its schema changed on the way", "[users]") {
  PeopleStory story;
  const auto create = story.create(numbered());
  change_schema(story, "numbered", R"({"type":"object","required":["other"]})");
  CHECK(story.when(create) == "refused: stale");
}

TEST_CASE("a user is stale when its schema was made again on the way", "[users]") {
  PeopleStory story;
  const auto create = story.create(numbered());
  story.given(prepare_delete_schema({Story::log, "numbered"}));
  CHECK(story.when(create) == "refused: schema_not_found /payload_schema_id:schema_not_found");
  given_schema(story, "numbered", R"({"type":"object","required":["other"]})");
  CHECK(story.when(create) == "refused: stale");
}

TEST_CASE("in place a user is validated against the schema as it is by then", "[users]") {
  PeopleStory story;
  CreateUser input = numbered();
  input.schemas = story.schemas(input.schema_ids, {});
  input.schemas.in_place = true;
  const auto create = prepare_create_user(story.ports(), story.pool(), input);
  change_schema(story, "numbered", R"({"type":"object","required":["other"]})");
  CHECK(story.when(create) == "refused: schema_violation /payload:required");
  change_schema(
      story, "numbered", R"({"type":"object","properties":{"number":{"type":"number"}}})");
  CHECK(story.when(create) == "user.created");
  CHECK(story.decided.schemas == std::vector<SchemaUse>{{"numbered", Revision{3}}});
}

TEST_CASE("a schema alone must fit what the user has", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  ReplaceUser input;
  input.schema_ids.payload = "numbered";
  CHECK(story.when(story.replace(input)) == "refused: schema_violation /payload:required");
  input.schema_ids.payload = "open";
  CHECK(story.when(story.replace(input)) == "user.payload_replaced");
  CHECK(story.user().payload_schema_id == "open");
  CHECK(story.user().payload.text == kAda);
}

TEST_CASE("a value and its schema may be replaced together", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  ReplaceUser input;
  input.schema_ids.payload = "numbered";
  input.values.payload = json(R"({"number":1})");
  CHECK(story.when(story.replace(input)) == "user.payload_replaced");
  CHECK(story.decided.schemas == std::vector<SchemaUse>{{"numbered", Revision{1}}});
}

TEST_CASE("a user is checked with its own schema, not with the pool's", "[users]") {
  PeopleStory story;
  story.given(story.create(numbered()));
  ReplaceUser input;
  input.values.payload = json(kAda);
  CHECK(story.when(story.replace(input)) == "refused: schema_violation /payload:required");
}

TEST_CASE("users are not touched by a change of their schema, their next write is", "[users]") {
  PeopleStory story;
  story.given(story.create(numbered()));
  change_schema(story, "numbered", R"({"type":"object","required":["other"]})");
  ReplaceUser status;
  status.status = "inactive";
  CHECK(story.when(story.replace(status)) == "user.status_changed");
  ReplaceUser same;
  same.values.payload = json(R"({"number":1})");
  CHECK(story.when(story.replace(same)) == "nothing");
  ReplaceUser payload;
  payload.values.payload = json(R"({"number":2})");
  CHECK(story.when(story.replace(payload)) == "refused: schema_violation /payload:required");
}

TEST_CASE("a replacement is stale when a schema changed on the way", "[users]") {
  PeopleStory story;
  story.given(story.create(numbered()));
  ReplaceUser input;
  input.values.payload = json(R"({"number":2})");
  const auto replace = story.replace(input);
  change_schema(story, "numbered", R"({"type":"object","required":["other"]})");
  CHECK(story.when(replace) == "refused: stale");
}
