#include "engine/text/duration.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <optional>

namespace muster {
namespace {

constexpr std::uint64_t kMicro = 1'000;
constexpr std::uint64_t kMilli = 1'000 * kMicro;
constexpr std::uint64_t kSecond = 1'000 * kMilli;
constexpr std::uint64_t kMinute = 60 * kSecond;
constexpr std::uint64_t kHour = 60 * kMinute;
constexpr std::uint64_t kDay = 24 * kHour;
constexpr std::uint64_t kWeek = 7 * kDay;
// Go keeps a duration as an int64 of nanoseconds; what it cannot read we do not accept.
constexpr std::uint64_t kNanosMax = std::numeric_limits<std::int64_t>::max();
// Longer than any sensible spelling of a duration.
constexpr std::size_t kTextBytesMax = 128;

struct Unit {
  std::string_view name;
  std::uint64_t nanos;
};

// Go accepts both the micro sign (U+00B5) and the Greek letter mu (U+03BC).
constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", kMicro},
    {"\xC2\xB5s", kMicro},
    {"\xCE\xBCs", kMicro},
    {"ms", kMilli},
    {"s", kSecond},
    {"m", kMinute},
    {"h", kHour},
    {"d", kDay},
    {"w", kWeek},
    {"nanosecond", 1},
    {"nanoseconds", 1},
    {"micro", kMicro},
    {"microsecond", kMicro},
    {"microseconds", kMicro},
    {"milli", kMilli},
    {"millisecond", kMilli},
    {"milliseconds", kMilli},
    {"sec", kSecond},
    {"secs", kSecond},
    {"second", kSecond},
    {"seconds", kSecond},
    {"min", kMinute},
    {"mins", kMinute},
    {"minute", kMinute},
    {"minutes", kMinute},
    {"hr", kHour},
    {"hrs", kHour},
    {"hour", kHour},
    {"hours", kHour},
    {"day", kDay},
    {"days", kDay},
    {"wk", kWeek},
    {"week", kWeek},
    {"weeks", kWeek},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void skip_spaces(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

std::string_view take_digits(std::string_view& text) {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<std::uint64_t> take_unit(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_of(" .0123456789"), text.size());
  const std::string_view name = text.substr(0, length);
  const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& known) {
    return std::equal(name.begin(),
                      name.end(),
                      known.name.begin(),
                      known.name.end(),
                      [](char given, char wanted) { return to_lower(given) == wanted; });
  });
  if (unit == std::end(kUnits)) {
    return std::nullopt;
  }
  text.remove_prefix(length);
  return unit->nanos;
}

/// Reads `12.5 hours` off the front of `text`; nothing when that is not what is there.
std::optional<std::uint64_t> take_term(std::string_view& text) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) {
    return std::nullopt;
  }
  skip_spaces(text);
  const std::optional<std::uint64_t> unit = take_unit(text);
  if (!unit) {
    return std::nullopt;
  }
  std::uint64_t count = 0;
  for (const char c : whole) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (count > (kNanosMax / *unit - digit) / 10) {
      return std::nullopt;
    }
    count = count * 10 + digit;
  }
  std::uint64_t nanos = count * *unit;
  std::uint64_t place = *unit;
  for (const char digit : fraction) {
    place /= 10;
    nanos += static_cast<std::uint64_t>(digit - '0') * place;
  }
  return nanos;
}

std::optional<std::uint64_t> sum_of_terms(std::string_view text) {
  std::uint64_t nanos = 0;
  do {
    const std::optional<std::uint64_t> term = take_term(text);
    if (!term || *term > kNanosMax - nanos) {
      return std::nullopt;
    }
    nanos += *term;
    skip_spaces(text);
  } while (!text.empty());
  return nanos;
}

/// `value` / `unit` with as many of the `digits` decimals as are not trailing zeros.
std::string decimal(std::uint64_t value, std::uint64_t unit, std::size_t digits) {
  std::string out = std::to_string(value / unit);
  std::string fraction = std::to_string(value % unit);
  fraction.insert(0, digits - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) {
    out.append(1, '.').append(fraction);
  }
  return out;
}

}  // namespace

Result<std::int64_t> parse_duration(std::string_view text) {
  if (text == "0") {
    return std::int64_t{0};
  }
  if (text.size() <= kTextBytesMax) {
    skip_spaces(text);
    if (const auto nanos = sum_of_terms(text)) {
      return static_cast<std::int64_t>(*nanos / kMicro);
    }
  }
  return failure(Errc::kInvalid, "duration", "Not a duration; write it as in 1h30m0s.");
}

std::string format_duration(std::int64_t micros) {
  const bool negative = micros < 0;
  // Negating after the cast is defined for the smallest value too.
  const auto bits = static_cast<std::uint64_t>(micros);
  const std::uint64_t length = negative ? 0 - bits : bits;
  std::string out = negative ? "-" : "";
  if (length == 0) {
    return "0s";
  }
  if (length < 1'000) {
    return out + std::to_string(length) + "\xC2\xB5s";
  }
  if (length < 1'000'000) {
    return out + decimal(length, 1'000, 3) + "ms";
  }
  const std::uint64_t minutes = length / 60'000'000;
  if (minutes >= 60) {
    out += std::to_string(minutes / 60) + "h";
  }
  if (minutes > 0) {
    out += std::to_string(minutes % 60) + "m";
  }
  return out + decimal(length % 60'000'000, 1'000'000, 6) + "s";
}

}  // namespace muster
