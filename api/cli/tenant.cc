#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/server/bootstrap.h"
#include "engine/core/instant.h"

namespace muster {
namespace {

struct TenantFlags {
  OfflineFlags offline;
  OutputFormat output{};
  NewTenant tenant;
};

Result<void> create(const Services& services, const TenantFlags& flags) {
  MUSTER_TRY(const auto present,
             services.catalog.find_tenant(*services.published.now(), flags.tenant.id));
  if (present) {
    return failure(Errc::kAlreadyTaken,
                   "tenant_id_taken",
                   "there is a tenant '" + flags.tenant.id + "' already");
  }
  MUSTER_CHECKED(found_tenant(services, flags.offline.data, flags.tenant));
  std::printf("tenant %s: credentials are in %s/%s-admin-client.json and %s-system-client.json\n",
              flags.tenant.id.c_str(),
              flags.offline.data.c_str(),
              flags.tenant.id.c_str(),
              flags.tenant.id.c_str());
  return {};
}

Result<void> list(const Services& services, const TenantFlags& flags) {
  MUSTER_TRY(const auto tenants, services.directory.list_tenants(*services.published.now()));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(tenants.size());
  for (const TenantState& tenant : tenants) {
    rows.push_back(
        {tenant.id, tenant.name, std::to_string(raw(tenant.log)), to_rfc3339(tenant.created)});
  }
  print_rows(flags.output, {"id", "name", "log", "created_at"}, rows);
  return {};
}

using TenantAction = Result<void> (*)(const Services&, const TenantFlags&);

int run(const TenantFlags& flags, TenantAction action) {
  return run_offline(flags.offline,
                     [&](OfflineInstance& offline) { return action(offline.services(), flags); });
}

CLI::App* add_verb(CLI::App& parent,
                   const std::string& name,
                   const std::string& help,
                   TenantAction action,
                   RunCommand& chosen,
                   const std::shared_ptr<TenantFlags>& flags) {
  CLI::App* command = parent.add_subcommand(name, help);
  add_offline_flags(*command, flags->offline);
  command->callback([flags, action, &chosen] {
    chosen = [flags, action] {
      return run(*flags, action);
    };
  });
  return command;
}

}  // namespace

void add_tenant(CLI::App& app, RunCommand& chosen) {
  CLI::App* tenants = app.add_subcommand("tenant", "Tenants of a stopped directory");
  tenants->require_subcommand(1);
  const auto flags = std::make_shared<TenantFlags>();
  CLI::App* made =
      add_verb(*tenants, "create", "Make a tenant with its first clients", &create, chosen, flags);
  made->add_option("id", flags->tenant.id, "The tenant's id in URLs")->required();
  made->add_option("--name", flags->tenant.name, "Display name");
  CLI::App* listed = add_verb(*tenants, "list", "List the tenants", &list, chosen, flags);
  add_output_flag(*listed, flags->output);
}

}  // namespace muster
