#include <filesystem>

#include <CLI/CLI.hpp>

#include "api/auth/tokens.h"
#include "api/cli/commands.h"
#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/cli/role_text.h"
#include "api/server/bootstrap.h"
#include "api/server/submit.h"
#include "engine/administration/commands.h"
#include "engine/administration/permissions.h"
#include "engine/core/instant.h"

namespace muster {
namespace {

struct ClientFlags {
  OfflineFlags offline;
  OutputFormat output{};
  std::string tenant{kDefaultTenant};
  std::string workspace{kSystemWorkspace};
  std::string id;
  std::string name;
  std::string scopes = "identity";
  std::vector<std::string> roles;
  std::string out;
};

Result<std::shared_ptr<const TenantState>> find_tenant(const Services& services,
                                                       const std::string& id) {
  MUSTER_TRY(auto tenant, services.catalog.find_tenant(*services.published.now(), id));
  if (!tenant) {
    return failure(Errc::kNotFound, "tenant_not_found", "there is no tenant '" + id + "'");
  }
  return tenant;
}

/// The secret goes to a file, never to a terminal or its history.
Result<void> hand_out(const Services& services,
                      const ClientFlags& flags,
                      const std::string& workspace,
                      const std::string& id,
                      const std::string& secret) {
  const ClientFile file{
      id,
      secret,
      Tokens::issuer(services.settings.public_url, flags.tenant, workspace) + "/oauth2/token"};
  MUSTER_CHECKED(write_client_file(flags.out, file));
  std::printf("client %s: credentials are in %s\n", id.c_str(), flags.out.c_str());
  return {};
}

/// A file that holds the credentials of somebody else is not overwritten: a secret is shown once.
Result<void> check_out_file(const ClientFlags& flags, std::string_view its_client) {
  std::error_code ignored;
  if (!std::filesystem::exists(flags.out, ignored)) {
    return {};
  }
  const auto present = read_client_file(flags.out);
  if (present && !its_client.empty() && present->client_id == its_client) {
    return {};
  }
  return failure(Errc::kInvalid,
                 "file_exists",
                 flags.out + " is there already; name another file or move it away");
}

Result<void> check_scopes(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!is_scope(name)) {
      return failure(Errc::kInvalid,
                     "unknown_scope",
                     "there is no scope '" + name + "'; there are " +
                         join_scopes({kScopeNames.begin(), kScopeNames.end()}));
    }
  }
  return names.empty() ? failure(Errc::kInvalid, "no_scopes", "a client needs a scope at least")
                       : Result<void>{};
}

Result<void> create(const Services& services, const ClientFlags& flags) {
  MUSTER_CHECKED(check_out_file(flags, {}));
  MUSTER_CHECKED(check_scopes(split_scopes(flags.scopes)));
  MUSTER_TRY(const auto tenant, find_tenant(services, flags.tenant));
  const std::string secret = make_client_secret(services.domain.entropy);
  CreateClient input;
  input.log = tenant->log;
  input.id = flags.id.empty()
                 ? make_uuid_v7(services.domain.entropy, services.domain.clock.now()).text()
                 : flags.id;
  input.workspace = flags.workspace;
  input.name = flags.name;
  input.scopes = split_scopes(flags.scopes);
  input.secret_digest = secret_digest(secret);
  MUSTER_TRY(input.roles, read_roles(services, tenant->log, flags.roles));
  const std::string id = input.id;
  MUSTER_TRY(Decide decide, prepare_create_client(services.domain, std::move(input)));
  MUSTER_TRY(const Accepted made,
             submit_and_wait(services.commands, tenant->log, std::move(decide)));
  return hand_out(services, flags, flags.workspace, made.subject.id, secret);
}

Result<void> list(const Services& services, const ClientFlags& flags) {
  MUSTER_TRY(const auto tenant, find_tenant(services, flags.tenant));
  MUSTER_TRY(const auto clients,
             services.directory.list_clients(*services.published.now(), tenant->log));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(clients.size());
  for (const ClientState& client : clients) {
    rows.push_back({client.id,
                    client.workspace,
                    client.name,
                    join_scopes(client.scopes),
                    roles_text(client.roles),
                    to_rfc3339(client.created),
                    to_rfc3339(client.rotated)});
  }
  print_rows(flags.output,
             {"client_id", "workspace", "name", "scopes", "roles", "created_at", "rotated_at"},
             rows);
  return {};
}

