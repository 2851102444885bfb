#include <chrono>
#include <filesystem>
#include <string>

#include "bench/generate.h"
#include "bench/process.h"
#include "bench/scenario.h"

namespace muster {

namespace {

constexpr int kToolSecondsMax = 3600;

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

std::filesystem::path users_file(const BenchContext& context) {
  return context.directory / "users.ndjson";
}

std::string data_directory(const BenchContext& context) {
  return (context.directory / "imported").string();
}

/// Imports the users into a new directory, unless an earlier scenario of this run has.
Result<std::optional<ToolRun>> ensure_imported(const BenchContext& context) {
  if (std::filesystem::exists(data_directory(context))) {
    return std::optional<ToolRun>{};
  }
  MUSTER_CHECKED(
      generate_users(context.people, context.people_count, users_file(context).string()));
  MUSTER_TRY(const ToolRun run,
             run_tool(context,
                      {sibling("muster"),
                       "import",
                       "ndjson",
                       users_file(context).string(),
                       "--pool",
                       "people",
                       "--create-pool",
                       "--data",
                       data_directory(context)}));
  return std::optional{run};
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
  std::filesystem::remove_all(data_directory(context));
  MUSTER_TRY(const auto run, ensure_imported(context));
  return result_of("import", "users", context.people_count, *run);
}

Result<ScenarioResult> replay(BenchContext& context, const std::string& verb) {
  MUSTER_CHECKED(ensure_imported(context));
  MUSTER_TRY(
      const ToolRun run,
      run_tool(context, {sibling("muster-replay"), verb, "--data", data_directory(context)}));
  return result_of(verb, "events", context.people_count, run);
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
      {"verify", "verify that directory: chain, tree, every view", &verify},
      {"rebuild", "rebuild every view of it from the log", &rebuild},
  };
  return kScenarios;
}

}  // namespace muster
