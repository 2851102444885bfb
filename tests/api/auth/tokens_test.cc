#include "api/auth/tokens.h"

#include <catch2/catch.hpp>

#include "api/server/submit.h"
#include "engine/administration/commands.h"
#include "tests/api/directory/stack.h"

using namespace muster;
using muster::test::Stack;

namespace {

constexpr LogId kLog{1};

struct MadeClient {
  std::string id = "robot";
  std::string secret;
};

MadeClient make_client(Stack& stack, const std::vector<std::string>& scopes) {
  const Services& services = stack.services();
  MadeClient client;
  client.secret = make_client_secret(services.domain.entropy);
  CreateClient input;
  input.log = kLog;
  input.id = client.id;
  input.workspace = "system";
  input.scopes = scopes;
  input.secret_digest = secret_digest(client.secret);
  auto decide = prepare_create_client(services.domain, std::move(input));
  REQUIRE(decide);
  REQUIRE(submit_and_wait(services.commands, kLog, std::move(*decide)));
  return client;
}

Tokens::Grant grant_of(const MadeClient& client, const std::string& scope = {}) {
  return {"http://x/default/system", "default", "system", client.id, client.secret, scope};
}

}  // namespace

TEST_CASE("a client gets what it may have, or less, never more", "[auth]") {
  Stack stack;
  const MadeClient client = make_client(stack, {"identity", "audit"});
  Tokens& tokens = stack.services().tokens;
  CHECK(tokens.issue(grant_of(client))->scope == "identity audit");
  CHECK(tokens.issue(grant_of(client, "audit"))->scope == "audit");
  const auto refused = tokens.issue(grant_of(client, "audit manage_configuration"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == "invalid_scope");
}

TEST_CASE("whatever is wrong with a client, the answer is the same", "[auth]") {
  Stack stack;
  const MadeClient client = make_client(stack, {"identity"});
  Tokens& tokens = stack.services().tokens;
  auto wrong_secret = grant_of(client);
  wrong_secret.client_secret += "x";
  auto wrong_client = grant_of(client);
  wrong_client.client_id = "nobody";
  auto wrong_workspace = grant_of(client);
  wrong_workspace.workspace = "admin";
  auto wrong_tenant = grant_of(client);
  wrong_tenant.tenant = "nowhere";
  for (const auto& grant : {wrong_secret, wrong_client, wrong_workspace, wrong_tenant}) {
    const auto refused = tokens.issue(grant);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() ==
          failure(Errc::kUnauthorized, "invalid_client", "client authentication failed"));
  }
}

TEST_CASE("a token names its caller until it expires", "[auth]") {
  Stack stack;
  const MadeClient client = make_client(stack, {"identity"});
  Tokens& tokens = stack.services().tokens;
  const auto issued = tokens.issue(grant_of(client));
  REQUIRE(issued);
  const auto caller = tokens.authenticate("Bearer " + issued->token);
  REQUIRE(caller);
  CHECK((*caller)->client_id == client.id);
  CHECK((*caller)->workspace == "system");
  CHECK((*caller)->scopes.has(Scope::kIdentity));
  CHECK_FALSE((*caller)->scopes.has(Scope::kAudit));
  // The second look-up comes from the table of known tokens.
  CHECK(tokens.authenticate("bearer " + issued->token));
  stack.clock().advance((kTokenLifeSeconds + 1) * 1'000'000);
  const auto late = tokens.authenticate("Bearer " + issued->token);
  REQUIRE_FALSE(late);
  CHECK(late.error().rule == "invalid_token");
}

TEST_CASE("a token stops working when its client is rotated or deleted", "[auth]") {
  Stack stack;
  const MadeClient client = make_client(stack, {"identity"});
  const Services& services = stack.services();
  const auto issued = services.tokens.issue(grant_of(client));
  REQUIRE(issued);
  REQUIRE(services.tokens.authenticate("Bearer " + issued->token));
  stack.clock().advance(2'000'000);
  SECTION("rotated") {
    const auto stored = services.catalog.find_client(*services.published.now(), kLog, client.id);
    REQUIRE(stored);
    auto decide =
        prepare_rotate_client_secret(services.domain, **stored, {kLog, secret_digest("another")});
    REQUIRE(decide);
    REQUIRE(submit_and_wait(services.commands, kLog, std::move(*decide)));
  }
  SECTION("deleted") {
    auto decide = prepare_delete_client({kLog, client.id});
    REQUIRE(decide);
    REQUIRE(submit_and_wait(services.commands, kLog, std::move(*decide)));
  }
  CHECK_FALSE(services.tokens.authenticate("Bearer " + issued->token));
}

TEST_CASE("what is no bearer token is refused", "[auth]") {
  Stack stack;
  Tokens& tokens = stack.services().tokens;
  for (const std::string& header : std::vector<std::string>{"",
                                                            "Bearer",
                                                            "Bearer ",
                                                            "Basic abc",
                                                            "Bearer abc",
                                                            "Bearer a.b.c",
                                                            "Bearer " + std::string(5000, 'a')}) {
    CAPTURE(header.substr(0, 20));
    const auto refused = tokens.authenticate(header);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::kUnauthorized);
  }
}
