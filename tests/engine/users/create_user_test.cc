#include <catch2/catch.hpp>

#include "engine/core/json.h"
#include "engine/text/fold.h"
#include "tests/engine/support/people.h"

using namespace muster;

TEST_CASE("a user is created with all that it brings", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.user_type = "jit";
  input.values.metadata = json(R"({"a":1})");
  input.values.business_metadata = json(R"({"b":2})");
  input.identifiers = {{"email", "Ada@Example.com", json(R"({"from":"hr"})")}};
  input.addresses = {{"mobile", "+48123456789", true, "", "sms", {}}};
  input.credentials = {password("s")};
  CHECK(story.when(story.create(input)) == "user.created");
  const UserState user = story.user();
  CHECK(user.status == "active");
  CHECK(user.user_type == "jit");
  CHECK(user.payload.text == kAda);
  CHECK(user.metadata.text == R"({"a":1})");
  CHECK(user.business_metadata.text == R"({"b":2})");
  CHECK(user.payload_schema_id == "default_payload");
  CHECK(user.metadata_schema_id == "default_metadata");
  CHECK(user.business_metadata_schema_id.empty());
  REQUIRE(user.identifiers.size() == 1);
  CHECK(user.identifiers[0].value == "Ada@Example.com");
  CHECK(user.identifiers[0].folded == "ada@example.com");
  REQUIRE(user.addresses.size() == 1);
  CHECK(user.addresses[0].status == "active");
  CHECK(user.addresses[0].verified);
  CHECK(user.addresses[0].folded.empty());
  REQUIRE(user.credentials.size() == 1);
  CHECK(user.credentials[0].state == "valid");
  CHECK(user.credentials[0].expires == Micros{});
  const auto secret = parse_json(user.credentials[0].secret.text);
  REQUIRE(secret);
  REQUIRE(secret->root().find("hashed_password"));
  CHECK(parse_password_hash(*secret->root().find("hashed_password")).value() == hash_of("s"));
}

TEST_CASE("nothing that a caller says about a person is readable", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.identifiers = {{"uid", "ada-lovelace", {}}};
  story.given(story.create(input));
  const Draft& draft = story.decided.facts[0].draft;
  CHECK(draft.data.find("Ada") == std::string::npos);
  CHECK(draft.data.find("\"ada") == std::string::npos);
  REQUIRE(draft.segments.size() == 1);
  CHECK(draft.segments[0].subject == story.decided.facts[0].stream);
}

TEST_CASE("a user gets an id when it brings none", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.id.clear();
  CHECK(story.when(story.create(input)) == "user.created");
  CHECK(story.decided.subject.id == story.decided.facts[0].stream.text());
  CHECK(story.fact<UserCreated>(0).id.empty());
}

TEST_CASE("a stream id that is a user's id cannot be chosen", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.id.clear();
  story.given(story.create(input));
  input.id = story.decided.subject.id;
  CHECK(story.when(story.create(input)) == "refused: user_id_taken");
}

TEST_CASE("a user id is given once in a pool", "[users]") {
  PeopleStory story;
  story.given(story.create(PeopleStory::ada()));
  CHECK(story.when(story.create(PeopleStory::ada())) == "refused: user_id_taken");
  story.given(prepare_delete_user(PeopleStory::name()));
  CHECK(story.when(story.create(PeopleStory::ada())) == "user.created");
}

TEST_CASE("user ids are what a URL can carry", "[users]") {
  for (const char* id : {"a", "0191f0e4-7a7b-7000-8000-000000000000", "a@b.c", "x:1~_+-", "..."}) {
    CAPTURE(id);
    CHECK(is_user_id(id));
  }
  for (const char* id : {"", ".", "..", "a/b", "a b", "a%20", "a?b", "a#b", "\xC3\xA9", "a\n"}) {
    CAPTURE(id);
    CHECK_FALSE(is_user_id(id));
  }
  CHECK(is_user_id(std::string(128, 'a')));
  CHECK_FALSE(is_user_id(std::string(129, 'a')));
}

TEST_CASE("all fields of a new user are checked at once", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.id = "a/b";
  input.status = "";
  input.user_type = "robot";
  input.values = {json("[]"), json("1"), json("\"x\"")};
  input.schema_ids = {"a b", "", ""};
  input.identifiers = {{"phone", "", json("[]")}};
  input.addresses = {{"uid", "x", false, "gone", "pigeon", json("1")}};
  input.credentials = {{}};
  CHECK(story.when(story.create(input)) ==
        "refused: invalid_request /id:id /status:enum /user_type:enum /payload:type "
        "/payload_schema_id:id /metadata:type /business_metadata:type /identifiers/0/type:enum "
        "/identifiers/0/identifier:required /identifiers/0/metadata:type "
        "/verifiable_addresses/0/type:enum /verifiable_addresses/0/status:enum "
        "/verifiable_addresses/0/preferred_contact_method:enum "
        "/verifiable_addresses/0/metadata:type /credentials/0/type:enum");
}

