#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/cli/import_run.h"

namespace muster {
namespace {

CLI::App* add_format(CLI::App& parent,
                     ImportFormat format,
                     const std::string& help,
                     const std::shared_ptr<ImportFlags>& flags,
                     RunCommand& chosen) {
  CLI::App* command = parent.add_subcommand(std::string{name_of(format)}, help);
  command->add_option("file", flags->file, "The file to import")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--pool", flags->pool, "Name of the pool")->required();
  command->add_flag("--create-pool", flags->create_pool, "Make the pool when there is none");
  add_offline_flags(*command, flags->offline);
  CLI::Option* url = command->add_option(
      "--url", flags->url, "Import into a running server, as http://127.0.0.1:8080");
  command->add_option("--client", flags->client_file, "Client file of the workspace 'system'")
      ->needs(url);
  command->add_option("--tenant", flags->tenant, "Tenant")->capture_default_str();
  command->add_option(
      "--errors", flags->errors, "Where failed rows go; default: FILE.errors.ndjson");
  add_output_flag(*command, flags->output);
  command->callback([flags, format, &chosen] {
    flags->format = format;
    chosen = [flags] {
      return run_import(*flags);
    };
  });
  return command;
}

/// Empty when roles may have that name.
std::string is_free_member(const std::string& name) {
  return name.empty() || name == "created_timestamp" ? "must be a name that the import does not use"
                                                     : std::string{};
}

}  // namespace

void add_import(CLI::App& app, RunCommand& chosen) {
  CLI::App* command = app.add_subcommand(
      "import",
      "Bring users and groups of a file into a pool; a second run changes only what differs");
  command->require_subcommand(1);
  const auto flags = std::make_shared<ImportFlags>();
  const auto add = [&](ImportFormat format, const std::string& help) {
    return add_format(*command, format, help, flags, chosen);
  };
  const auto add_skip = [&](CLI::App* format) {
    format->add_flag("--skip-credentials",
                     flags->skip_credentials,
                     "Take users without those credentials that cannot be verified here; "
                     "otherwise such a row fails");
  };
  add(ImportFormat::kLdif, "LDIF content file (RFC 2849) with people");
  add(ImportFormat::kNdjson, "One user per line, as the API takes them");
  CLI::App* keycloak =
      add(ImportFormat::kKeycloak, "Export of one Keycloak realm with users and groups, JSON");
  add_skip(keycloak);
  keycloak
      ->add_option(
          "--roles-as",
          flags->roles_as,
          "Keep roles as this member of a user's metadata; otherwise they are only counted")
      ->check(is_free_member);
  keycloak
      ->add_option("--groups",
                   flags->groups_file,
                   "File of the realm that has the groups, when users come in files of their own")
      ->check(CLI::ExistingFile);
  add_skip(add(ImportFormat::kAuth0, "Users of Auth0, a JSON array or NDJSON"));
  CLI::App* csv = add(ImportFormat::kCsv, "CSV (RFC 4180) with a header row");
  csv->add_option("--mapping", flags->mapping_file, "TOML file: what each column becomes")
      ->required()
      ->check(CLI::ExistingFile);
  csv->add_option("--delimiter", flags->delimiter, "Between fields: one character, or tab")
      ->capture_default_str();
}

}  // namespace muster
