#include "api/server/bootstrap.h"

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

/// What is there already is what an interrupted first start had made.
Result<void> make(const Services& services, LogId log, Result<Decide> decide) {
  if (!decide) {
    return decide.error();
  }
  const auto made = submit_and_wait(services.commands, log, std::move(*decide));
  if (!made && made.error().code != Errc::kAlreadyTaken) {
    return made.error();
  }
  return {};
}

Result<void> make_workspace(const Services& services, std::string_view id) {
  CreateWorkspace input;
  input.log = kFirstTenantLog;
  input.id = id;
  return make(
      services, kFirstTenantLog, prepare_create_workspace(services.domain, std::move(input)));
}

Result<void> make_signing_key(const Services& services) {
  MUSTER_TRY(const auto keys,
             services.catalog.signing_keys(*services.published.now(), kFirstTenantLog));
  if (!keys->empty()) {
    return {};
  }
  MUSTER_TRY(EcKeyPair pair, make_es256_key());
  CreateSigningKey input;
  input.log = kFirstTenantLog;
  input.id = std::move(pair.id);
  input.public_jwk.text = std::move(pair.public_jwk);
  input.private_jwk.text = std::move(pair.private_jwk);
  return make(
      services, kFirstTenantLog, prepare_create_signing_key(services.domain, std::move(input)));
}

std::string token_url(const Services& services, std::string_view workspace) {
  return Tokens::issuer(services.settings.public_url, kDefaultTenant, workspace) + "/oauth2/token";
}

std::filesystem::path client_path(const std::filesystem::path& directory,
                                  std::string_view workspace) {
  return directory / (std::string{workspace} + "-client.json");
}

/// A file that an operator has taken away, or replaced by another, is left alone.
Result<void> renew_token_url(const Services& services,
                             const std::filesystem::path& directory,
                             std::string_view workspace) {
  auto client = read_client_file(client_path(directory, workspace));
  if (!client || client->token_url == token_url(services, workspace)) {
    return {};
  }
  client->token_url = token_url(services, workspace);
  return write_client_file(client_path(directory, workspace), *client);
}

/// The file is written before the client is made: a secret that nobody has could not be had again.
Result<void> make_client(const Services& services,
                         const std::filesystem::path& directory,
                         std::string_view workspace) {
  MUSTER_TRY(const auto clients,
             services.directory.list_clients(*services.published.now(), kFirstTenantLog));
  for (const ClientState& client : clients) {
    if (client.workspace == workspace) {
      return {};
    }
  }
  ClientFile file;
  file.client_id = make_uuid_v7(services.domain.entropy, services.domain.clock.now()).text();
  file.client_secret = make_client_secret(services.domain.entropy);
  file.token_url = token_url(services, workspace);
  MUSTER_CHECKED(write_client_file(client_path(directory, workspace), file));
  CreateClient input;
  input.log = kFirstTenantLog;
  input.id = file.client_id;
  input.workspace = workspace;
  input.name = "bootstrap " + std::string{workspace};
  input.scopes.assign(kScopeNames.begin(), kScopeNames.end());
  input.secret_digest = secret_digest(file.client_secret);
  input.roles.push_back({std::string{kTenantAdministrator}, {}, {}, {}});
  return make(services, kFirstTenantLog, prepare_create_client(services.domain, std::move(input)));
}

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

Result<void> bootstrap(const Services& services, const std::filesystem::path& directory) {
  const auto point = services.published.now();
  MUSTER_TRY(const auto tenant, services.catalog.find_tenant(*point, kDefaultTenant));
  if (!tenant) {
    const CreateTenant input{std::string{kDefaultTenant}, "Default", kFirstTenantLog};
    MUSTER_CHECKED(make(services, kSystemLog, prepare_create_tenant(services.domain, input)));
  }
  MUSTER_TRY(const auto finished,
             services.catalog.find_workspace(*point, kFirstTenantLog, kDefaultWorkspace));
  if (finished) {
    MUSTER_CHECKED(renew_token_url(services, directory, kAdminWorkspace));
    return renew_token_url(services, directory, kSystemWorkspace);
  }
  MUSTER_CHECKED(make_workspace(services, kAdminWorkspace));
  MUSTER_CHECKED(make_workspace(services, kSystemWorkspace));
  for (const SystemSchema& schema : kSystemSchemas) {
    CreateSchema input;
    input.log = kFirstTenantLog;
    input.id = schema.id;
    input.name = schema.name;
    input.description = schema.description;
    input.schema.text = schema.schema;
    input.system = true;
    MUSTER_CHECKED(
        make(services, kFirstTenantLog, prepare_create_schema(services.domain, std::move(input))));
  }
  MUSTER_CHECKED(make_signing_key(services));
  MUSTER_CHECKED(make_client(services, directory, kAdminWorkspace));
  MUSTER_CHECKED(make_client(services, directory, kSystemWorkspace));
  return make_workspace(services, kDefaultWorkspace);
}

}  // namespace muster
