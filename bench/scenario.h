/// What can be measured. A scenario is a name, a sentence and a function; muster-bench makes one
/// subcommand of each. Scenarios that speak HTTP find a server in the context; others use its
/// directory for data of their own.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "bench/http_client.h"
#include "bench/http_load.h"
#include "bench/people.h"
#include "bench/report.h"
#include "engine/core/result.h"

namespace muster {

/// A running server with a pool of made-up users.
struct HttpTarget {
  HttpEndpoint endpoint;
  std::string token;
  std::string pool;
  /// The process to take CPU time and memory from, when it runs on this machine.
  std::optional<pid_t> process;
};

struct BenchContext {
  const People& people;
  /// How many users were asked for.
  std::uint64_t people_count = 0;
  /// Users 0 to `users` - 1 are in the pool. Scenarios that create go on from there.
  std::atomic<std::uint64_t> users = 0;
  std::size_t connections = 64;
  std::size_t threads = 1;
  double seconds = 5;
  double warm_up_seconds = 1;
  /// Reads choose among the first so many users; 0: all of them.
  std::uint64_t working_set = 0;
  std::uint64_t seed = 1;
  std::filesystem::path directory;  // for files of scenarios
  std::optional<HttpTarget> target;
  /// Of a client of the workspace admin, for schemas and plans; empty: none was given.
  std::string admin_token;
};

struct Scenario {
  std::string_view name;
  std::string_view what;
  Result<ScenarioResult> (*run)(BenchContext& context);
  /// Not among `all`: it takes long, or leaves something behind.
  bool by_name_only = false;
};

/// import, verify, rebuild: whole runs of the programs beside this one, on files of the context's
/// directory. They need no target.
[[nodiscard]] std::span<const Scenario> tool_scenarios();

/// bare, create, get, by_key, list, mixed. All need `context.target`; all but create and bare need
/// users.
[[nodiscard]] std::span<const Scenario> http_scenarios();

/// configuration, export: a configuration that comes in and goes out. Need a target.
[[nodiscard]] std::span<const Scenario> configuration_scenarios();

/// list_..., members_...: pages and filters of a large pool, and of a large group in it. Need
/// users.
[[nodiscard]] std::span<const Scenario> list_scenarios();

/// walk: every page of a pool while it changes. Needs users.
[[nodiscard]] std::span<const Scenario> walk_scenarios();

/// own_writes: creations that are read back at once. Leaves its users behind.
[[nodiscard]] std::span<const Scenario> own_writes_scenarios();

/// plan: comparing every user with another version of a schema, under load.
[[nodiscard]] std::span<const Scenario> plan_scenarios();

/// pools: many pools in a server of its own.
[[nodiscard]] std::span<const Scenario> pool_scenarios();

/// Makes a pool with the default schemas and returns its id.
Result<std::string> create_bench_pool(const HttpEndpoint& endpoint, std::string_view token);

/// Creates users over HTTP until there are `users` of them.
Result<> fill_over_http(BenchContext& context, std::uint64_t users);

/// Warms up, measures, and adds what the process used to the result. `make_source` as in run_load.
Result<ScenarioResult> measure_load(
    const BenchContext& context,
    const HttpTarget& target,
    const std::function<std::unique_ptr<RequestSource>(std::size_t thread)>& make_source);

/// One run without warming up, until `options` or the sources end it.
Result<ScenarioResult> measure_once(
    const HttpTarget& target,
    const LoadOptions& options,
    const std::function<std::unique_ptr<RequestSource>(std::size_t thread)>& make_source);

/// 0 when there is none of that name.
[[nodiscard]] double metric_of(const ScenarioResult& result, std::string_view name);

}  // namespace muster
