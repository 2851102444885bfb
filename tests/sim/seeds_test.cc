/// Many worlds, one after the other. `MUSTER_SIM_SEED=7 build/dev/bin/tests/sim_test "[seeds]"`
/// lets one of them happen again; MUSTER_SIM_FIRST and MUSTER_SIM_COUNT choose a range,
/// MUSTER_SIM_COMMANDS how long each goes on.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include <catch2/catch.hpp>

#include "tests/sim/checks.h"
#include "tests/sim/world.h"

namespace muster::sim {
namespace {

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

std::size_t commands() {
  return number_in("MUSTER_SIM_COMMANDS", 3000);
}

struct Run {
  std::string broken;  // empty: nothing
  std::size_t crashes = 0;
  std::string digest;
};

Run run_world(std::uint64_t seed, Coverage& coverage) {
  Run run;
  World world{seed, coverage};
  try {
    world.run(commands());
    run.digest = world.digest();
  } catch (const Broken& broken) {
    run.broken = broken.what();
  }
  run.crashes = world.crashes();
  return run;
}

std::string rerun_line(std::uint64_t seed) {
  return "again: MUSTER_SIM_SEED=" + std::to_string(seed) +
         " MUSTER_SIM_COMMANDS=" + std::to_string(commands()) +
         " build/dev/bin/tests/sim_test '[seeds]'";
}

void check_seed(std::uint64_t seed, Coverage& coverage) {
  INFO(rerun_line(seed));
  const Run run = run_world(seed, coverage);
  CHECK(run.broken == "");
  CHECK(run.crashes >= 5);
}

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream file{path};
  std::getline(file, line);
  return line;
}

/// The commit that is checked out; nothing outside of a clone.
std::string commit_hash() {
  const std::string head = first_line(".git/HEAD");
  return head.starts_with("ref: ") ? first_line(".git/" + head.substr(5)) : head;
}

}  // namespace

TEST_CASE("whatever happens, what was acknowledged is there and nothing else", "[sim][seeds][.]") {
  Coverage coverage;
  if (const std::uint64_t seed = number_in("MUSTER_SIM_SEED", 0); seed != 0) {
    check_seed(seed, coverage);
    return;
  }
  const std::uint64_t first = number_in("MUSTER_SIM_FIRST", 1);
  const std::uint64_t count = number_in("MUSTER_SIM_COUNT", 50);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    check_seed(seed, coverage);
  }
  if (count * commands() < 100'000) {
    return;  // too short to have seen everything
  }
  for (const std::string& point : every_point()) {
    INFO("never reached: " << point);
    CHECK(coverage.count(point) > 0);
  }
}

TEST_CASE("the commit that is tested names a world of its own", "[sim]") {
  const std::string hash = commit_hash();
  if (hash.size() >= 12) {
    Coverage coverage;
    check_seed(std::strtoull(hash.substr(0, 12).c_str(), nullptr, 16) | 1U, coverage);
  }
}

TEST_CASE("the same seed leaves the same bytes", "[sim]") {
  Coverage coverage;
  for (const std::uint64_t seed : {1001U, 1002U, 1003U}) {
    INFO(rerun_line(seed));
    const Run first = run_world(seed, coverage);
    CHECK(first.broken == "");
    CHECK(first.digest == run_world(seed, coverage).digest);
  }
  CHECK(run_world(1001, coverage).digest != run_world(1002, coverage).digest);
}

}  // namespace muster::sim
