#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "bench/generate.h"
#include "bench/process.h"
#include "bench/scenario.h"

namespace muster {

namespace {

constexpr int kToolSecondsMax = 3600;
constexpr std::uint64_t kEditions = 4;

/// The program of that name beside this one.
std::string sibling(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

struct ToolRun {
  double seconds = 0;
};

Result<ToolRun> run_tool(const BenchContext& context, const std::vector<std::string>& arguments) {
  const std::filesystem::path log = context.directory / "tool.log";
  const auto started = std::chrono::steady_clock::now();
  MUSTER_TRY(ChildProcess child, ChildProcess::start(arguments, log));
  MUSTER_TRY(const int status, child.wait_for_exit(kToolSecondsMax));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  if (status != 0) {
    return failure(Errc::kIo,
                   "tool_failed",
                   arguments[0] + " " + arguments[1] + " ended with " + std::to_string(status) +
                       "; see " + log.string());
  }
  return ToolRun{took.count()};
}

/// Imports the users into a directory of the context; later editions change each of them.
Result<ToolRun> import_edition(const BenchContext& context,
                               const std::string& data,
                               std::uint64_t edition) {
  const std::string file = (context.directory / "users.ndjson").string();
  MUSTER_CHECKED(generate_users(context.people, {context.people_count, edition}, file));
  MUSTER_TRY(const ToolRun run,
             run_tool(context,
                      {sibling("muster"),
                       "import",
                       "ndjson",
                       file,
                       "--pool",
                       "people",
                       "--create-pool",
                       "--data",
                       data}));
  std::filesystem::remove(file);
  return run;
}

ScenarioResult result_of(std::string name,
                         const std::string& unit,
                         std::uint64_t count,
                         ToolRun run) {
  ScenarioResult result;
  result.scenario = std::move(name);
  result.metrics.push_back({"throughput", static_cast<double>(count) / run.seconds, "1/s"});
  result.metrics.push_back({"seconds", run.seconds, "s"});
  result.metrics.push_back({unit, static_cast<double>(count), ""});
  result.notes.emplace_back("whole program run, opening and closing the directory included");
  return result;
}

Result<ScenarioResult> import(BenchContext& context) {
  const std::filesystem::path data = context.directory / "imported";
  std::filesystem::remove_all(data);
  MUSTER_TRY(const ToolRun run, import_edition(context, data.string(), 0));
  std::filesystem::remove_all(data);
  return result_of("import", "users", context.people_count, run);
}

/// A directory with one creation and three updates per user; made once in a context's directory.
Result<std::string> ensure_history(const BenchContext& context) {
  const std::filesystem::path data = context.directory / "history";
  const std::filesystem::path finished = context.directory / "history.finished";
  // What it was made of: the same directory may have served another run.
  const std::string made_of = std::to_string(context.people_count) + " users, seed " +
                              std::to_string(context.seed) + ", first " +
                              context.people.email_of(0) + "\n";
  std::ifstream marker{finished};
  const std::string found{std::istreambuf_iterator<char>{marker}, {}};
  if (found != made_of) {
    std::filesystem::remove_all(data);
    for (std::uint64_t edition = 0; edition < kEditions; ++edition) {
      MUSTER_CHECKED(import_edition(context, data.string(), edition));
    }
    MUSTER_CHECKED(write_file(finished.string(), made_of));
  }
  return data.string();
}

Result<ScenarioResult> replay(BenchContext& context, const std::string& verb) {
  MUSTER_TRY(const std::string data, ensure_history(context));
  MUSTER_TRY(const ToolRun run,
             run_tool(context, {sibling("muster-replay"), verb, "--data", data}));
  ScenarioResult result = result_of(verb, "events", context.people_count * kEditions, run);
  result.notes.emplace_back("one creation and three updates per user");
  return result;
}

Result<ScenarioResult> verify(BenchContext& context) {
  return replay(context, "verify");
}

Result<ScenarioResult> rebuild(BenchContext& context) {
  return replay(context, "rebuild");
}

}  // namespace

std::span<const Scenario> tool_scenarios() {
  static constexpr Scenario kScenarios[] = {
      {"import", "import generated users into a new directory, durably", &import},
      {"verify", "verify a directory with four events per user: chain, tree, every view", &verify},
      {"rebuild", "rebuild every view of that directory from the log", &rebuild},
  };
  return kScenarios;
}

}  // namespace muster
