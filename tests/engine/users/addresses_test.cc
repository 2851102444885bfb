#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

namespace {

NewAddress mail(const std::string& value, bool verified = false) {
  return {"email", value, verified, "", "", {}};
}

class AdaStory : public PeopleStory {
 public:
  explicit AdaStory(PoolBody body = pool_body("people")) : PeopleStory{std::move(body)} {
    given(create(ada()));
  }

  Result<Decide> add(NewAddress address) { return prepare(prepare_add_address, address); }

  Result<Decide> update(UpdateAddress input) { return prepare(prepare_update_address, input); }

  Address address() { return user().addresses.at(0); }
};

UpdateAddress verified(const std::string& value) {
  return {value, "active", true, {}, {}};
}

}  // namespace

TEST_CASE("an address is added and removed", "[users]") {
  AdaStory story;
  CHECK(story.when(story.add(mail("Ada@example.com"))) == "user.address_added");
  CHECK(story.address().status == "active");
  CHECK(story.address().folded == "ada@example.com");
  CHECK(story.decided.facts[0].draft.data.find("xample") == std::string::npos);
  CHECK(story.when(prepare_remove_address(PeopleStory::name(), "Ada@example.com")) ==
        "user.address_removed");
  CHECK(story.when(prepare_remove_address(PeopleStory::name(), "Ada@example.com")) ==
        "refused: address_not_found");
}

TEST_CASE("a user has an address once", "[users]") {
  AdaStory story;
  story.given(story.add(mail("ada@example.com")));
  CHECK(story.when(story.add(mail("ada@example.com", true))) == "refused: address_taken");
  CHECK(story.when(story.add(mail("ADA@example.com"))) == "user.address_added");
}

TEST_CASE("addresses compare as the pool says", "[users]") {
  AdaStory story{case_insensitive()};
  story.given(story.add(mail("ada@example.com")));
  CHECK(story.when(story.add(mail("ADA@example.com"))) == "refused: address_taken");
  CHECK(story.when(story.update(verified("ADA@EXAMPLE.COM"))) == "user.address_updated");
  CHECK(story.when(prepare_remove_address(PeopleStory::name(), "Ada@example.com")) ==
        "user.address_removed");
}

TEST_CASE("an address and an identifier may be the same", "[users]") {
  AdaStory story;
  story.given(story.add(mail("ada@example.com")));
  CHECK(story.when(
            story.prepare(prepare_add_identifier, NewIdentifier{"email", "ada@example.com", {}})) ==
        "user.identifier_added");
}

TEST_CASE("fields of an address are checked", "[users]") {
  AdaStory story;
  CHECK(story.when(story.add({"uid", "", false, "asleep", "pigeon", json("1")})) ==
        "refused: invalid_request /type:enum /address:required /status:enum "
        "/preferred_contact_method:enum /metadata:type");
  CHECK(story.when(story.add(mail("ada"))) == "refused: invalid_request /address:email");
  CHECK(story.when(story.update({"ada", "asleep", false, "pigeon", json("1")})) ==
        "refused: invalid_request /status:enum /preferred_contact_method:enum /metadata:type");
}

TEST_CASE("an address remembers when it was verified", "[users]") {
  AdaStory story;
  story.given(story.add(mail("ada@example.com")));
  CHECK(story.address().verified_at == Micros{});
  story.wait(5'000'000);
  CHECK(story.when(story.update(verified("ada@example.com"))) == "user.address_updated");
  CHECK(story.address().verified_at == story.now());
  CHECK(story.when(story.update(verified("ada@example.com"))) == "nothing");
}

TEST_CASE("an update of an address keeps what it leaves out", "[users]") {
  AdaStory story;
  story.given(story.add({"mobile", "+48123456789", true, "", "voice", json(R"({"a":1})")}));
  CHECK(story.when(story.update({"+48123456789", "inactive", true, {}, {}})) ==
        "user.address_updated");
  CHECK(story.address().preferred_contact_method == "voice");
  CHECK(story.address().metadata.text == R"({"a":1})");
  CHECK(story.when(story.update({"+48123456789", "", true, "sms", json("{}")})) ==
        "user.address_updated");
  CHECK(story.address().status == "inactive");
  CHECK(story.address().preferred_contact_method == "sms");
  CHECK(story.address().metadata.text == "{}");
}

TEST_CASE("an address that the user does not have cannot be updated", "[users]") {
  AdaStory story;
  CHECK(story.when(story.update(verified("ada@example.com"))) == "refused: address_not_found");
}

TEST_CASE("an update is stale when the address changed on the way", "[users]") {
  AdaStory story;
  const auto before_it_came = story.update(verified("ada@example.com"));
  story.given(story.add(mail("ada@example.com")));
  CHECK(story.when(before_it_came) == "refused: stale");
  const auto update = story.update(verified("ada@example.com"));
  SECTION("in a member that the update leaves as it is") {
    story.given(story.update({"ada@example.com", "active", false, "sms", {}}));
  }
  SECTION("because it was removed and added again") {
    story.given(prepare_remove_address(PeopleStory::name(), "ada@example.com"));
    story.given(story.add(mail("ada@example.com")));
  }
  CHECK(story.when(update) == "refused: stale");
}

TEST_CASE("a user has a bounded number of addresses", "[users]") {
  AdaStory story;
  for (std::size_t count = 0; count < kAddressesMax; ++count) {
    story.given(story.add(mail("a" + std::to_string(count) + "@example.com")));
  }
  CHECK(story.when(story.add(mail("one.more@example.com"))) == "refused: too_many");
}
