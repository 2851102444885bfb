#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

namespace {

CreateUser entry() {
  CreateUser input = PeopleStory::ada();
  input.identifiers = {{"uid", "ada", {}}, {"email", "ada@example.com", {}}};
  input.addresses = {{"email", "ada@example.com", true, "active", "", {}}};
  input.credentials = {password("a")};
  return input;
}

class ImportStory : public PeopleStory {
 public:
  ImportStory() { given(upsert(entry())); }
};

}  // namespace

TEST_CASE("an import creates users that are missing", "[users]") {
  PeopleStory story;
  CHECK(story.when(story.upsert(entry())) == "user.created");
  CHECK(story.user().head.revision == Revision{1});
}

TEST_CASE("an entry that was imported already changes nothing", "[users]") {
  ImportStory story;
  story.wait(1'000'000);
  const std::uint32_t slots = story.slots();
  CHECK(story.when(story.upsert(entry())) == "nothing");
  CHECK(story.slots() == slots);
}

TEST_CASE("a user becomes what the entry says", "[users]") {
  ImportStory story;
  CreateUser input = entry();
  input.status = "inactive";
  input.schema_ids.payload = "open";
  input.values.payload = json("{}");
  input.values.metadata = json(R"({"a":1})");
  input.identifiers = {{"uid", "ADA", {}}, {"email", "ada@example.com", {}}};
  input.addresses = {{"email", "ada@example.com", false, "inactive", "", {}},
                     {"mobile", "+48123456789", false, "", "", {}}};
  input.credentials = {password("b")};
  CHECK(story.when(story.upsert(input)) ==
        "user.payload_replaced, user.metadata_replaced, user.status_changed, "
        "user.identifier_removed, user.identifier_added, user.address_updated, "
        "user.address_added, user.credential_set");
  const UserState user = story.user();
  CHECK(user.payload.text == "{}");
  CHECK(user.payload_schema_id == "open");
  CHECK(user.identifiers.size() == 2);
  CHECK(user.addresses.at(0).status == "inactive");
  CHECK(user.addresses.size() == 2);
  CHECK(user.credentials.size() == 1);
  CHECK(story.when(story.upsert(input)) == "nothing");
}

TEST_CASE("what an entry lacks goes, except credentials", "[users]") {
  ImportStory story;
  CreateUser input;
  input.log = Story::log;
  input.id = "ada";
  input.status = "active";
  CHECK(story.when(story.upsert(input)) ==
        "user.payload_replaced, user.identifier_removed, user.identifier_removed, "
        "user.address_removed");
  const UserState user = story.user();
  CHECK(user.payload.empty());
  CHECK(user.identifiers.empty());
  CHECK(user.addresses.empty());
  CHECK(user.credentials.size() == 1);
}

TEST_CASE("metadata of identifiers is part of an entry", "[users]") {
  ImportStory story;
  CreateUser input = entry();
  input.identifiers[0].metadata = json(R"({"a":1})");
  CHECK(story.when(story.upsert(input)) == "user.identifier_removed, user.identifier_added");
}

TEST_CASE("an address of another type is another address", "[users]") {
  ImportStory story;
  CreateUser input = entry();
  input.addresses = {{"mobile", "+48123456789", true, "active", "", {}}};
  CHECK(story.when(story.upsert(input)) == "user.address_removed, user.address_added");
}

TEST_CASE("an imported password keeps its expiry, and its id", "[users]") {
  ImportStory story;
  const std::string id = story.user().credentials.at(0).id;
  CreateUser input = entry();
  input.credentials[0].expires = Micros{1'000};
  CHECK(story.when(story.upsert(input)) == "user.credential_set");
  CHECK(story.user().credentials.at(0).expires == Micros{1'000});
  CHECK(story.user().credentials.at(0).id == id);
  input.credentials[0].expires.reset();
  CHECK(story.when(story.upsert(input)) == "nothing");
}

TEST_CASE("a forced change is part of an entry", "[users]") {
  ImportStory story;
  CreateUser input = entry();
  input.credentials[0].must_be_changed = true;
  CHECK(story.when(story.upsert(input)) == "user.credential_set");
  CHECK(story.user().credentials.at(0).state == "must_be_changed");
}

TEST_CASE("an import demands no payload, but a fitting one", "[users]") {
  PeopleStory story;
  CreateUser input = entry();
  input.values.payload = json("{}");
  CHECK(story.when(story.upsert(input)).find("refused: schema_violation") == 0);
  input.values.payload = {};
  CHECK(story.when(story.upsert(input)) == "user.created");
  input.values.payload = json("{}");
  CHECK(story.when(story.upsert(input)).find("refused: schema_violation") == 0);
}

TEST_CASE("entries are checked like new users", "[users]") {
  ImportStory story;
  CreateUser input = entry();
  input.status = "asleep";
  CHECK(story.when(story.upsert(input)) == "refused: invalid_request /status:enum");
  input = entry();
  input.identifiers.push_back(input.identifiers[0]);
  CHECK(story.when(story.upsert(input)) ==
        "refused: identifier_taken /identifiers/2/identifier:unique");
  input = entry();
  input.id.clear();
  CHECK(story.when(story.upsert(input)) == "refused: invalid_request /id:invalid_request");
}

TEST_CASE("an entry is stale when its user came, changed or went on the way", "[users]") {
  PeopleStory story;
  const auto when_absent = story.upsert(entry());
  story.given(story.upsert(entry()));
  CHECK(story.when(when_absent) == "refused: stale");

  CreateUser input = entry();
  input.status = "inactive";
  const auto before_change = story.upsert(input);
  story.given(prepare_change_password_state(PeopleStory::name(), "must_be_reset"));
  CHECK(story.when(before_change) == "refused: stale");

  const auto before_end = story.upsert(input);
  story.given(prepare_delete_user(PeopleStory::name()));
  CHECK(story.when(before_end) == "refused: stale");
}

TEST_CASE("an entry is stale when its schema changed on the way", "[users]") {
  ImportStory story;
  CreateUser input = entry();
  input.schema_ids.payload = "open";
  const auto upsert = story.upsert(input);
  story.given(prepare_replace_schema(
      story.ports(), {Story::log, "open", "open", "", {R"({"type":"string"})"}, false}));
  CHECK(story.when(upsert) == "refused: stale");
}
