#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "bench/bare_beast.h"
#include "bench/generate.h"
#include "bench/process.h"
#include "bench/report.h"
#include "bench/scenario.h"

namespace muster {

namespace {

constexpr int kExitFailed = 1;
constexpr int kServerStartSecondsMax = 120;

struct PeopleOptions {
  std::uint64_t users = 0;
  std::uint64_t seed = 1;
  std::string names;
  std::uint64_t edition = 0;
};

struct RunOptions {
  PeopleOptions people;
  std::string url;
  std::string client_file;
  std::string admin_client_file;
  std::string pool;
  std::string json_file;
  std::string directory;
  std::int64_t process = 0;
  std::size_t connections = 64;
  std::size_t threads = 1;
  double seconds = 5;
  double warm_up_seconds = 1;
  std::uint64_t working_set = 0;
  bool fill = false;
  std::vector<std::string> server;
};

void add_people_options(CLI::App& command, PeopleOptions& options) {
  command.add_option("--users", options.users, "how many users");
  command.add_option("--seed", options.seed, "other seed, other users")->capture_default_str();
  command.add_option(
      "--names", options.names, "directory with dbgen-FamilyNames and dbgen-GivenNames");
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add_people_options(command, options.people);
  command.add_option("--url", options.url, "base URL of a running server");
  command.add_option(
      "--client", options.client_file, "JSON file with client_id, client_secret and token_url");
  command.add_option("--admin-client",
                     options.admin_client_file,
                     "such a file of the workspace admin, for schemas and plans");
  command.add_option(
      "--pool", options.pool, "id of a pool that holds the users; without: a new one");
  command.add_flag("--fill", options.fill, "create the users over HTTP first");
  command.add_option("--pid", options.process, "process of the server at --url, for CPU figures");
  command.add_option("--connections", options.connections, "one outstanding request each")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command.add_option("--threads", options.threads, "threads of the client")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_option("--seconds", options.seconds, "how long to measure")->capture_default_str();
  command.add_option("--warm-up", options.warm_up_seconds, "seconds")->capture_default_str();
  command.add_option("--working-set", options.working_set, "read only the first so many users");
  command.add_option("--json", options.json_file, "write the report there too");
  command.add_option("--dir", options.directory, "for logs and scratch files; default: temporary");
  command.add_option("server", options.server, "after --: a server to start, with its arguments");
}

Result<People> make_people(const PeopleOptions& options) {
  NameLists names = built_in_names();
  if (!options.names.empty()) {
    MUSTER_TRY(names, load_names(options.names));
  }
  return People{std::move(names), options.seed};
}

int fail(const Failure& why) {
  std::cerr << "muster-bench: " << why.reason << " (" << why.rule << ")\n";
  return kExitFailed;
}

Result<> generate(const PeopleOptions& options, const std::string& file) {
  MUSTER_TRY(const People people, make_people(options));
  return generate_users(people, {options.users, options.edition}, file);
}

std::filesystem::path scratch_directory(const RunOptions& options) {
  if (!options.directory.empty()) {
    std::filesystem::create_directories(options.directory);
    return options.directory;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "muster-bench-XXXXXX").string();
  check(::mkdtemp(pattern.data()) != nullptr, "a temporary directory can be made");
  return pattern;
}

// The server to measure: one that runs, or one that is started into `child`.
Result<> find_target(const RunOptions& options,
                     BenchContext& context,
                     std::optional<ChildProcess>& child) {
  std::string url = options.url;
  HttpTarget target;
  if (options.process != 0) {
    target.process = static_cast<pid_t>(options.process);
  }
  if (!options.server.empty()) {
    // A load generator is one client: it would measure the limits and not the server.
    ::setenv("MUSTER_READS_PER_SECOND", "0", 0);
    ::setenv("MUSTER_WRITES_PER_SECOND", "0", 0);
    MUSTER_TRY(ChildProcess started,
               ChildProcess::start(options.server, context.directory / "server.log"));
    child.emplace(std::move(started));
    MUSTER_TRY(url, child->wait_for_url(kServerStartSecondsMax));
    target.process = child->id();
  }
  if (url.empty()) {
    return {};
  }
  MUSTER_TRY(target.endpoint, parse_http_url(url));
  MUSTER_TRY(target.token, fetch_token(options.client_file));
  target.pool = options.pool;
  if (target.pool.empty()) {
    MUSTER_TRY(target.pool, create_bench_pool(target.endpoint, target.token));
  }
  if (!options.admin_client_file.empty()) {
    MUSTER_TRY(context.admin_token, fetch_token(options.admin_client_file));
  }
  context.target = std::move(target);
  return {};
}

Result<> run(const RunOptions& options,
             const std::vector<const Scenario*>& scenarios,
             BenchEnvironment environment) {
  MUSTER_TRY(const People people, make_people(options.people));
  BenchContext context{.people = people,
                       .people_count = options.people.users,
                       .connections = options.connections,
                       .threads = options.threads,
                       .seconds = options.seconds,
                       .warm_up_seconds = options.warm_up_seconds,
                       .working_set = options.working_set,
                       .seed = options.people.seed,
                       .directory = scratch_directory(options),
                       .target = std::nullopt,
                       .admin_token = {}};
  std::optional<ChildProcess> server;
  MUSTER_CHECKED(find_target(options, context, server));
  if (options.fill) {
    MUSTER_CHECKED(fill_over_http(context, options.people.users));
  }
  // A pool that was made just now is empty.
  context.users = options.fill || !options.pool.empty() ? options.people.users : 0;

  std::vector<ScenarioResult> results;
  for (const Scenario* scenario : scenarios) {
    std::cerr << scenario->name << ": " << scenario->what << "\n";
    MUSTER_TRY(ScenarioResult result, scenario->run(context));
    results.push_back(std::move(result));
  }
  if (context.target && context.target->process) {
    environment.libraries = mapped_libraries(*context.target->process);
  }
  if (options.directory.empty()) {
    // Only after success: a failure's reason names a log in there.
    server.reset();
    std::filesystem::remove_all(context.directory);
  }
  std::cout << to_table(results);
  if (!options.json_file.empty()) {
    return write_file(options.json_file, to_json(environment, results) + "\n");
  }
  return {};
}

std::vector<const Scenario*> every_scenario() {
  std::vector<const Scenario*> scenarios;
  for (const auto& family : {http_scenarios(),
                             list_scenarios(),
                             walk_scenarios(),
                             own_writes_scenarios(),
                             configuration_scenarios(),
                             plan_scenarios(),
                             pool_scenarios(),
                             tool_scenarios()}) {
    for (const Scenario& scenario : family) {
      scenarios.push_back(&scenario);
    }
  }
  return scenarios;
}

struct CommandLine {
  CLI::App app{"Measures Muster", "muster-bench"};
  PeopleOptions generate_options;
  std::string generate_file;
  std::size_t bare_bytes = 1024;
  RunOptions run_options;
  CLI::App* generate = nullptr;
  CLI::App* bare = nullptr;
  CLI::App* all = nullptr;

