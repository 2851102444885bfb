/// What a run measured, with what is needed to repeat it, as JSON and as a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct Metric {
  std::string name;  // "requests per second"
  double value = 0;
  std::string unit;  // "1/s", "us", "MiB"
};

struct ScenarioResult {
  std::string scenario;
  std::vector<Metric> metrics;
  /// What a reader must know to believe the figures: sizes, distributions, what was off.
  std::vector<std::string> notes;
};

struct BenchEnvironment {
  std::string started;  // RFC 3339
  std::string command_line;
  std::string version;
  std::string commit;  // "unknown" outside a working tree
  std::string compiler;
  std::string build_type;
  std::string machine;  // processor, as /proc/cpuinfo names it
  unsigned cores = 0;
  std::uint64_t memory_bytes = 0;
  std::string kernel;
  std::vector<std::string> libraries;  // file names with versions
};

/// Reads this machine and this program; `libraries` are those of this process until replaced.
[[nodiscard]] BenchEnvironment describe_environment(int argc, const char* const* argv);

/// One JSON object: {"environment":{...},"results":[{"scenario","metrics":[...],"notes":[...]}]}.
[[nodiscard]] std::string to_json(const BenchEnvironment& environment,
                                  const std::vector<ScenarioResult>& results);

/// One line per metric, in aligned columns.
[[nodiscard]] std::string to_table(const std::vector<ScenarioResult>& results);

/// Three significant digits below 1000, whole numbers with thousands separators above.
[[nodiscard]] std::string number_text(double value);

}  // namespace muster
