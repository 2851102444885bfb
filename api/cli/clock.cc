#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/http/client.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTimeout{5};

int accept(const std::string& management) {
  const auto url = parse_url("http://" + management + "/clock/accept");
  if (!url) {
    return exit_with(url.error());
  }
  HttpClient http{*url, kTimeout};
  const auto answer = http.send({"POST", url->path, {}, ""});
  if (!answer) {
    return exit_with(answer.error());
  }
  if (answer->status != 204) {
    return exit_with(failure(Errc::kUnavailable,
                             "clock_not_accepted",
                             "the server answered " + std::to_string(answer->status)));
  }
  std::printf("the present time is accepted; writes go on\n");
  return 0;
}

}  // namespace

void add_clock(CLI::App& app, RunCommand& chosen) {
  CLI::App* clock = app.add_subcommand("clock", "What a running server thinks of the time");
  clock->require_subcommand(1);
  CLI::App* command =
      clock->add_subcommand("accept", "Accept a jump of the clock, so that writes go on");
  const auto management = std::make_shared<std::string>("127.0.0.1:9090");
  command->add_option("--management", *management, "Management address of the server")
      ->envname("MUSTER_MANAGEMENT")
      ->capture_default_str();
  command->callback([management, &chosen] {
    chosen = [management] {
      return accept(*management);
    };
  });
}

}  // namespace muster
