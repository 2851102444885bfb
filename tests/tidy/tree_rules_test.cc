#include <catch2/catch.hpp>

#include "tests/tidy/rules.h"

namespace {

TEST_CASE("a source that no list names is dead", "[tidy]") {
  const tidy::Tree tree{
      {"engine/CMakeLists.txt", "muster_library(e SOURCES a.cc core/b.cc) # c.cc\n"},
      {"engine/a.cc", ""},
      {"engine/c.cc", ""},
      {"engine/core/b.cc", ""},
      {"engine/core/d.cc", ""},
  };
  CHECK(to_string(tidy::dead_files(tree)) ==
        "engine/c.cc:1: dead-file: no CMakeLists.txt names it\n"
        "engine/core/d.cc:1: dead-file: no CMakeLists.txt names it\n");
}

TEST_CASE("a test that no list names is dead", "[tidy]") {
  const tidy::Tree tree{
      {"tests/engine/CMakeLists.txt", "muster_test(engine SOURCES\n  superuser_test.cc)\n"},
      {"tests/engine/superuser_test.cc", ""},
      {"tests/engine/user_test.cc", ""},
  };
  CHECK(to_string(tidy::dead_files(tree)) ==
        "tests/engine/user_test.cc:1: dead-file: no CMakeLists.txt names it\n");
}

TEST_CASE("a header that nothing includes is dead", "[tidy]") {
  const tidy::Tree tree{
      {"engine/CMakeLists.txt", "muster_library(e SOURCES a.cc)\n"},
      {"engine/a.cc", "#include \"engine/a.h\"\n"},
      {"engine/a.h", ""},
      {"engine/b.h", ""},
  };
  CHECK(to_string(tidy::dead_files(tree)) == "engine/b.h:1: dead-file: nothing includes it\n");
}

TEST_CASE("a source that a list names and that does not exist is lost", "[tidy]") {
  const tidy::Tree tree{
      {"engine/CMakeLists.txt", "muster_library(e SOURCES a.cc core/b.cc) # c.cc\n"},
      {"engine/a.cc", ""},
  };
  CHECK(to_string(tidy::lost_files(tree)) ==
        "engine/CMakeLists.txt:1: lost-file: core/b.cc does not exist\n");
}

}  // namespace
