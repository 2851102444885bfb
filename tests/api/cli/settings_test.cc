#include "api/cli/settings.h"

#include <cstdlib>

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include "storage/file_io.h"
#include "tests/storage/scratch_directory.h"

using namespace muster;

namespace {

ServeSettings parsed(ServeSettings settings, const std::string& arguments) {
  CLI::App app;
  add_serve_flags(app, settings);
  app.parse(arguments);
  return settings;
}

Result<ServeSettings> from_file(const std::string& text) {
  const ScratchDirectory scratch;
  const auto path = scratch.path() / "muster.toml";
  REQUIRE(write_file_atomically(path, text));
  ServeSettings settings;
  MUSTER_CHECKED(read_settings_file(path, settings));
  return settings;
}

}  // namespace

TEST_CASE("a flag beats the variable, and the variable beats the file", "[cli]") {
  auto file = from_file("listen = \"127.0.0.1:1\"\nmanagement = \"127.0.0.1:2\"\ndata = \"a\"\n");
  REQUIRE(file);
  setenv("MUSTER_LISTEN", "127.0.0.1:3", 1);
  setenv("MUSTER_MANAGEMENT", "127.0.0.1:4", 1);
  const ServeSettings settings = parsed(*file, "--listen 127.0.0.1:5");
  unsetenv("MUSTER_LISTEN");
  unsetenv("MUSTER_MANAGEMENT");
  CHECK(settings.listen == "127.0.0.1:5");
  CHECK(settings.management == "127.0.0.1:4");
  CHECK(settings.data == "a");
  CHECK(settings.log_level == "info");
}

TEST_CASE("unknown keys, wrong types and broken files are errors that name the line", "[cli]") {
  for (const auto& [text, word] : std::vector<std::pair<std::string, std::string>>{
           {"data = \"a\"\nlissten = \"x\"\n", ":2: unknown key 'lissten'"},
           {"threads = \"four\"\n", ":1: 'threads' has a wrong type"},
           {"threads = -1\n", "wrong type"},
           {"relaxed_pool_names = 1\n", "wrong type"},
           {"data = \n", ":1:"}}) {
    CAPTURE(text);
    const auto refused = from_file(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().rule == "invalid_settings");
    CHECK(refused.error().reason.find(word) != std::string::npos);
  }
}

TEST_CASE("addresses are taken apart", "[cli]") {
  CHECK(parse_host_and_port("127.0.0.1:80")->port == 80);
  CHECK(parse_host_and_port("[::1]:0")->host == "::1");
  for (const char* text : {"", ":80", "host", "host:", "host:x", "host:70000", "host:1x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_host_and_port(text));
  }
}
