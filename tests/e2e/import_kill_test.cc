/// Imports into a stopped directory that are killed on the way and begun again.
#include <chrono>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

constexpr int kRounds = 20;
constexpr int kUsersInFile = 2000;

class Imports {
 public:
  Imports() {
    const int status = run({MUSTER_BENCH_PROGRAM,
                            "generate",
                            "--users",
                            std::to_string(kUsersInFile),
                            "--seed",
                            "3",
                            "--out",
                            file().string()},
                           scratch.path() / "generate.log");
    REQUIRE(status == 0);
  }

  [[nodiscard]] std::filesystem::path file() const { return scratch.path() / "users.ndjson"; }

  [[nodiscard]] std::filesystem::path data() const { return scratch.path() / "data"; }

  [[nodiscard]] std::vector<std::string> command() const {
    return {MUSTER_PROGRAM,
            "import",
            "ndjson",
            file().string(),
            "--pool",
            "people",
            "--create-pool",
            "--data",
            data().string(),
            "--output",
            "json"};
  }

  /// Created, updated, unchanged, skipped, failed.
  std::vector<int> import() {
    std::string output;
    const int status = run(command(), scratch.path() / "import.log", &output);
    INFO(output);
    REQUIRE(status == 0);
    std::vector<int> counts;
    for (const char* name : {"created", "updated", "unchanged", "skipped", "failed"}) {
      counts.push_back(static_cast<int>(number(output, name)));
    }
    return counts;
  }

  ScratchDirectory scratch;
};

TEST_CASE("an import that is killed goes on where it was, and everybody is there once", "[e2e]") {
  Imports imports;
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(imports.import() == std::vector<int>{kUsersInFile, 0, 0, 0, 0});
  const auto whole_us =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::steady_clock::now() - begin)
                                     .count());
  std::mt19937_64 random{3};
  int cut_short = 0;
  for (int round = 0; round < kRounds; ++round) {
    INFO("round " << round);
    std::filesystem::remove_all(imports.data());
    auto killed = ChildProcess::start(imports.command(), imports.scratch.path() / "killed.log");
    REQUIRE(killed.has_value());
    std::this_thread::sleep_for(std::chrono::microseconds{random() % whole_us});
    killed->kill_now();
    const std::vector<int> counts = imports.import();
    CHECK(counts[0] + counts[2] == kUsersInFile);
    CHECK(counts[1] + counts[3] + counts[4] == 0);
    cut_short += counts[0] > 0 && counts[2] > 0 ? 1 : 0;
  }
  CHECK(cut_short > 0);
  CHECK(imports.import() == std::vector<int>{0, 0, kUsersInFile, 0, 0});
  std::string output;
  const int verified = run({MUSTER_REPLAY_PROGRAM, "verify", "--data", imports.data().string()},
                           imports.scratch.path() / "verify.log",
                           &output);
  INFO(output);
  CHECK(verified == 0);
}

}  // namespace
}  // namespace muster::test
