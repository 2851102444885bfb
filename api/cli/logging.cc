#include "api/cli/logging.h"

#include <algorithm>
#include <array>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "engine/core/json_writer.h"

namespace muster {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};

spdlog::level::level_enum to_library(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

bool as_json = false;

}  // namespace

Result<void> start_logging(std::string_view level, std::string_view format) {
  const auto chosen = std::ranges::find(kLevels, level);
  if (chosen == kLevels.end()) {
    return failure(
        Errc::kInvalid, "invalid_settings", "log level must be debug, info, warn or error");
  }
  if (format != "text" && format != "json") {
    return failure(Errc::kInvalid, "invalid_settings", "log format must be text or json");
  }
  as_json = format == "json";
  auto logger =
      std::make_shared<spdlog::logger>("muster", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern(as_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                              : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                      spdlog::pattern_time_type::utc);
  logger->set_level(to_library(static_cast<LogLevel>(chosen - kLevels.begin())));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
  return {};
}

bool logs(LogLevel level) {
  return spdlog::should_log(to_library(level));
}

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logs(level)) {
    return;
  }
  std::string line;
  if (as_json) {
    line = "\"event\":";
    append_json_string(line, event);
    for (const LogField& field : fields) {
      line += ',';
      append_json_string(line, field.name);
      line += ':';
      append_json_string(line, field.value);
    }
  } else {
    line = event;
    for (const LogField& field : fields) {
      line.append(" ").append(field.name).append("=").append(field.value);
    }
  }
  spdlog::log(to_library(level), "{}", line);
}

}  // namespace muster
