/// Structured logs on standard error. Only named fields with values of ours go in: never a body, a
/// header or an id that a caller chose.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/result.h"

namespace muster {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

struct LogField {
  std::string_view name;
  std::string value;
};

/// `level`: debug, info, warn, error. `format`: text, json. kInvalid for others.
Result<void> start_logging(std::string_view level, std::string_view format);

/// Any thread.
void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
/// Whether events of that level are written.
bool logs(LogLevel level);

}  // namespace muster
