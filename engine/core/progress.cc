#include "engine/core/progress.h"

#include <algorithm>
#include <utility>

namespace muster {

namespace {

// Often enough to look alive, seldom enough to cost nothing.
constexpr std::int64_t kTerminalIntervalUs = 200'000;
constexpr std::int64_t kPlainIntervalUs = 5'000'000;
// Carriage return, then "erase to the end of the line" (ECMA-48 EL).
constexpr std::string_view kLineStart = "\r";
constexpr std::string_view kEraseRest = "\x1b[K";

double seconds_between(Micros from, Micros to) {
  return static_cast<double>(raw(to) - raw(from)) / 1e6;
}

std::uint64_t per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(count) / seconds) : 0;
}

}  // namespace

Progress::Progress(Options options, Micros started)
    : options_{std::move(options)}, started_{started}, last_rendered_{started} {}

std::string Progress::text(Micros now) const {
  std::string line = with_thousands(items_) + " " + options_.unit;
  // The rate since the last line, because that is what a stall shows in.
  line += ", " +
          with_thousands(per_second(items_ - std::min(items_rendered_, items_),
                                    seconds_between(last_rendered_, now))) +
          "/s";
  if (options_.total && *options_.total > 0) {
    const std::uint64_t done = std::min(done_, *options_.total);
    const double part = static_cast<double>(done) / static_cast<double>(*options_.total);
    line += ", " + std::to_string(static_cast<int>(part * 100)) + " %";
    if (part > 0 && part < 1) {
      const double left = seconds_between(started_, now) * (1 - part) / part;
      line += ", " + duration_text(static_cast<std::uint64_t>(left + 0.5)) + " left";
    }
  }
  return line;
}

std::optional<std::string> Progress::render(Micros now) {
  const std::int64_t interval = options_.terminal ? kTerminalIntervalUs : kPlainIntervalUs;
  if (raw(now) - raw(last_rendered_) < interval) {
    return std::nullopt;
  }
  std::string line = text(now);
  last_rendered_ = now;
  items_rendered_ = items_;
  if (options_.terminal) {
    return std::string{kLineStart} + line + std::string{kEraseRest};
  }
  line.push_back('\n');
  return line;
}

std::string Progress::finish(Micros now) {
  const double seconds = seconds_between(started_, now);
  std::string line = options_.terminal ? std::string{kLineStart} : std::string{};
  line += with_thousands(items_) + " " + options_.unit + " in " +
          duration_text(static_cast<std::uint64_t>(std::max(seconds, 0.0) + 0.5)) + ", " +
          with_thousands(per_second(items_, seconds)) + "/s";
  if (options_.terminal) {
    line += kEraseRest;
  }
  line.push_back('\n');
  return line;
}

std::string with_thousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string duration_text(std::uint64_t seconds) {
  if (seconds < 60) {
    return std::to_string(seconds) + " s";
  }
  if (seconds < 3600) {
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  }
  return std::to_string(seconds / 3600) + " h " + std::to_string(seconds % 3600 / 60) + " min";
}

}  // namespace muster
