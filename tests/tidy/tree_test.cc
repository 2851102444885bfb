#include <catch2/catch.hpp>

#include "tests/tidy/rules.h"

namespace {

const tidy::Tree& our_tree() {
  static const auto kTree = tidy::read_tree(MUSTER_TREE);
  return kTree;
}

// What breaks a rule, one line each, so that a failing test shows "file:line: rule: detail".
std::string broken(tidy::Findings (*rule)(const tidy::Source&)) {
  std::string text;
  for (const auto& source : our_tree()) {
    text += to_string(rule(source));
  }
  return text;
}

// A rule that reads no files would find nothing wrong with them.
TEST_CASE("the lint reads the tree", "[tidy]") {
  CHECK(our_tree().size() > 20);
}

TEST_CASE("includes run one way", "[tidy]") {
  CHECK(broken(tidy::include_direction) == "");
}

TEST_CASE("libraries stay in their rooms", "[tidy]") {
  CHECK(broken(tidy::include_room) == "");
}

TEST_CASE("the engine has no clock, no disk and no chance", "[tidy]") {
  CHECK(broken(tidy::engine_pure) == "");
}

TEST_CASE("files can be read in a sitting", "[tidy]") {
  CHECK(broken(tidy::file_length) == "");
}

TEST_CASE("functions fit on a screen", "[tidy]") {
  CHECK(broken(tidy::function_length) == "");
}

TEST_CASE("C++ is written in ASCII", "[tidy]") {
  CHECK(broken(tidy::non_ascii) == "");
}

TEST_CASE("nothing unfinished is left behind", "[tidy]") {
  CHECK(broken(tidy::leftover) == "");
}

TEST_CASE("no path of somebody's machine is named", "[tidy]") {
  CHECK(broken(tidy::machine_path) == "");
}

TEST_CASE("no capturing lambda in an expression that awaits", "[tidy]") {
  CHECK(broken(tidy::await_lambda) == "");
}

TEST_CASE("no file is dead", "[tidy]") {
  CHECK(to_string(tidy::dead_files(our_tree())) == "");
}

TEST_CASE("no file is lost", "[tidy]") {
  CHECK(to_string(tidy::lost_files(our_tree())) == "");
}

}  // namespace
