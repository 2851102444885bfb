#include "api/cli/erase.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/server/bootstrap.h"

namespace muster {
namespace {

Result<void> check_flags(const EraseFlags& flags) {
  const bool named = !flags.user.empty();
  const int whom = int{named} + int{!flags.stream.empty()} + int{!flags.ledger.empty()};
  if (whom != 1) {
    return failure(
        Errc::kInvalid, "invalid_flags", "give one of --user with --pool, --stream and --ledger");
  }
  if (named == flags.pool.empty()) {
    return failure(Errc::kInvalid, "invalid_flags", "--user and --pool belong together");
  }
  if (flags.url.empty() != flags.client_file.empty()) {
    return failure(Errc::kInvalid, "invalid_flags", "--url and --client belong together");
  }
  if (!flags.url.empty() && !flags.ledger.empty()) {
    return failure(
        Errc::kInvalid, "invalid_flags", "a ledger is applied to a stopped directory only");
  }
  if (flags.url.empty() && !flags.certificate.empty()) {
    return failure(Errc::kInvalid, "invalid_flags", "--certificate needs a server: --url");
  }
  return {};
}

int run(const EraseFlags& flags) {
  if (const auto fine = check_flags(flags); !fine) {
    return exit_with(fine.error());
  }
  return flags.url.empty() ? erase_offline(flags) : erase_online(flags);
}

}  // namespace

void print_step(std::string_view step, std::string_view problem) {
  std::fprintf(stderr,
               "%.*s%s%.*s\n",
               static_cast<int>(step.size()),
               step.data(),
               problem.empty() ? "" : ": ",
               static_cast<int>(problem.size()),
               problem.data());
}

void print_erased(OutputFormat format, const ErasedPerson& person) {
  print_rows(format,
             {"stream", "step", "erased_at", "position", "events", "ledger"},
             {{person.stream,
               person.step,
               person.erased_at,
               person.position,
               person.events,
               person.ledger}});
}

void add_erase(CLI::App& app, RunCommand& chosen) {
  CLI::App* command = app.add_subcommand(
      "erase", "Erase a person, wait for the certificate and print it; see docs/operating.md");
  const auto flags = std::make_shared<EraseFlags>();
  flags->tenant = kDefaultTenant;
  add_offline_flags(*command, flags->offline);
  command->add_option("--url", flags->url, "A running server, as http://127.0.0.1:8080");
  command->add_option("--client", flags->client_file, "Client file of the workspace 'admin'");
  command->add_option("--tenant", flags->tenant, "Tenant")->capture_default_str();
  command->add_option("--pool", flags->pool, "Id of the user's pool");
  command->add_option("--user", flags->user, "Id of a user, or the stream of one who was deleted");
  command->add_option("--stream", flags->stream, "Stream of a user, also of one who was deleted");
  command->add_option(
      "--ledger", flags->ledger, "Erase again all people of a ledger: for a restored copy");
  command->add_option(
      "--certificate", flags->certificate, "File that gets the certificate with its proofs");
  add_output_flag(*command, flags->output);
  command->callback([flags, &chosen] {
    chosen = [flags] {
      return run(*flags);
    };
  });
}

}  // namespace muster
