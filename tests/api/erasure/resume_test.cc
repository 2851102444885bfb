/// An erasure comes to its end whenever the process is killed.
#include <csignal>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/api/erasure/people.h"

namespace muster::test {
namespace {

StackOptions on(const std::filesystem::path& data) {
  StackOptions options = plain_files();
  options.data = data;
  return options;
}

constexpr const char* kDataVariable = "MUSTER_TEST_DATA";
constexpr const char* kPathVariable = "MUSTER_TEST_PATH";
constexpr const char* kStepVariable = "MUSTER_TEST_STEP";

TEST_CASE("a server that kills itself in the middle of an erasure", "[.child]") {
  const char* data = std::getenv(kDataVariable);
  const char* path = std::getenv(kPathVariable);
  const char* step = std::getenv(kStepVariable);
  REQUIRE((data != nullptr && path != nullptr && step != nullptr));
  StackOptions options = on(data);
  options.on_erasure_step = [step = std::string{step}](ErasureStep reached) {
    if (name_of(reached) == step) {
      ::kill(::getpid(), SIGKILL);
    }
  };
  Stack stack{options};
  stack.admin(Method::kDelete, path);
  ::sleep(60);
}

/// Another process serves the directory, erases that user, and kills itself after that step. A
/// child without exec would lack the threads of the store.
void erase_and_die(const std::filesystem::path& data, const std::string& path, ErasureStep step) {
  const std::string name{name_of(step)};
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setenv(kDataVariable, data.c_str(), 1);
    ::setenv(kPathVariable, path.c_str(), 1);
    ::setenv(kStepVariable, name.c_str(), 1);
    ::execl("/proc/self/exe", "erasure_test", "[.child]", nullptr);
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  std::filesystem::remove_all(std::filesystem::temp_directory_path() /
                              ("muster-test-" + std::to_string(child) + "-0"));
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("an erasure that was killed at any step is finished by the next start", "[erasure]") {
  for (const ErasureStep step : {ErasureStep::kRequested,
                                 ErasureStep::kKeyDestroyed,
                                 ErasureStep::kRecorded,
                                 ErasureStep::kFilesCompacted,
                                 ErasureStep::kCertified}) {
    CAPTURE(name_of(step));
    const ScratchDirectory scratch;
    const auto data = scratch.path() / "data";
    std::vector<std::string> values;
    std::string stream;
    {
      Stack stack{on(data)};
      make_people_pool(stack);
      values = make_somebody(stack, "Phoenix");
      stream = stream_of(stack, id_of("Phoenix"));
      stack.close();
    }
    erase_and_die(
        data,
        "/pools/" + std::string{kPeoplePool} + "/users/" + id_of("Phoenix") + "?erase=true",
        step);
    Stack stack{on(data)};
    certificate_of(stack, stream);
    for (const std::string& value : values) {
      INFO(value);
      CHECK(places_of(data, value).empty());
    }
    stack.close();
    check_verifies(data);
  }
}

}  // namespace
}  // namespace muster::test
