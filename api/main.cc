/// `muster`: the server and the operator's tools.

#include <cstdio>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "engine/build/version.h"

int main(int argc, char** argv) {
  CLI::App app{"Muster: an event-sourced user directory"};
  app.set_version_flag("--version", "muster " + std::string{muster::kVersion});
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 something was refused or wants attention, 3 a restore would bring\n"
      "erased people back, 64 wrong usage, 65 data damaged,\n"
      "69 unavailable, 70 internal error, 73 cannot open, 74 disk failed, 77 not permitted.");
  muster::RunCommand chosen;
  muster::add_serve(app, {argv + 1, argv + argc}, chosen);
  muster::add_import(app, chosen);
  muster::add_config(app, chosen);
  muster::add_erase(app, chosen);
  muster::add_client(app, chosen);
  muster::add_tenant(app, chosen);
  muster::add_token(app, chosen);
  muster::add_keys(app, chosen);
  muster::add_clock(app, chosen);
  muster::add_backup(app, chosen);
  muster::add_restore(app, chosen);
  muster::add_doctor(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(muster::ExitCode::kUsage);
  }
  return chosen ? chosen() : static_cast<int>(muster::ExitCode::kUsage);
}
