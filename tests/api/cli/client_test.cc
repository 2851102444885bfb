#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include "api/cli/commands.h"

using namespace muster;

TEST_CASE("a client gets the roles that are named and no others", "[cli]") {
  CLI::App app;
  RunCommand chosen;
  add_client(app, chosen);
  CHECK_THROWS_AS(app.parse("client roles somebody"), CLI::RequiredError);
  CHECK_THROWS_AS(app.parse("client create --out file"), CLI::RequiredError);
  CHECK_NOTHROW(app.parse("client roles somebody --role none"));
  CHECK_NOTHROW(app.parse("client create --out file --role auditor@acme"));
}
