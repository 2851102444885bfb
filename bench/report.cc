#include "bench/report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include <sys/utsname.h>
#include <unistd.h>

#include "bench/process.h"
#include "engine/build/version.h"
#include "engine/core/instant.h"
#include "engine/core/json_writer.h"
#include "engine/core/progress.h"

namespace muster {

namespace {

std::string first_line_of(const char* command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command, "r"), &::pclose};
  std::array<char, 256> line{};
  if (pipe == nullptr || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) {
    return {};
  }
  std::string text{line.data()};
  text.erase(std::find(text.begin(), text.end(), '\n'), text.end());
  return text;
}

std::string commit() {
  const std::string head = first_line_of("git describe --always --dirty --abbrev=12 2>/dev/null");
  return head.empty() ? "unknown" : head;
}

std::string processor() {
  std::ifstream input{"/proc/cpuinfo"};
  for (std::string line; std::getline(input, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

std::string kernel() {
  utsname name{};
  return ::uname(&name) == 0 ? std::string{name.sysname} + " " + name.release : "unknown";
}

std::string joined(int argc, const char* const* argv) {
  std::string text;
  for (int index = 0; index < argc; ++index) {
    text.append(index == 0 ? "" : " ").append(argv[index]);
  }
  return text;
}

// The shortest text that reads back as the same number; JSON knows no infinity.
std::string json_number(double value) {
  if (!std::isfinite(value)) {
    return "null";
  }
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string{text.data(), end} : "null";
}

void write_texts(JsonWriter& writer, std::string_view name, const std::vector<std::string>& texts) {
  writer.key(name);
  writer.begin_array();
  for (const std::string& text : texts) {
    writer.string(text);
  }
  writer.end_array();
}

void write_environment(JsonWriter& writer, const BenchEnvironment& environment) {
  writer.key("environment");
  writer.begin_object();
  writer.member("started", environment.started);
  writer.member("command_line", environment.command_line);
  writer.member("version", environment.version);
  writer.member("commit", environment.commit);
  writer.member("compiler", environment.compiler);
  writer.member("build_type", environment.build_type);
  writer.member("machine", environment.machine);
  writer.member("cores", environment.cores);
  writer.member("memory_bytes", environment.memory_bytes);
  writer.member("kernel", environment.kernel);
  write_texts(writer, "libraries", environment.libraries);
  writer.end_object();
}

void write_result(JsonWriter& writer, const ScenarioResult& result) {
  writer.begin_object();
  writer.member("scenario", result.scenario);
  writer.key("metrics");
  writer.begin_array();
  for (const Metric& metric : result.metrics) {
    writer.begin_object();
    writer.member("name", metric.name);
    writer.raw_member("value", json_number(metric.value));
    writer.member("unit", metric.unit);
    writer.end_object();
  }
  writer.end_array();
  write_texts(writer, "notes", result.notes);
  writer.end_object();
}

std::string padded(std::string text, std::size_t width, bool right) {
  const std::size_t missing = width > text.size() ? width - text.size() : 0;
  return right ? std::string(missing, ' ') + text : text.append(missing, ' ');
}

}  // namespace

BenchEnvironment describe_environment(int argc, const char* const* argv) {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  BenchEnvironment environment;
  environment.started = to_rfc3339(Micros{now.count()});
  environment.command_line = joined(argc, argv);
  environment.version = kVersion;
  environment.commit = commit();
  environment.compiler = "g++ " __VERSION__;
#ifdef NDEBUG
  environment.build_type = "release";
#else
  environment.build_type = "debug: figures mean nothing";
#endif
  environment.machine = processor();
  environment.cores = std::thread::hardware_concurrency();
  environment.memory_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                             static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  environment.kernel = kernel();
  environment.libraries = mapped_libraries(::getpid());
  return environment;
}

std::string to_json(const BenchEnvironment& environment,
                    const std::vector<ScenarioResult>& results) {
  std::string text;
  JsonWriter writer{text};
  writer.begin_object();
  write_environment(writer, environment);
  writer.key("results");
  writer.begin_array();
  for (const ScenarioResult& result : results) {
    write_result(writer, result);
  }
  writer.end_array();
  writer.end_object();
  return text;
}

std::string to_table(const std::vector<ScenarioResult>& results) {
  std::size_t scenario_width = 8;
  std::size_t name_width = 8;
  for (const ScenarioResult& result : results) {
    scenario_width = std::max(scenario_width, result.scenario.size());
    for (const Metric& metric : result.metrics) {
      name_width = std::max(name_width, metric.name.size());
    }
  }
  std::string text;
  for (const ScenarioResult& result : results) {
    std::string scenario = result.scenario;
    for (const Metric& metric : result.metrics) {
      text += padded(scenario, scenario_width, false) + "  " +
              padded(metric.name, name_width, false) + "  " +
              padded(number_text(metric.value), 14, true) + " " + metric.unit + "\n";
      scenario.clear();
    }
    for (const std::string& note : result.notes) {
      text += padded("", scenario_width, false) + "  (" + note + ")\n";
    }
  }
  return text;
}

std::string number_text(double value) {
  if (!std::isfinite(value) || value < 0) {
    return json_number(value);
  }
  if (value >= 999.5) {
    return with_thousands(static_cast<std::uint64_t>(value + 0.5));
  }
  std::array<char, 32> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 3);
  return error == std::errc{} ? std::string{text.data(), end} : "?";
}

}  // namespace muster