Result<void> rotate(const Services& services, const ClientFlags& flags) {
  MUSTER_TRY(const auto tenant, find_tenant(services, flags.tenant));
  MUSTER_TRY(const auto client,
             services.catalog.find_client(*services.published.now(), tenant->log, flags.id));
  if (!client) {
    return failure(Errc::kNotFound, "client_not_found", "there is no such client");
  }
  MUSTER_CHECKED(check_out_file(flags, flags.id));
  const std::string secret = make_client_secret(services.domain.entropy);
  MUSTER_TRY(
      Decide decide,
      prepare_rotate_client_secret(services.domain, *client, {tenant->log, secret_digest(secret)}));
  MUSTER_TRY(const Accepted done,
             submit_and_wait(services.commands, tenant->log, std::move(decide)));
  return hand_out(services, flags, client->workspace, done.subject.id, secret);
}

Result<void> remove(const Services& services, const ClientFlags& flags) {
  MUSTER_TRY(const auto tenant, find_tenant(services, flags.tenant));
  MUSTER_TRY(Decide decide, prepare_delete_client({tenant->log, flags.id}));
  const auto done = submit_and_wait(services.commands, tenant->log, std::move(decide));
  return done ? Result<void>{} : Result<void>{done.error()};
}

Result<void> replace_roles(const Services& services, const ClientFlags& flags) {
  MUSTER_TRY(const auto tenant, find_tenant(services, flags.tenant));
  ReplaceClientRoles input{tenant->log, flags.id, {}};
  MUSTER_TRY(input.roles, read_roles(services, tenant->log, flags.roles));
  MUSTER_TRY(Decide decide, prepare_replace_client_roles(std::move(input)));
  const auto done = submit_and_wait(services.commands, tenant->log, std::move(decide));
  return done ? Result<void>{} : Result<void>{done.error()};
}

using ClientAction = Result<void> (*)(const Services&, const ClientFlags&);

int run(const ClientFlags& flags, ClientAction action) {
  return run_offline(flags.offline,
                     [&](OfflineInstance& offline) { return action(offline.services(), flags); });
}

struct ClientVerb {
  std::string name;
  std::string help;
  ClientAction action;
};

CLI::App* add_verb(CLI::App& parent,
                   const ClientVerb& verb,
                   RunCommand& chosen,
                   const std::shared_ptr<ClientFlags>& flags) {
  CLI::App* command = parent.add_subcommand(verb.name, verb.help);
  add_offline_flags(*command, flags->offline);
  command->add_option("--tenant", flags->tenant, "Tenant")->capture_default_str();
  command->callback([flags, action = verb.action, &chosen] {
    chosen = [flags, action] {
      return run(*flags, action);
    };
  });
  return command;
}

void add_out_flag(CLI::App& command, ClientFlags& flags) {
  command.add_option("--out", flags.out, "File that gets the credentials, mode 0600")->required();
}

void add_role_flag(CLI::App& command, ClientFlags& flags) {
  command
      .add_option("--role",
                  flags.roles,
                  "role, role@workspace or role:pool; several times for several; none for no role")
      ->required();
}

}  // namespace

void add_client(CLI::App& app, RunCommand& chosen) {
  CLI::App* clients = app.add_subcommand("client", "OAuth clients of a stopped directory");
  clients->require_subcommand(1);
  const auto flags = std::make_shared<ClientFlags>();
  CLI::App* made = add_verb(*clients, {"create", "Register a client", &create}, chosen, flags);
  made->add_option("--workspace", flags->workspace, "admin or system")->capture_default_str();
  made->add_option("--id", flags->id, "client_id; made when it is not given");
  made->add_option("--name", flags->name, "Display name");
  made->add_option("--scopes", flags->scopes, "Scopes, separated by spaces")->capture_default_str();
  add_role_flag(*made, *flags);
  add_out_flag(*made, *flags);
  CLI::App* listed = add_verb(*clients, {"list", "List the clients", &list}, chosen, flags);
  add_output_flag(*listed, flags->output);
  CLI::App* granted =
      add_verb(*clients, {"roles", "Replace what a client may do", &replace_roles}, chosen, flags);
  granted->add_option("client_id", flags->id, "The client")->required();
  add_role_flag(*granted, *flags);
  CLI::App* rotated =
      add_verb(*clients,
               {"rotate", "Replace a client's secret; its tokens stop working", &rotate},
               chosen,
               flags);
  rotated->add_option("client_id", flags->id, "The client")->required();
  add_out_flag(*rotated, *flags);
  CLI::App* removed = add_verb(
      *clients, {"delete", "Remove a client; its tokens stop working", &remove}, chosen, flags);
  removed->add_option("client_id", flags->id, "The client")->required();
}

}  // namespace muster
