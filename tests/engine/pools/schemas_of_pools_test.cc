#include <catch2/catch.hpp>

#include "tests/engine/support/tenant.h"

using namespace muster;

namespace {

constexpr const char* kObject = R"({"type":"object"})";

ReplaceSchema replacement(const std::string& id, const std::string& schema) {
  return {Story::log, id, id, "", {schema}, false};
}

}  // namespace

TEST_CASE("the system schemas compile and are what clients expect", "[pools]") {
  Story story;
  given_system_schemas(story);
  const auto payload = read_schema_use(story, "default_payload");
  REQUIRE(payload);
  CHECK(payload->compiled->top_level_string_members(8) ==
        std::vector<std::string>{"given_name", "family_name", "name"});
  CHECK(
      payload->compiled->validate_text(R"({"given_name":"A","family_name":"B","name":"A B","x":1})")
          .has_value());
  CHECK_FALSE(payload->compiled->validate_text(R"({"given_name":"A","family_name":"B"})"));
  CHECK(story.read<SchemaState>(Aggregate::kSchema, "default_metadata").system);
}

TEST_CASE("system schemas can neither be changed nor deleted", "[pools]") {
  Story story;
  given_system_schemas(story);
  CHECK(story.when(prepare_replace_schema(
            story.ports(), replacement("default_payload", kObject))) == "refused: system_schema");
  CHECK(story.when(prepare_delete_schema({Story::log, "default_metadata"})) ==
        "refused: system_schema");
}

TEST_CASE("a schema gets an id when it brings none", "[pools]") {
  Story story;
  CHECK(story.when(prepare_create_schema(
            story.ports(), {Story::log, "", "Staff", "", {kObject}, false})) == "schema.created");
  CHECK(story.decided.subject.id == story.decided.facts[0].stream.text());
}

TEST_CASE("a schema's id is given once", "[pools]") {
  Story story;
  given_schema(story, "staff", kObject);
  CHECK(story.when(prepare_create_schema(story.ports(),
                                         {Story::log, "staff", "Other", "", {kObject}, false})) ==
        "refused: schema_id_taken");
}

TEST_CASE("a schema that does not compile is refused with pointers into the request", "[pools]") {
  Story story;
  CHECK(story.when(prepare_create_schema(story.ports(),
                                         {Story::log, "a", "a", "", {R"({"$ref":"#"})"}, false})) ==
        "refused: unsupported_schema_keyword /schema/$ref:$ref");
  CHECK(story.when(prepare_replace_schema(story.ports(), replacement("a", R"({"type":1})"))) ==
        "refused: invalid_schema /schema/type:type");
}

TEST_CASE("fields of a schema are checked", "[pools]") {
  Story story;
  CHECK(story.when(prepare_create_schema(
            story.ports(), {Story::log, "a b", "", std::string(5000, 'x'), {}, false})) ==
        "refused: invalid_request /id:id /name:required /description:text /schema:required");
}

TEST_CASE("a schema is replaced as a whole, and quietly by itself", "[pools]") {
  Story story;
  given_schema(story, "staff", kObject);
  CHECK(story.when(prepare_replace_schema(story.ports(), replacement("staff", kObject))) ==
        "nothing");
  CHECK(story.when(prepare_replace_schema(
            story.ports(), replacement("staff", R"({"type":"object","required":["x"]})"))) ==
        "schema.replaced");
  CHECK(story.when(prepare_replace_schema(story.ports(), replacement("nobody", kObject))) ==
        "refused: schema_not_found");
}

TEST_CASE("a schema made a system schema stays as it is", "[pools]") {
  Story story;
  given_schema(story, "staff", kObject);
  ReplaceSchema input = replacement("staff", kObject);
  input.system = true;
  CHECK(story.when(prepare_replace_schema(story.ports(), input)) == "schema.replaced");
  CHECK(story.when(prepare_replace_schema(story.ports(), replacement("staff", kObject))) ==
        "refused: system_schema");
}

TEST_CASE("a schema in use cannot be deleted", "[pools]") {
  Story story;
  given_system_schemas(story);
  given_schema(story, "staff", kObject);
  PoolBody body = pool_body("people");
  body.payload_schema_id = "staff";
  story.given(create_pool(story, body));
  CHECK(story.when(prepare_delete_schema({Story::log, "staff"})) == "refused: schema_in_use");
  story.given(prepare_delete_pool({Story::log, "people"}));
  story.given(prepare_empty_pool_step({Story::log, story.decided.facts[0].stream, {}}));
  CHECK(story.when(prepare_delete_schema({Story::log, "staff"})) == "schema.deleted");
  CHECK(story.when(prepare_delete_schema({Story::log, "staff"})) == "refused: schema_not_found");
}
