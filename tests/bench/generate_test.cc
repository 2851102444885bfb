#include "bench/generate.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "tests/storage/scratch_directory.h"

using namespace muster;

TEST_CASE("generating writes one row per user", "[bench]") {
  const ScratchDirectory scratch;
  const auto path = scratch.path() / "users.ndjson";
  const People people{built_in_names(), 9};
  // More than one block.
  REQUIRE(generate_users(people, {2500}, path.string()).has_value());
  std::ifstream input{path};
  const std::string written{std::istreambuf_iterator<char>{input}, {}};
  std::string expected;
  for (std::uint64_t number = 0; number < 2500; ++number) {
    people.append_row(expected, number);
    expected.push_back('\n');
  }
  CHECK((written == expected));
  CHECK_FALSE(generate_users(people, {1}, "/no/such/directory/x").has_value());
}
