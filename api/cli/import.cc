#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/cli/import_run.h"

namespace muster {
namespace {

CLI::App* add_format(CLI::App& parent,
                     const std::string& name,
                     const std::string& help,
                     const std::shared_ptr<ImportFlags>& flags,
                     RunCommand& chosen) {
  CLI::App* command = parent.add_subcommand(name, help);
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
  command->callback([flags, name, &chosen] {
    flags->format = name == "ldif" ? ImportFormat::kLdif : ImportFormat::kNdjson;
    chosen = [flags] {
      return run_import(*flags);
    };
  });
  return command;
}

}  // namespace

void add_import(CLI::App& app, RunCommand& chosen) {
  CLI::App* command = app.add_subcommand(
      "import", "Bring users of a file into a pool; a second run changes only what differs");
  command->require_subcommand(1);
  const auto flags = std::make_shared<ImportFlags>();
  add_format(*command, "ldif", "LDIF content file (RFC 2849) with people", flags, chosen);
  add_format(*command, "ndjson", "One user per line, as the API takes them", flags, chosen);
}

}  // namespace muster
