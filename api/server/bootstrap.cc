#include "api/server/bootstrap.h"

#include <algorithm>

#include "api/auth/jwt.h"
#include "api/auth/tokens.h"
#include "api/server/submit.h"
#include "engine/administration/commands.h"
#include "engine/administration/permissions.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"
#include "engine/pools/schema_commands.h"
#include "engine/pools/system_schemas.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::size_t kClientFileBytesMax = 64 * 1024;

/// Made last: where it exists, a first start has been finished.
constexpr std::string_view kDefaultWorkspace = "default";

/// Makes one tenant usable.
class Founding {
 public:
  Founding(const Services& services,
           const std::filesystem::path& directory,
           const NewTenant& tenant,
           LogId log)
      : services_{services}, directory_{directory}, tenant_{tenant}, log_{log} {}

  Result<void> run() {
    const auto point = services_.published.now();
    MUSTER_TRY(const auto finished,
               services_.catalog.find_workspace(*point, log_, kDefaultWorkspace));
    if (finished) {
      MUSTER_CHECKED(renew_token_url(kAdminWorkspace));
      return renew_token_url(kSystemWorkspace);
    }
    MUSTER_CHECKED(make_workspace(kAdminWorkspace));
    MUSTER_CHECKED(make_workspace(kSystemWorkspace));
    MUSTER_CHECKED(make_schemas());
    MUSTER_CHECKED(make_signing_key());
    MUSTER_CHECKED(make_client(kAdminWorkspace));
    MUSTER_CHECKED(make_client(kSystemWorkspace));
    return make_workspace(kDefaultWorkspace);
  }

 private:
  /// What is there already is what an interrupted run had made.
  Result<void> make(Result<Decide> decide) {
    if (!decide) {
      return decide.error();
    }
    const auto made = submit_and_wait(services_.commands, log_, std::move(*decide));
    if (!made && made.error().code != Errc::kAlreadyTaken) {
      return made.error();
    }
    return {};
  }

  Result<void> make_workspace(std::string_view id) {
    CreateWorkspace input;
    input.log = log_;
    input.id = id;
    return make(prepare_create_workspace(services_.domain, std::move(input)));
  }

  Result<void> make_schemas() {
    for (const SystemSchema& schema : kSystemSchemas) {
      CreateSchema input;
      input.log = log_;
      input.id = schema.id;
      input.name = schema.name;
      input.description = schema.description;
      input.schema.text = schema.schema;
      input.system = true;
      MUSTER_CHECKED(make(prepare_create_schema(services_.domain, std::move(input))));
    }
    return {};
  }

  Result<void> make_signing_key() {
    MUSTER_TRY(const auto keys, services_.catalog.signing_keys(*services_.published.now(), log_));
    if (!keys->empty()) {
      return {};
    }
    MUSTER_TRY(EcKeyPair pair, make_es256_key());
    CreateSigningKey input;
    input.log = log_;
    input.id = std::move(pair.id);
    input.public_jwk.text = std::move(pair.public_jwk);
    input.private_jwk.text = std::move(pair.private_jwk);
    return make(prepare_create_signing_key(services_.domain, std::move(input)));
  }

  [[nodiscard]] std::string token_url(std::string_view workspace) const {
    return Tokens::issuer(services_.settings.public_url, tenant_.id, workspace) + "/oauth2/token";
  }

  [[nodiscard]] std::filesystem::path client_path(std::string_view workspace) const {
    const std::string prefix = tenant_.id == kDefaultTenant ? "" : tenant_.id + "-";
    return directory_ / (prefix + std::string{workspace} + "-client.json");
  }

  /// A file that an operator has taken away, or replaced by another, is left alone.
  Result<void> renew_token_url(std::string_view workspace) {
    auto client = read_client_file(client_path(workspace));
    if (!client || client->token_url == token_url(workspace)) {
      return {};
    }
    client->token_url = token_url(workspace);
    return write_client_file(client_path(workspace), *client);
  }

  /// The file is written before the client is made: a secret that nobody has could not be had
  /// again.
  Result<void> make_client(std::string_view workspace) {
    MUSTER_TRY(const auto clients,
               services_.directory.list_clients(*services_.published.now(), log_));
    for (const ClientState& client : clients) {
      if (client.workspace == workspace) {
        return {};
      }
    }
    ClientFile file;
    file.client_id = make_uuid_v7(services_.domain.entropy, services_.domain.clock.now()).text();
    file.client_secret = make_client_secret(services_.domain.entropy);
    file.token_url = token_url(workspace);
    MUSTER_CHECKED(write_client_file(client_path(workspace), file));
    CreateClient input;
    input.log = log_;
    input.id = file.client_id;
    input.workspace = workspace;
    input.name = "bootstrap " + std::string{workspace};
    input.scopes.assign(kScopeNames.begin(), kScopeNames.end());
    input.secret_digest = secret_digest(file.client_secret);
    input.roles.push_back({std::string{kTenantAdministrator}, {}, {}, {}});
    return make(prepare_create_client(services_.domain, std::move(input)));
  }

  const Services& services_;
  const std::filesystem::path& directory_;
  const NewTenant& tenant_;
  LogId log_;
};

}  // namespace

Result<void> write_client_file(const std::filesystem::path& path, const ClientFile& client) {
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("client_id", client.client_id);
  writer.member("client_secret", client.client_secret);
  writer.member("token_url", client.token_url);
  writer.end_object();
  json.push_back('\n');
  return write_file_atomically(path, json);
}

Result<ClientFile> read_client_file(const std::filesystem::path& path) {
  MUSTER_TRY(const std::string text, read_file(path, kClientFileBytesMax));
  MUSTER_TRY(const JsonDocument document, parse_json(text));
  const auto member = [&](std::string_view name) {
    const auto value = document.root().find(name);
    return std::string{value ? value->text().value_or(std::string_view{}) : std::string_view{}};
  };
  ClientFile client{member("client_id"), member("client_secret"), member("token_url")};
  if (client.client_id.empty() || client.client_secret.empty() || client.token_url.empty()) {
    return failure(Errc::kInvalid,
                   "invalid_client_file",
                   path.string() + " must hold client_id, client_secret and token_url");
  }
  return client;
}

Result<void> found_tenant(const Services& services,
                          const std::filesystem::path& directory,
                          const NewTenant& tenant) {
  const auto point = services.published.now();
  MUSTER_TRY(const auto found, services.catalog.find_tenant(*point, tenant.id));
  LogId log = found ? found->log : kFirstTenantLog;
  if (!found) {
    MUSTER_TRY(const auto tenants, services.directory.list_tenants(*point));
    for (const TenantState& other : tenants) {
      log = std::max(log, LogId{raw(other.log) + 1});
    }
    MUSTER_TRY(Decide decide,
               prepare_create_tenant(services.domain, {tenant.id, tenant.name, log}));
    const auto made = submit_and_wait(services.commands, kSystemLog, std::move(decide));
    if (!made) {
      return made.error();
    }
  }
  return Founding{services, directory, tenant, log}.run();
}

Result<void> bootstrap(const Services& services, const std::filesystem::path& directory) {
  MUSTER_CHECKED(found_tenant(services, directory, {std::string{kDefaultTenant}, "Default"}));
  // The files of other tenants lie there, too.
  MUSTER_TRY(const auto tenants, services.directory.list_tenants(*services.published.now()));
  for (const TenantState& tenant : tenants) {
    MUSTER_CHECKED(found_tenant(services, directory, {tenant.id, tenant.name}));
  }
  return {};
}

}  // namespace muster