  CommandLine() {
    app.require_subcommand(1);
    generate = app.add_subcommand("generate", "write made-up users as NDJSON");
    add_people_options(*generate, generate_options);
    generate->add_option("--edition", generate_options.edition, "the same people, other payloads");
    generate->get_option("--users")->required();
    generate->add_option("--out", generate_file, "file; default: standard output");
    bare = app.add_subcommand("serve-bare", "the baseline's server");
    bare->add_option("--bytes", bare_bytes, "size of its answer's body")->capture_default_str();
    bare->group("");  // started by the scenario `bare`, not by people
    for (const Scenario* scenario : every_scenario()) {
      add_run_options(*app.add_subcommand(std::string{scenario->name}, std::string{scenario->what}),
                      run_options);
    }
    all = app.add_subcommand("all", "every scenario but the long ones, one after the other");
    add_run_options(*all, run_options);
  }
};

Result<> dispatch(CommandLine& line, BenchEnvironment environment) {
  if (line.generate->parsed()) {
    return generate(line.generate_options, line.generate_file);
  }
  if (line.bare->parsed()) {
    return serve_bare(line.bare_bytes);
  }
  std::vector<const Scenario*> scenarios;
  for (const Scenario* scenario : every_scenario()) {
    if ((line.all->parsed() && !scenario->by_name_only) ||
        line.app.got_subcommand(std::string{scenario->name})) {
      scenarios.push_back(scenario);
    }
  }
  return run(line.run_options, scenarios, std::move(environment));
}

}  // namespace

}  // namespace muster

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  muster::CommandLine line;
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return line.app.exit(error);
  }
  const auto done = muster::dispatch(line, muster::describe_environment(argc, argv));
  return done ? 0 : muster::fail(done.error());
}