TEST_CASE("every status may be the first", "[users]") {
  for (const char* status : {"new", "active", "inactive", "deleted"}) {
    CAPTURE(status);
    PeopleStory story;
    CreateUser input = PeopleStory::ada();
    input.status = status;
    CHECK(story.when(story.create(input)) == "user.created");
  }
}

TEST_CASE("a standard user is what a user is when nothing is said", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.user_type = "standard";
  story.given(story.create(input));
  CHECK(story.user().user_type.empty());
}

TEST_CASE("what a new user would have twice is refused", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.identifiers = {{"uid", "ada", {}}, {"external", "ada", {}}};
  CHECK(story.when(story.create(input)) ==
        "refused: identifier_taken /identifiers/1/identifier:unique");
  input = PeopleStory::ada();
  input.addresses = {{"email", "a@example.com", false, "", "", {}},
                     {"email", "a@example.com", true, "", "", {}}};
  CHECK(story.when(story.create(input)) ==
        "refused: address_taken /verifiable_addresses/1/address:unique");
  input = PeopleStory::ada();
  input.credentials = {password("a"), password("b")};
  CHECK(story.when(story.create(input)) == "refused: credential_taken /credentials/1/type:unique");
}

TEST_CASE("case tells identifiers apart unless the pool ignores it", "[users]") {
  CreateUser input = PeopleStory::ada();
  input.identifiers = {{"uid", "ada", {}}, {"uid", "ADA", {}}};
  PeopleStory exact;
  CHECK(exact.when(exact.create(input)) == "user.created");
  CHECK(exact.fact<UserCreated>(0).folding == kFoldingTable);
  PeopleStory folded{case_insensitive()};
  CHECK(folded.when(folded.create(input)) ==
        "refused: identifier_taken /identifiers/1/identifier:unique");
}

TEST_CASE("the folding table is named only when something was folded", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  input.identifiers = {{"uid", "ada", {}}};
  story.given(story.create(input));
  CHECK(story.fact<UserCreated>(0).folding == 0);
}

TEST_CASE("one user has a bounded number of parts", "[users]") {
  PeopleStory story;
  CreateUser input = PeopleStory::ada();
  for (std::size_t count = 0; count <= kIdentifiersMax; ++count) {
    input.identifiers.push_back({"uid", "u" + std::to_string(count), {}});
  }
  CHECK(story.when(story.create(input)) == "refused: too_many /identifiers:too_many");
  input.identifiers.pop_back();
  CHECK(story.when(story.create(input)) == "user.created");
  input = PeopleStory::ada();
  input.addresses.resize(kAddressesMax + 1);
  CHECK(story.when(story.create(input)) == "refused: too_many /verifiable_addresses:too_many");
}

TEST_CASE("a user needs a pool that is still the one that was read", "[users]") {
  PeopleStory story;
  const auto create = story.create(PeopleStory::ada());
  story.given(prepare_delete_pool({Story::log, "people"}));
  CHECK(story.when(create) == "refused: pool_not_found");
  story.given(create_pool(story, pool_body("people")));
  CHECK(story.when(create) == "refused: stale");
  CHECK(story.when(story.create(PeopleStory::ada())) == "user.created");
}

TEST_CASE("a user is stale when the pool's rules changed on the way", "[users]") {
  PeopleStory story;
  const auto create = story.create(PeopleStory::ada());
  PoolBody body = pool_body("people");
  SECTION("case") {
    body.identifier_case_insensitive = true;
  }
  SECTION("payload schema") {
    body.payload_schema_id = "open";
  }
  SECTION("business schema") {
    body.business_metadata_schema_id = "open";
  }
  story.given(prepare_replace_pool(story.ports(), {}, {Story::log, "people", body}));
  CHECK(story.when(create) == "refused: stale");
}

TEST_CASE("deciding again decides the same", "[users]") {
  PeopleStory story;
  const auto create = story.create(PeopleStory::ada());
  const auto first = (*create)(story.states, story.now());
  const auto second = (*create)(story.states, story.now());
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(second->facts.size() == 1);
  CHECK(first->facts[0].draft.data == second->facts[0].draft.data);
  CHECK(first->facts[0].draft.event == second->facts[0].draft.event);
}
