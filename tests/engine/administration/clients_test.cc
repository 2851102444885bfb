#include <catch2/catch.hpp>

#include "engine/administration/commands.h"
#include "engine/core/bytes.h"
#include "tests/engine/support/story.h"

using namespace muster;

namespace {

std::string digest_text(char fill) {
  return to_base64url(std::string(32, fill));
}

CreateClient console() {
  return {Story::log, "console", "admin", "Console", {"identity"}, digest_text('a')};
}

CreateSigningKey key() {
  return {Story::log, digest_text('k'), "ES256", {R"({"kty":"EC"})"}, {R"({"d":"secret"})"}};
}

class ClientStory : public Story {
 public:
  ClientStory() {
    given(prepare_create_workspace(ports(), {log, "admin", ""}));
    given(prepare_create_client(ports(), console()));
  }
};

ClientState client_of(Story& story) {
  return story.read<ClientState>(Aggregate::kClient, "console");
}

}  // namespace

TEST_CASE("a client belongs to a workspace that exists", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_client(story.ports(), console())) ==
        "refused: workspace_not_found");
  story.given(prepare_create_workspace(story.ports(), {Story::log, "admin", ""}));
  CHECK(story.when(prepare_create_client(story.ports(), console())) == "client.created");
  CHECK(story.when(prepare_create_client(story.ports(), console())) == "refused: client_id_taken");
}

TEST_CASE("a client gets an id when it brings none", "[administration]") {
  ClientStory story;
  CreateClient input = console();
  input.id.clear();
  CHECK(story.when(prepare_create_client(story.ports(), input)) == "client.created");
  CHECK(story.decided.subject.id == story.decided.facts[0].stream.text());
}

TEST_CASE("a client's secret digest is sealed under a key of its own", "[administration]") {
  ClientStory story;
  const Draft& draft = story.decided.facts[0].draft;
  CHECK(draft.data.find("secret") == std::string::npos);
  REQUIRE(draft.segments.size() == 1);
  CHECK(draft.segments[0].bytes.find(digest_text('a')) != std::string::npos);
  CHECK(raw(client_of(story).head.slot) != 0);
}

TEST_CASE("fields of a client are checked", "[administration]") {
  ClientStory story;
  CreateClient input = console();
  input.id = "not an id";
  input.workspace = "";
  input.name = "\n";
  input.scopes = {"fine", "not fine", "fine"};
  input.secret_digest = "c2hvcnQ";
  CHECK(story.when(prepare_create_client(story.ports(), input)) ==
        "refused: invalid_request /id:id /workspace:id /name:text /scopes/1:scope "
        "/scopes/2:uniqueItems /secret_digest:digest");
  input = console();
  input.scopes = std::vector<std::string>(65, "a");
  CHECK(story.when(prepare_create_client(story.ports(), input)) ==
        "refused: invalid_request /scopes:maxItems");
}

TEST_CASE("rotating a secret replaces it under the client's key", "[administration]") {
  ClientStory story;
  const ClientState before = client_of(story);
  CHECK(story.when(prepare_rotate_client_secret(
            story.ports(), before, {Story::log, digest_text('b')})) == "client.secret_rotated");
  const ClientState after = client_of(story);
  CHECK(after.secret_digest == digest_text('b'));
  CHECK(after.head.slot == before.head.slot);
}

TEST_CASE("rotating to the same secret is quiet", "[administration]") {
  ClientStory story;
  CHECK(story.when(prepare_rotate_client_secret(
            story.ports(), client_of(story), {Story::log, digest_text('a')})) == "nothing");
}

TEST_CASE("a new secret must be a digest", "[administration]") {
  ClientStory story;
  CHECK(story.when(prepare_rotate_client_secret(
            story.ports(), client_of(story), {Story::log, "secret"})) ==
        "refused: invalid_request /secret_digest:digest");
}

TEST_CASE("a secret cannot be rotated for a client that is gone or another", "[administration]") {
  ClientStory story;
  const ClientState before = client_of(story);
  const auto rotate =
      prepare_rotate_client_secret(story.ports(), before, {Story::log, digest_text('b')});
  story.given(prepare_delete_client({Story::log, "console"}));
  CHECK(story.when(rotate) == "refused: client_not_found");
  story.given(prepare_create_client(story.ports(), console()));
  CHECK(story.when(rotate) == "refused: stale");
}

TEST_CASE("a client is deleted once", "[administration]") {
  ClientStory story;
  CHECK(story.when(prepare_delete_client({Story::log, "console"})) == "client.deleted");
  CHECK(story.when(prepare_delete_client({Story::log, "console"})) == "refused: client_not_found");
}

TEST_CASE("a signing key keeps its private half sealed", "[administration]") {
  Story story;
  CHECK(story.when(prepare_create_signing_key(story.ports(), key())) == "signing_key.created");
  CHECK(story.decided.facts[0].draft.data.find("secret") == std::string::npos);
  CHECK(story.when(prepare_create_signing_key(story.ports(), key())) ==
        "refused: signing_key_id_taken");
}

TEST_CASE("thumbprints may begin with any character of base64url", "[administration]") {
  Story story;
  CreateSigningKey input = key();
  input.id = to_base64url("\xFB" + std::string(31, 'x'));
  REQUIRE(input.id.front() == '-');
  CHECK(story.when(prepare_create_signing_key(story.ports(), input)) == "signing_key.created");
}

TEST_CASE("fields of a signing key are checked", "[administration]") {
  Story story;
  CHECK(story.when(
            prepare_create_signing_key(story.ports(), {Story::log, "id", "RS256", {"1"}, {}})) ==
        "refused: invalid_request /id:digest /algorithm:enum /public_jwk:type /private_jwk:type");
}
