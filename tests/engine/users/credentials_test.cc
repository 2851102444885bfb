#include <catch2/catch.hpp>

#include "tests/engine/support/people.h"

using namespace muster;

namespace {

class AdaStory : public PeopleStory {
 public:
  explicit AdaStory(PoolBody body = pool_body("people")) : PeopleStory{std::move(body)} {
    CreateUser input = ada();
    given(create(input));
  }

  Result<Decide> set(const NewCredential& credential) {
    return prepare(prepare_set_credential, credential);
  }

  Credential held(const std::string& type = "password") {
    const UserState ada_now = user();
    const Credential* credential = ada_now.find_credential(type);
    check(credential != nullptr, "ada has that credential");
    return *credential;
  }
};

NewCredential totp(const std::string& secret) {
  NewCredential credential;
  credential.type = "totp";
  credential.totp_secret = secret;
  return credential;
}

NewCredential webauthn(const std::string& keys) {
  NewCredential credential;
  credential.type = "webauthn";
  credential.webauthn_credentials = json(keys);
  return credential;
}

PoolBody expiring() {
  PoolBody body = pool_body("people");
  body.settings.password_expires_after_us = 1'000'000;
  return body;
}

}  // namespace

TEST_CASE("a password is set, and replaced under its id", "[users]") {
  AdaStory story;
  CHECK(story.when(story.set(password("a"))) == "user.credential_set");
  const Credential first = story.held();
  CHECK(story.decided.facts[0].draft.data == "{}");
  story.wait(1'000'000);
  CHECK(story.when(story.set(password("b"))) == "user.credential_set");
  const Credential second = story.held();
  CHECK(second.id == first.id);
  CHECK(second.created == first.created);
  CHECK(second.secret != first.secret);
  CHECK(story.user().credentials.size() == 1);
}

TEST_CASE("each type of credential has its own payload", "[users]") {
  AdaStory story;
  CHECK(story.when(story.set(totp("BLEXAM6OPBBZTCFUOPVHDQ2HVG7PTMK3"))) == "user.credential_set");
  CHECK(story.held("totp").secret.text == R"({"totp_secret":"BLEXAM6OPBBZTCFUOPVHDQ2HVG7PTMK3"})");
  CHECK(story.when(story.set(webauthn(R"([{"id":"a"}])"))) == "user.credential_set");
  CHECK(story.held("webauthn").secret.text == R"({"credentials":[{"id":"a"}]})");
  CHECK(story.user().credentials.size() == 2);
}

TEST_CASE("setting what is there already is quiet", "[users]") {
  AdaStory story;
  story.given(story.set(totp("ABCDEFGH")));
  CHECK(story.when(story.set(totp("ABCDEFGH"))) == "nothing");
}

