#include <catch2/catch.hpp>

#include "tests/engine/state/folding.h"

namespace muster {
namespace {

Identifier identifier(const std::string& id, const std::string& value) {
  Identifier made;
  made.id = id;
  made.type = "uid";
  made.value = value;
  return made;
}

Address address(const std::string& id, const std::string& value, bool verified) {
  Address made;
  made.id = id;
  made.type = "email";
  made.value = value;
  made.status = "active";
  made.verified = verified;
  return made;
}

Credential credential(const std::string& id, const std::string& secret) {
  Credential made;
  made.id = id;
  made.type = "password";
  made.state = "valid";
  made.secret.text = secret;
  return made;
}

UserCreated ada() {
  UserCreated event;
  event.pool = stream_named(1);
  event.pool_id = "people";
  event.status = "active";
  event.payload_schema_id = "payload";
  event.metadata_schema_id = "metadata";
  event.business_metadata_schema_id = "business";
  event.id = "ada";
  event.payload.text = R"({"name":"Ada"})";
  event.metadata.text = R"({"m":1})";
  event.business_metadata.text = R"({"b":2})";
  event.identifiers = {identifier("i1", "ada")};
  event.addresses = {address("a1", "ada@example.org", true), address("a2", "a@b.c", false)};
  event.credentials = {credential("c1", R"("s1")")};
  return event;
}

/// Folds `event` behind ada's creation; `expect` changes what was there into what must be now.
template <class Expect>
void check_change(const AnyEvent& event, const Expect& expect) {
  Folding folding;
  folding.then(ada());
  UserState expected = folding.as<UserState>();
  folding.then(event);
  expected.head = head_of(folding.state);
  expect(expected, folding.now());
  CHECK(folding.as<UserState>() == expected);
}

TEST_CASE("a user is what it was created as", "[state]") {
  Folding folding;
  folding.then(ada());
  const auto& user = folding.as<UserState>();
  CHECK(user.pool == stream_named(1));
  CHECK(user.pool_id == "people");
  CHECK(user.id == "ada");
  CHECK(user.status == "active");
  CHECK(user.payload_schema_id == "payload");
  CHECK(user.metadata_schema_id == "metadata");
  CHECK(user.business_metadata_schema_id == "business");
  CHECK(user.payload.text == R"({"name":"Ada"})");
  CHECK(user.metadata.text == R"({"m":1})");
  CHECK(user.business_metadata.text == R"({"b":2})");
  CHECK(user.created == folding.now());
  CHECK(user.updated == user.created);
  CHECK(user.status_updated == user.created);
  CHECK(address_of(folding.state, LogId{3}) ==
        StateAddress{LogId{3}, Aggregate::kUser, stream_named(1), "ada"});
}

TEST_CASE("what a new user has is as old as the user", "[state]") {
  Folding folding;
  folding.then(ada());
  const auto& user = folding.as<UserState>();
  REQUIRE(user.identifiers.size() == 1);
  CHECK(user.identifiers[0].created == user.created);
  CHECK(user.identifiers[0].updated == user.created);
  REQUIRE(user.addresses.size() == 2);
  CHECK(user.addresses[0].created == user.created);
  CHECK(user.addresses[0].verified_at == user.created);
  CHECK(user.addresses[1].verified_at == Micros{});
  REQUIRE(user.credentials.size() == 1);
  CHECK(user.credentials[0].created == user.created);
}

TEST_CASE("an imported user is as old as it was where it came from", "[state]") {
  UserCreated event = ada();
  event.created = Micros{1'000'001'500};
  event.updated = Micros{2'000'000'000};
  event.status_updated = Micros{3'000'000'000};
  event.identifiers[0].created = Micros{4'000'000'000};
  event.addresses[0].verified_at = Micros{5'000'000'000};
  event.addresses[1].verified_at = Micros{5'000'000'000};
  event.credentials[0].updated = Micros{6'000'000'000};
  Folding folding;
  const auto& user = folding.then(event).as<UserState>();
  CHECK(user.created == Micros{1'000'001'000});
  CHECK(user.updated == Micros{2'000'000'000});
  CHECK(user.status_updated == Micros{3'000'000'000});
  CHECK(user.identifiers[0].created == Micros{4'000'000'000});
  CHECK(user.identifiers[0].updated == folding.now());
  CHECK(user.addresses[0].verified_at == Micros{5'000'000'000});
  CHECK(user.addresses[1].verified_at == Micros{});
  CHECK(user.credentials[0].updated == Micros{6'000'000'000});
}

TEST_CASE("a user without an id of the caller's has the id of its stream", "[state]") {
  UserCreated event = ada();
  event.id.clear();
  Folding folding;
  CHECK(folding.then(event).as<UserState>().id == stream_named(9).text());
}

TEST_CASE("instants have no finer parts than milliseconds", "[state]") {
  Folding folding;
  folding.then(ada());
  CHECK(raw(folding.meta.time) % 1000 == 500);
  CHECK(raw(folding.as<UserState>().created) % 1000 == 0);
}

TEST_CASE("each value of a user is replaced with its schema", "[state]") {
  check_change(UserPayloadReplaced{"s2", {R"({"p":2})"}}, [](UserState& user, Micros now) {
    user.payload.text = R"({"p":2})";
    user.payload_schema_id = "s2";
    user.updated = now;
  });
  check_change(UserMetadataReplaced{"s2", {R"({"m":2})"}}, [](UserState& user, Micros now) {
    user.metadata.text = R"({"m":2})";
    user.metadata_schema_id = "s2";
    user.updated = now;
  });
  check_change(UserBusinessMetadataReplaced{"s2", {}}, [](UserState& user, Micros now) {
    user.business_metadata.text = "";
    user.business_metadata_schema_id = "s2";
    user.updated = now;
  });
}

TEST_CASE("a changed status remembers when", "[state]") {
  check_change(UserStatusChanged{"inactive"}, [](UserState& user, Micros now) {
    user.status = "inactive";
    user.status_updated = now;
    user.updated = now;
  });
}

TEST_CASE("an identifier comes and goes", "[state]") {
  check_change(UserIdentifierAdded{1, identifier("i2", "lovelace")},
               [](UserState& user, Micros now) {
                 Identifier added = identifier("i2", "lovelace");
                 added.created = now;
                 added.updated = now;
                 user.identifiers.push_back(added);
                 user.updated = now;
               });
  check_change(UserIdentifierRemoved{"i1"}, [](UserState& user, Micros now) {
    user.identifiers.clear();
    user.updated = now;
  });
}

TEST_CASE("an address comes and goes", "[state]") {
  check_change(UserAddressAdded{1, address("a3", "x@y.z", true)}, [](UserState& user, Micros now) {
    Address added = address("a3", "x@y.z", true);
    added.created = now;
    added.updated = now;
    added.verified_at = now;
    user.addresses.push_back(added);
    user.updated = now;
  });
  check_change(UserAddressRemoved{"a1"}, [](UserState& user, Micros now) {
    user.addresses.erase(user.addresses.begin());
    user.updated = now;
  });
}

TEST_CASE("an updated address remembers when it was verified", "[state]") {
  const auto update = [](std::size_t index, bool verified, Micros verified_at_or_now) {
    return [=](UserState& user, Micros now) {
      Address& changed = user.addresses[index];
      changed.status = "inactive";
      changed.verified = verified;
      changed.verified_at = raw(verified_at_or_now) == 1 ? now : verified_at_or_now;
      changed.preferred_contact_method = "sms";
      changed.metadata.text = "{}";
      changed.updated = now;
      user.updated = now;
    };
  };
  const Micros at_creation = to_whole_milliseconds(Micros{1'800'000'000'001'500});
  SECTION("newly verified") {
    check_change(UserAddressUpdated{"a2", "inactive", true, "sms", {"{}"}},
                 update(1, true, Micros{1}));
  }
  SECTION("verified before") {
    check_change(UserAddressUpdated{"a1", "inactive", true, "sms", {"{}"}},
                 update(0, true, at_creation));
  }
  SECTION("no longer verified") {
    check_change(UserAddressUpdated{"a1", "inactive", false, "sms", {"{}"}},
                 update(0, false, Micros{}));
  }
}

TEST_CASE("a credential is added, or replaced under its id", "[state]") {
  check_change(UserCredentialSet{credential("c2", R"("s2")")}, [](UserState& user, Micros now) {
    Credential added = credential("c2", R"("s2")");
    added.created = now;
    added.updated = now;
    user.credentials.push_back(added);
    user.updated = now;
  });
  check_change(UserCredentialSet{credential("c1", R"("s2")")}, [](UserState& user, Micros now) {
    user.credentials[0].secret.text = R"("s2")";
    user.credentials[0].updated = now;
    user.updated = now;
  });
}

TEST_CASE("the state of a credential changes without its secret", "[state]") {
  check_change(UserCredentialStateChanged{"c1", "must_be_changed"},
               [](UserState& user, Micros now) {
                 user.credentials[0].state = "must_be_changed";
                 user.credentials[0].updated = now;
                 user.updated = now;
               });
}

TEST_CASE("what speaks of parts that are not there changes nothing but the time", "[state]") {
  const auto only_time = [](UserState& user, Micros now) {
    user.updated = now;
  };
  check_change(UserIdentifierRemoved{"none"}, only_time);
  check_change(UserAddressUpdated{"none", "inactive", true, "", {}}, only_time);
  check_change(UserAddressRemoved{"none"}, only_time);
  check_change(UserCredentialStateChanged{"none", "valid"}, only_time);
}

TEST_CASE("a deleted user is gone, an erased one for good", "[state]") {
  check_change(UserDeleted{}, [](UserState& user, Micros) { user.gone = true; });
  // Of what was sealed nothing is left, as in a state that is folded without the key.
  check_change(UserErased{}, [](UserState& user, Micros) {
    user.gone = true;
    user.erased = true;
    user.erased_position = raw(user.head.last);
    user.erased_time = Micros{1'800'000'000'003'000};
    user.id = user.head.stream.text();
    user.payload = {};
    user.metadata = {};
    user.business_metadata = {};
    user.identifiers.clear();
    user.addresses.clear();
    user.credentials.clear();
  });
}

TEST_CASE("an erased user is found by its stream, and its erasure comes to an end", "[state]") {
  Folding folding;
  folding.then(ada()).then(UserErased{});
  const StreamHead head = head_of(folding.state);
  CHECK_FALSE(exists(folding.state));
  CHECK(has_rows(folding.state));
  CHECK(address_of(folding.state, LogId{3}) ==
        StateAddress{LogId{3}, Aggregate::kErasedUser, {}, head.stream.text()});
  CHECK_FALSE(folding.as<UserState>().certified);
  folding.then(UserErasureCertified{raw(head.last), 2, 7, "00"});
  CHECK(folding.as<UserState>().certified);
  CHECK(folding.as<UserState>().erased_position == raw(head.last));
}

TEST_CASE("parts of a user are found by what names them", "[state]") {
  Folding folding;
  folding.then(ada());
  const auto& user = folding.as<UserState>();
  REQUIRE(user.find_identifier("ada") != nullptr);
  CHECK(user.find_identifier("ada")->id == "i1");
  CHECK(user.find_identifier("eve") == nullptr);
  REQUIRE(user.find_address("a@b.c") != nullptr);
  CHECK(user.find_address("a@b.c")->id == "a2");
  CHECK(user.find_address("") == nullptr);
  REQUIRE(user.find_credential("password") != nullptr);
  CHECK(user.find_credential("totp") == nullptr);
}

TEST_CASE("the folded form is stored only when it differs", "[state]") {
  Identifier same = identifier("i", "ada");
  CHECK(folded_form(same) == "ada");
  same.value = "ADA";
  same.folded = "ada";
  CHECK(folded_form(same) == "ada");
}

}  // namespace
}  // namespace muster
