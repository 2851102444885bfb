#include <algorithm>
#include <exception>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>

#include "engine/build/version.h"
#include "replay/exit_codes.h"
#include "replay/history.h"
#include "replay/rebuild.h"
#include "replay/verify.h"

namespace muster::replay {
namespace {

struct Arguments {
  std::string data;
  std::string master_key_file;
  std::string output = "table";
  bool show_values = false;
  std::size_t threads = std::max(2U, std::thread::hardware_concurrency());
  HistoryOptions history;

  [[nodiscard]] DirectoryChoice directory() const {
    DirectoryChoice choice{data, std::nullopt};
    if (!master_key_file.empty()) {
      choice.master_key_file = master_key_file;
    }
    return choice;
  }

  [[nodiscard]] OutputFormat format() const {
    if (output == "json") {
      return OutputFormat::kJson;
    }
    return output == "ndjson" ? OutputFormat::kNdjson : OutputFormat::kTable;
  }

  [[nodiscard]] FoldOptions fold() const {
    FoldOptions options;
    options.threads = threads;
    return options;
  }
};

constexpr std::size_t kThreadsMax = 64;

CLI::App* add_verb(CLI::App& app, Arguments& arguments, const char* name, const char* about) {
  CLI::App* verb = app.add_subcommand(name, about);
  verb->add_option("--data", arguments.data, "A stopped data directory, or a copy of one")
      ->required();
  verb->add_option("--master-key-file",
                   arguments.master_key_file,
                   "File with the master key; default: DATA/keys/master.key")
      ->envname("MUSTER_MASTER_KEY_FILE");
  verb->add_option("--output", arguments.output, "table, json or ndjson")
      ->check(CLI::IsMember({"table", "json", "ndjson"}));
  return verb;
}

void add_threads(CLI::App& verb, Arguments& arguments) {
  verb.add_option("--threads", arguments.threads, "Threads that decode events")
      ->check(CLI::Range(std::size_t{1}, kThreadsMax));
}

void add_history(CLI::App& app, Arguments& arguments) {
  CLI::App* verb = add_verb(app, arguments, "history", "List the events of a stream, oldest first");
  HistoryOptions& history = arguments.history;
  verb->add_option("--stream", history.stream, "The stream, a UUID");
  verb->add_option("--pool", history.pool, "Id or name of the pool of --user");
  verb->add_option("--user", history.user, "Id of a user that exists now");
  verb->add_option("--tenant", history.tenant, "Where several tenants have such a pool");
  verb->add_flag("--show-values", arguments.show_values, "Show personal values too");
}

int run(const CLI::App& app, const Arguments& arguments) {
  Report report{arguments.format(), stdout, stderr};
  int code = kExitUsage;
  if (app.got_subcommand("verify")) {
    code = verify({arguments.directory(), arguments.show_values, arguments.fold(), false}, report);
  } else if (app.got_subcommand("rebuild")) {
    RebuildOptions options;
    options.directory = arguments.directory();
    options.fold = arguments.fold();
    code = rebuild(options, report);
  } else if (app.got_subcommand("history")) {
    HistoryOptions options = arguments.history;
    options.directory = arguments.directory();
    options.show_values = arguments.show_values;
    code = history(options, report);
  } else if (app.got_subcommand("forget-views")) {
    code = forget_views(arguments.directory(), report);
  }
  report.finish();
  return code;
}

int parse_and_run(int argc, const char* const* argv) {
  CLI::App app{"Walks the log of a Muster directory: verifies, rebuilds, shows history"};
  app.set_version_flag("--version", std::string{kVersion});
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 something was found, 2 usage, 65 data too damaged to read on,\n"
      "73 the directory cannot be opened, 74 input or output failed");
  Arguments arguments;
  CLI::App* verify_verb =
      add_verb(app, arguments, "verify", "Prove that what is stored is what was recorded");
  verify_verb->add_flag(
      "--show-values", arguments.show_values, "Show the keys of rows that differ");
  add_threads(*verify_verb, arguments);
  add_threads(*add_verb(app, arguments, "rebuild", "Derive everything from the log anew"),
              arguments);
  add_history(app, arguments);
  add_verb(app, arguments, "forget-views", "Delete everything derived (for tests)")->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return run(app, arguments);
}

}  // namespace
}  // namespace muster::replay

int main(int argc, char** argv) {
  try {
    return muster::replay::parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "muster-replay: %s\n", error.what()));
    return muster::replay::kExitIo;
  }
}
