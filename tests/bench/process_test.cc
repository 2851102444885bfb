#include "bench/process.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

std::filesystem::path log_file() {
  return std::filesystem::temp_directory_path() /
         ("muster-process-test-" + std::to_string(::getpid()) + ".log");
}

Result<ChildProcess> start_shell(const std::string& script) {
  return ChildProcess::start({"sh", "-c", script}, log_file());
}

}  // namespace

TEST_CASE("a server is found by the URL it prints", "[bench]") {
  auto server = start_shell(
      "echo starting; printf 'at http://127.0.0.1:80'; sleep 0.1; "
      "echo '81/x (ready)'; exec sleep 60");
  REQUIRE(server.has_value());
  const auto url = server->wait_for_url(10);
  REQUIRE(url.has_value());
  CHECK(*url == "http://127.0.0.1:8081/x");
  const auto usage = usage_of(server->id());
  REQUIRE(usage.has_value());
  CHECK(usage->resident_bytes > 0);
  CHECK(usage->resident_bytes_peak >= usage->resident_bytes);
  const pid_t id = server->id();
  CHECK(server->stop() == 128 + 15);
  CHECK_FALSE(usage_of(id).has_value());
  std::filesystem::remove(log_file());
}

TEST_CASE("a server that ends or stays silent is an error", "[bench]") {
  auto ended = start_shell("echo no; exit 3");
  REQUIRE(ended.has_value());
  const auto url = ended->wait_for_url(10);
  REQUIRE_FALSE(url.has_value());
  CHECK(url.error().rule == "server_ended");
  CHECK(ended->stop() == 3);
  auto silent = start_shell("exec sleep 60");
  REQUIRE(silent.has_value());
  CHECK(silent->wait_for_url(0).error().rule == "server_silent");
  CHECK_FALSE(ChildProcess::start({"no-such-program-anywhere"}, log_file()).has_value());
  std::filesystem::remove(log_file());
}

TEST_CASE("a child that ignores SIGTERM is killed", "[bench]") {
  auto stubborn = start_shell("trap '' TERM; echo http://x:1; while :; do sleep 0.05; done");
  REQUIRE(stubborn.has_value());
  REQUIRE(stubborn->wait_for_url(10).has_value());
  CHECK(stubborn->stop(0) == 128 + 9);
  std::filesystem::remove(log_file());
}

TEST_CASE("CPU time grows with work and libraries have versions", "[bench]") {
  const auto before = usage_of(::getpid());
  volatile double sum = 0;
  auto after = before;
  while (after->cpu_seconds < before->cpu_seconds + 0.02) {
    for (int step = 0; step < 100'000; ++step) {
      sum = sum + step;
    }
    after = usage_of(::getpid());
    REQUIRE(after.has_value());
  }
  const auto libraries = mapped_libraries(::getpid());
  CHECK(std::any_of(libraries.begin(), libraries.end(), [](const std::string& name) {
    return name.starts_with("libstdc++.so.6.");
  }));
}
