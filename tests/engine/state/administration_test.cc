#include <catch2/catch.hpp>

#include "tests/engine/state/folding.h"

namespace muster {
namespace {

TEST_CASE("a tenant knows its log", "[state]") {
  Folding folding;
  folding.then(TenantCreated{"default", 1, "Default"});
  const auto& tenant = folding.as<TenantState>();
  CHECK(tenant.id == "default");
  CHECK(tenant.log == LogId{1});
  CHECK(tenant.name == "Default");
  CHECK(tenant.created == folding.now());
  CHECK(address_of(folding.state, kSystemLog) ==
        StateAddress{kSystemLog, Aggregate::kTenant, {}, "default"});
}

TEST_CASE("a workspace has an id and a name", "[state]") {
  Folding folding;
  folding.then(WorkspaceCreated{"admin", "Administration"});
  const auto& workspace = folding.as<WorkspaceState>();
  CHECK(workspace.id == "admin");
  CHECK(workspace.name == "Administration");
  CHECK(workspace.created == folding.now());
  CHECK(address_of(folding.state, LogId{3}).aggregate == Aggregate::kWorkspace);
}

ClientCreated client() {
  return {"c1", "admin", "Console", {"identity", "audit"}, "digest 1"};
}

TEST_CASE("a client may do what it was registered for", "[state]") {
  Folding folding;
  folding.then(client());
  const auto& state = folding.as<ClientState>();
  CHECK(state.id == "c1");
  CHECK(state.workspace == "admin");
  CHECK(state.name == "Console");
  CHECK(state.scopes == std::vector<std::string>{"identity", "audit"});
  CHECK(state.secret_digest == "digest 1");
  CHECK(state.created == folding.now());
  CHECK(state.rotated == state.created);
  CHECK(address_of(folding.state, LogId{3}) ==
        StateAddress{LogId{3}, Aggregate::kClient, {}, "c1"});
}

TEST_CASE("a rotated secret replaces the old one and nothing else", "[state]") {
  Folding folding;
  folding.then(client());
  ClientState expected = folding.as<ClientState>();
  folding.then(ClientSecretRotated{"digest 2"});
  expected.secret_digest = "digest 2";
  expected.rotated = folding.now();
  expected.head = head_of(folding.state);
  CHECK(folding.as<ClientState>() == expected);
  CHECK(expected.rotated > expected.created);
}

TEST_CASE("a deleted client is gone", "[state]") {
  Folding folding;
  folding.then(client()).then(ClientDeleted{});
  CHECK(folding.as<ClientState>().gone);
}

TEST_CASE("a signing key keeps both halves", "[state]") {
  Folding folding;
  folding.then(SigningKeyCreated{"kid", "ES256", {R"({"x":1})"}, {R"({"d":2})"}});
  const auto& key = folding.as<SigningKeyState>();
  CHECK(key.id == "kid");
  CHECK(key.algorithm == "ES256");
  CHECK(key.public_jwk.text == R"({"x":1})");
  CHECK(key.private_jwk.text == R"({"d":2})");
  CHECK(key.created == folding.now());
  CHECK(address_of(folding.state, LogId{3}).aggregate == Aggregate::kSigningKey);
}

}  // namespace
}  // namespace muster
