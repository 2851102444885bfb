#include "engine/core/instant.h"

#include <array>
#include <chrono>

namespace muster {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::sys_days;

void append_digits(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 20> digits{};
  for (std::size_t i = width; i > 0; --i) {
    digits[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), width);
}

/// Reads exactly `width` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
  if (text.size() < width) {
    return std::nullopt;
  }
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_fraction_micros(std::string_view& text) {
  std::int64_t micros = 0;
  std::size_t digits = 0;
  while (digits < 9 && !text.empty() && text[0] >= '0' && text[0] <= '9') {
    if (digits < 6) {
      micros = micros * 10 + (text[0] - '0');
    }
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0) {
    return std::nullopt;
  }
  for (; digits < 6; ++digits) {
    micros *= 10;
  }
  return micros;
}

std::optional<std::int64_t> take_offset_minutes(std::string_view& text) {
  if (take(text, "Zz")) {
    return 0;
  }
  const bool negative = !text.empty() && text[0] == '-';
  if (!take(text, "+-")) {
    return std::nullopt;
  }
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t total = *hours * 60 + *minutes;
  return negative ? -total : total;
}

struct ClockTime {
  int hour, minute, second;
};

std::optional<ClockTime> take_clock_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto second = take_number(text, 2);
  if (!second || *second > 60) {
    return std::nullopt;
  }
  return ClockTime{*hour, *minute, *second};
}

std::optional<sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || *year < 1 || !take(text, "-")) {
    return std::nullopt;
  }
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) {
    return std::nullopt;
  }
  const auto day = take_number(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) {
    return std::nullopt;
  }
  return sys_days{date};
}

}  // namespace

void append_rfc3339(std::string& out, Micros time) {
  const std::chrono::sys_time<microseconds> instant{microseconds{raw(time)}};
  const auto day = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date{day};
  const std::int64_t millis = std::chrono::floor<std::chrono::milliseconds>(instant - day).count();
  append_digits(out, static_cast<int>(date.year()), 4);
  out.push_back('-');
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out.push_back('T');
  append_digits(out, millis / 3'600'000, 2);
  out.push_back(':');
  append_digits(out, millis / 60'000 % 60, 2);
  out.push_back(':');
  append_digits(out, millis / 1'000 % 60, 2);
  out.push_back('.');
  append_digits(out, millis % 1'000, 3);
  out.push_back('Z');
}

std::string to_rfc3339(Micros time) {
  std::string out;
  out.reserve(24);
  append_rfc3339(out, time);
  return out;
}

std::optional<Micros> parse_rfc3339(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take(text, "Tt ")) {
    return std::nullopt;
  }
  const auto clock = take_clock_time(text);
  if (!clock) {
    return std::nullopt;
  }
  std::int64_t fraction = 0;
  if (take(text, ".")) {
    const auto micros = take_fraction_micros(text);
    if (!micros) {
      return std::nullopt;
    }
    fraction = *micros;
  }
  const auto offset = take_offset_minutes(text);
  if (!offset || !text.empty()) {
    return std::nullopt;
  }
  const std::int64_t seconds =
      static_cast<std::int64_t>(date->time_since_epoch().count()) * 86'400 + clock->hour * 3'600 +
      clock->minute * 60 + clock->second - *offset * 60;
  return Micros{seconds * 1'000'000 + fraction};
}

bool is_unset_instant(Micros time) {
  // The first instant of year 2 in micros since 1970.
  constexpr std::int64_t kYearTwo =
      sys_days{std::chrono::year{2} / 1 / 1}.time_since_epoch().count() * 86'400LL * 1'000'000LL;
  return raw(time) < kYearTwo;
}

}  // namespace muster
