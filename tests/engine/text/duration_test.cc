#include "engine/text/duration.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using muster::format_duration;
using muster::parse_duration;

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3'600 * kSecond;

struct Row {
  std::string text;
  std::int64_t micros;
};

}  // namespace

TEST_CASE("durations are written as Go writes them and read back", "[text]") {
  const std::vector<Row> rows = {
      {"0s", 0},
      {"1\u00B5s", 1},
      {"999\u00B5s", 999},
      {"1ms", 1'000},
      {"1.5ms", 1'500},
      {"1.001ms", 1'001},
      {"300ms", 300'000},
      {"1s", kSecond},
      {"1.5s", 1'500'000},
      {"1.000001s", 1'000'001},
      {"59.999999s", 59'999'999},
      {"1m0s", 60 * kSecond},
      {"10m0s", 600 * kSecond},
      {"1m0.5s", 60'500'000},
      {"1h0m0s", kHour},
      {"1h0m0.1s", kHour + 100'000},
      {"36h15m30s", 36 * kHour + 930 * kSecond},
      {"2562047h47m16.854775s", 9'223'372'036'854'775},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(format_duration(row.micros) == row.text);
    const auto read = parse_duration(row.text);
    REQUIRE(read.has_value());
    CHECK(*read == row.micros);
  }
}

TEST_CASE("negative durations are written, for differences in logs", "[text]") {
  CHECK(format_duration(-1'500'000) == "-1.5s");
  CHECK(format_duration(std::numeric_limits<std::int64_t>::min()) == "-2562047788h0m54.775808s");
}

TEST_CASE("other spellings of a duration are read", "[text]") {
  const std::vector<Row> rows = {
      {"0", 0},
      {"0h", 0},
      {"90m", 5'400 * kSecond},
      {"1.5h", 5'400 * kSecond},
      {".5s", 500'000},
      {"5.s", 5 * kSecond},
      {"1m0.000001s", 60 * kSecond + 1},
      {"1500ns", 1},
      {"1us", 1},
      {"1\u03BCs", 1},
      {"30s1h", kHour + 30 * kSecond},
      {"1 hour", kHour},
      {"2 Hours", 2 * kHour},
      {"3 days", 72 * kHour},
      {"1d", 24 * kHour},
      {"1 week 2 days", 216 * kHour},
      {" 5 minutes ", 300 * kSecond},
      {"1 hr 5 sec", kHour + 5 * kSecond},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto read = parse_duration(row.text);
    REQUIRE(read.has_value());
    CHECK(*read == row.micros);
  }
}

TEST_CASE("what is not a duration is refused", "[text]") {
  const auto bad = GENERATE(as<std::string>{},
                            "",
                            " ",
                            "1",
                            "-1s",
                            "+1s",
                            "s",
                            ".s",
                            "1x",
                            "1h 5",
                            "1..5s",
                            "1,5s",
                            "hour",
                            "1 fortnight",
                            "1h\n",
                            "1e3s",
                            "2562047h47m17s",
                            "292y",
                            "18446744073709551616ns",
                            "99999999999999999999999999999999h",
                            "15251 weeks");
  CAPTURE(bad);
  const auto read = parse_duration(bad);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == muster::Errc::kInvalid);
  CHECK(read.error().rule == "duration");
}

TEST_CASE("a very long duration text is refused unread", "[text]") {
  CHECK_FALSE(parse_duration(std::string(100'000, '0') + "s").has_value());
}
