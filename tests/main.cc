// A finding of the lint should fit on one line.
#define CATCH_CONFIG_CONSOLE_WIDTH 160
#define CATCH_CONFIG_RUNNER
#include <csignal>

#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  // A peer that hangs up must fail one test, not end the run.
  if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) return 1;
  return Catch::Session().run(argc, argv);
}
