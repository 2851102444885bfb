#include "tests/api/directory/root_tenant.h"

#include <stdexcept>

#include "api/auth/jwt.h"
#include "api/server/submit.h"
#include "engine/administration/commands.h"

namespace muster::test {
namespace {

constexpr LogId kRootLog{2};
constexpr std::string_view kSecret = "a secret that is long enough to be one";

void make(const Services& services, LogId log, Result<Decide> decide) {
  if (!decide || !submit_and_wait(services.commands, log, std::move(*decide))) {
    throw std::runtime_error{"the tenant 'system' cannot be made"};
  }
}

std::string client_of(std::string_view workspace) {
  return "root-" + std::string{workspace};
}

void make_client(const Services& services, std::string_view workspace) {
  CreateWorkspace room;
  room.log = kRootLog;
  room.id = workspace;
  make(services, kRootLog, prepare_create_workspace(services.domain, room));
  CreateClient client;
  client.log = kRootLog;
  client.id = client_of(workspace);
  client.workspace = workspace;
  client.scopes = {"identity"};
  client.secret_digest = secret_digest(kSecret);
  client.roles.push_back({std::string{kTenantAdministrator}, {}, {}, {}});
  make(services, kRootLog, prepare_create_client(services.domain, std::move(client)));
}

void make_root(const Services& services) {
  const CreateTenant tenant{std::string{kRootTenant}, "Root", kRootLog};
  make(services, kSystemLog, prepare_create_tenant(services.domain, tenant));
  EcKeyPair pair = *make_es256_key();
  CreateSigningKey key;
  key.log = kRootLog;
  key.id = std::move(pair.id);
  key.public_jwk.text = std::move(pair.public_jwk);
  key.private_jwk.text = std::move(pair.private_jwk);
  make(services, kRootLog, prepare_create_signing_key(services.domain, std::move(key)));
  make_client(services, kSystemWorkspace);
  make_client(services, kAdminWorkspace);
}

}  // namespace

std::string root_token(Stack& stack, std::string_view workspace) {
  const Services& services = stack.services();
  const auto present = services.catalog.find_tenant(*services.published.now(), kRootTenant);
  if (present && *present == nullptr) {
    make_root(services);
  }
  Tokens::Grant grant;
  grant.issuer = Tokens::issuer(services.settings.public_url, kRootTenant, workspace);
  grant.tenant = kRootTenant;
  grant.workspace = workspace;
  grant.client_id = client_of(workspace);
  grant.client_secret = kSecret;
  const auto issued = services.tokens.issue(grant);
  if (!issued) {
    throw std::runtime_error{"no root token: " + issued.error().rule};
  }
  return issued->token;
}

}  // namespace muster::test