TEST_CASE("fields of credentials are checked", "[users]") {
  AdaStory story;
  const auto refused = [&](const NewCredential& credential) {
    return story.when(story.set(credential));
  };
  NewCredential bare;
  CHECK(refused(bare) == "refused: invalid_request /type:enum");
  bare.type = "password";
  CHECK(refused(bare) == "refused: invalid_request /password:required");
  for (const std::string& secret :
       {std::string{}, std::string{"not base32!"}, std::string(300, 'A')}) {
    CAPTURE(secret);
    CHECK(refused(totp(secret)) == "refused: invalid_request /totp_secret:base32");
  }
  CHECK(refused(webauthn("")) == "refused: invalid_request /webauthn_credentials:required");
  CHECK(refused(webauthn("{}")) == "refused: invalid_request /webauthn_credentials:required");
  CHECK(refused(webauthn("[\"" + std::string(70'000, 'x') + "\"]")) ==
        "refused: invalid_request /webauthn_credentials:maxLength");
}

TEST_CASE("a reset outweighs a change", "[users]") {
  struct Row {
    bool change;
    bool reset;
    std::string state;
  };

  for (const Row& row : std::vector<Row>{{false, false, "valid"},
                                         {true, false, "must_be_changed"},
                                         {false, true, "must_be_reset"},
                                         {true, true, "must_be_reset"}}) {
    CAPTURE(row.state);
    AdaStory story;
    NewCredential credential = password("a");
    credential.must_be_changed = row.change;
    credential.must_be_reset = row.reset;
    story.given(story.set(credential));
    CHECK(story.held().state == row.state);
  }
}

TEST_CASE("only passwords can be forced to change", "[users]") {
  AdaStory story;
  NewCredential credential = totp("ABCDEFGH");
  credential.must_be_reset = true;
  story.given(story.set(credential));
  CHECK(story.held("totp").state == "valid");
}

TEST_CASE("passwords expire as the pool says, unless they say it themselves", "[users]") {
  AdaStory story{expiring()};
  story.given(story.set(password("a")));
  CHECK(story.held().expires == Micros{raw(story.now()) + 1'000'000});
  NewCredential imported = password("b");
  imported.expires = Micros{};
  story.given(story.set(imported));
  CHECK(story.held().expires == Micros{});
  story.given(story.set(totp("ABCDEFGH")));
  CHECK(story.held("totp").expires == Micros{});
}

TEST_CASE("a password is stale when it was set or forced otherwise on the way", "[users]") {
  AdaStory story;
  const auto first = story.set(password("a"));
  story.given(story.set(password("b")));
  CHECK(story.when(first) == "refused: stale");
  const auto second = story.set(password("c"));
  story.given(prepare_change_password_state(PeopleStory::name(), "must_be_reset"));
  CHECK(story.when(second) == "refused: stale");
  CHECK(story.when(story.set(password("c"))) == "user.credential_set");
  CHECK(story.held().state == "valid");
}

TEST_CASE("credentials of another type do not matter", "[users]") {
  AdaStory story;
  const auto set = story.set(password("a"));
  story.given(story.set(totp("ABCDEFGH")));
  CHECK(story.when(set) == "user.credential_set");
}

TEST_CASE("the state of a password changes", "[users]") {
  AdaStory story;
  CHECK(story.when(prepare_change_password_state(PeopleStory::name(), "valid")) ==
        "refused: credential_not_found");
  story.given(story.set(password("a")));
  CHECK(story.when(prepare_change_password_state(PeopleStory::name(), "valid")) == "nothing");
  CHECK(story.when(prepare_change_password_state(PeopleStory::name(), "must_be_changed")) ==
        "user.credential_state_changed");
  CHECK(story.held().state == "must_be_changed");
  CHECK(story.when(prepare_change_password_state(PeopleStory::name(), "tired")) ==
        "refused: invalid_request /state:invalid_request");
  CHECK(story.when(prepare_change_password_state(PeopleStory::name("bob"), "valid")) ==
        "refused: user_not_found");
}

TEST_CASE("a password that must be changed opens the door once", "[users]") {
  AdaStory story;
  NewCredential credential = password("a");
  credential.must_be_changed = true;
  story.given(story.set(credential));
  const Credential seen = story.held();
  const auto first = prepare_note_password_verified(PeopleStory::name(), seen);
  const auto second = prepare_note_password_verified(PeopleStory::name(), seen);
  CHECK(story.when(first) == "user.credential_state_changed");
  CHECK(story.held().state == "must_be_reset");
  CHECK(story.when(second) == "nothing");
}

TEST_CASE("a valid password stays valid however often it is used", "[users]") {
  AdaStory story;
  story.given(story.set(password("a")));
  CHECK(story.when(prepare_note_password_verified(PeopleStory::name(), story.held())) == "nothing");
}

TEST_CASE("the use of a former password says nothing about the present one", "[users]") {
  AdaStory story;
  NewCredential credential = password("a");
  credential.must_be_changed = true;
  story.given(story.set(credential));
  const auto note = prepare_note_password_verified(PeopleStory::name(), story.held());
  credential.password = hash_of("b");
  story.given(story.set(credential));
  CHECK(story.when(note) == "nothing");
  CHECK(story.held().state == "must_be_changed");
}
