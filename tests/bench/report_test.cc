#include "bench/report.h"

#include <array>
#include <limits>

#include <catch2/catch.hpp>

#include "engine/core/json.h"

using namespace muster;

TEST_CASE("a report is JSON that holds what was measured and on what", "[bench]") {
  const std::array<const char*, 3> arguments = {"muster-bench", "get", "--seconds"};
  const BenchEnvironment environment = describe_environment(3, arguments.data());
  const std::vector<ScenarioResult> results = {
      {"get", {{"throughput", 123456.5, "1/s"}, {"p50", 0.25, "us"}}, {"a note"}},
      {"odd", {{"ratio", std::numeric_limits<double>::infinity(), ""}}, {}}};
  const auto report = parse_json(to_json(environment, results));
  REQUIRE(report.has_value());
  const auto described = report->root().find("environment");
  REQUIRE(described.has_value());
  CHECK(described->find("command_line")->text() == "muster-bench get --seconds");
  for (const char* name : {"started", "version", "commit", "compiler", "machine", "kernel"}) {
    CAPTURE(name);
    CHECK_FALSE(described->find(name)->text().value_or("").empty());
  }
  CHECK(described->find("cores")->as_uint() > 0);
  CHECK(described->find("memory_bytes")->as_uint() > 0);
  CHECK(described->find("libraries")->size() > 0);
  CHECK(report->root().find("results")->minified() ==
        R"([{"scenario":"get","metrics":[{"name":"throughput","value":123456.5,"unit":"1/s"},)"
        R"({"name":"p50","value":0.25,"unit":"us"}],"notes":["a note"]},)"
        R"({"scenario":"odd","metrics":[{"name":"ratio","value":null,"unit":""}],"notes":[]}])");
}

TEST_CASE("a table is aligned", "[bench]") {
  CHECK(to_table({{"get", {{"throughput", 123456.5, "1/s"}, {"p50", 0.25, "us"}}, {"a note"}}}) ==
        "get       throughput         123,457 1/s\n"
        "          p50                   0.25 us\n"
        "          (a note)\n");
}

TEST_CASE("numbers are shown as people read them", "[bench]") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(0.123456) == "0.123");
  CHECK(number_text(12.345) == "12.3");
  CHECK(number_text(999.4) == "999");
  CHECK(number_text(999.6) == "1,000");
  CHECK(number_text(1234567.8) == "1,234,568");
}
