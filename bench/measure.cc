#include <algorithm>
#include <chrono>
#include <string>

#include <unistd.h>

#include "bench/process.h"
#include "bench/scenario.h"

namespace muster {

namespace {

constexpr double kNanosecondsPerMicrosecond = 1e3;
constexpr double kBytesPerMebibyte = 1024.0 * 1024.0;

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * 1e9)};
}

void add_load(ScenarioResult& result, const LoadResult& load) {
  const auto micros = [&load](double percent) {
    return static_cast<double>(load.latency.percentile(percent)) / kNanosecondsPerMicrosecond;
  };
  result.metrics.push_back({"throughput", load.per_second(), "1/s"});
  result.metrics.push_back({"p50", micros(50), "us"});
  result.metrics.push_back({"p90", micros(90), "us"});
  result.metrics.push_back({"p99", micros(99), "us"});
  result.metrics.push_back({"p99.9", micros(99.9), "us"});
  result.metrics.push_back(
      {"max", static_cast<double>(load.latency.max()) / kNanosecondsPerMicrosecond, "us"});
  result.metrics.push_back({"requests", static_cast<double>(load.requests), ""});
  result.metrics.push_back({"errors", static_cast<double>(load.errors), ""});
  for (const auto& [status, count] : load.error_statuses) {
    result.notes.push_back(std::to_string(count) + " times " +
                           (status == 0 ? "no answer" : "status " + std::to_string(status)));
  }
}

void add_usage(ScenarioResult& result,
               const LoadResult& load,
               const ProcessUsage& before,
               const ProcessUsage& after) {
  const double cpu_seconds = after.cpu_seconds - before.cpu_seconds;
  if (load.seconds <= 0 || cpu_seconds <= 0) {
    return;
  }
  result.metrics.push_back(
      {"per server CPU-second", static_cast<double>(load.requests) / cpu_seconds, "1/s"});
  result.metrics.push_back({"server cores used", cpu_seconds / load.seconds, ""});
  result.metrics.push_back(
      {"server memory", static_cast<double>(after.resident_bytes) / kBytesPerMebibyte, "MiB"});
}

}  // namespace

Result<ScenarioResult> measure_once(
    const HttpTarget& target,
    const LoadOptions& options,
    const std::function<std::unique_ptr<RequestSource>(std::size_t thread)>& make_source) {
  const pid_t process = target.process.value_or(::getpid());
  MUSTER_TRY(const ProcessUsage before, usage_of(process));
  MUSTER_TRY(const ProcessUsage client_before, usage_of(::getpid()));
  MUSTER_TRY(const LoadResult load, run_load(options, make_source));
  MUSTER_TRY(const ProcessUsage after, usage_of(process));
  MUSTER_TRY(const ProcessUsage client_after, usage_of(::getpid()));

  ScenarioResult result;
  add_load(result, load);
  if (target.process) {
    add_usage(result, load, before, after);
  }
  result.metrics.push_back({"client cores used",
                            (client_after.cpu_seconds - client_before.cpu_seconds) / load.seconds,
                            ""});
  result.notes.push_back(std::to_string(options.connections) + " connections, " +
                         std::to_string(options.threads) + " client threads");
  return result;
}

Result<ScenarioResult> measure_load(
    const BenchContext& context,
    const HttpTarget& target,
    const std::function<std::unique_ptr<RequestSource>(std::size_t thread)>& make_source) {
  LoadOptions options;
  options.endpoint = target.endpoint;
  options.connections = context.connections;
  options.threads = context.threads;
  options.duration = nanoseconds_of(context.warm_up_seconds);
  MUSTER_CHECKED(run_load(options, make_source));
  options.duration = nanoseconds_of(context.seconds);
  return measure_once(target, options, make_source);
}

double metric_of(const ScenarioResult& result, std::string_view name) {
  const auto found = std::ranges::find(result.metrics, name, &Metric::name);
  return found == result.metrics.end() ? 0 : found->value;
}

}  // namespace muster
