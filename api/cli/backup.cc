#include <cstdio>
#include <thread>

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/cli/percentage.h"
#include "api/http/client.h"
#include "api/server/operator_file.h"
#include "engine/core/instant.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"
#include "storage/backup/check_backup.h"
#include "storage/backup/erasure_ledger.h"

namespace muster {
namespace {

constexpr std::chrono::seconds kTimeout{30};
constexpr std::chrono::milliseconds kAskEvery{200};

struct BackupFlags {
  OfflineFlags offline;
  std::string to;
  std::string keys_to;
  std::uint64_t mib_per_second = 0;
  std::string from;      // of verify
  std::string keys;      // of verify
  std::string verifier;  // of verify
  OutputFormat output{};
};

struct Summary {
  std::string taken;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t copied = 0;
  std::string verifier;
};

void print_summary(const BackupFlags& flags, const Summary& summary) {
  print_rows(flags.output,
             {"taken", "files", "bytes", "copied_bytes", "verifier"},
             {{summary.taken,
               std::to_string(summary.files),
               std::to_string(summary.bytes),
               std::to_string(summary.copied),
               summary.verifier}});
}

/// One JSON answer of the running server; its refusals are failures here.
Result<JsonDocument> ask(HttpClient& http, const OperatorFile& operators, ClientRequest request) {
  request.headers.emplace_back("Authorization", "Bearer " + operators.token);
  MUSTER_TRY(const ClientResponse answer, http.send(request));
  MUSTER_TRY(JsonDocument document, parse_json(answer.body));
  if (answer.status < 300) {
    return document;
  }
  const auto text = [&](const JsonValue& value, std::string_view name) {
    const auto found = value.find(name);
    return std::string{found ? found->text().value_or(std::string_view{}) : std::string_view{}};
  };
  return failure(answer.status == 409   ? Errc::kConflict
                 : answer.status == 403 ? Errc::kForbidden
                 : answer.status == 401 ? Errc::kUnauthorized
                                        : Errc::kUnavailable,
                 text(document.root(), "code"),
                 text(document.root(), "detail"));
}

/// The server does it; this only asks how far it is.
Result<Summary> back_up_running(const BackupFlags& flags, const OperatorFile& operators) {
  MUSTER_TRY(const ClientUrl url, parse_url("http://" + operators.management + "/backup"));
  HttpClient http{url, kTimeout};
  std::string order;
  JsonWriter writer{order};
  writer.begin_object();
  writer.member("to", std::filesystem::absolute(flags.to).lexically_normal().string());
  writer.member("keys_to", std::filesystem::absolute(flags.keys_to).lexically_normal().string());
  writer.member("bytes_per_second", flags.mib_per_second << 20U);
  writer.end_object();
  MUSTER_CHECKED(
      ask(http, operators, {"POST", url.path, {{"Content-Type", "application/json"}}, order}));
  Percentage line{"backup"};
  while (true) {
    MUSTER_TRY(const JsonDocument status, ask(http, operators, {"GET", url.path, {}, ""}));
    const JsonValue root = status.root();
    const auto text = [&](std::string_view name) {
      const auto value = root.find(name);
      return std::string{value ? value->text().value_or(std::string_view{}) : std::string_view{}};
    };
    const auto number = [&](std::string_view name) {
      const auto value = root.find(name);
      const bool whole = value && value->kind() == JsonKind::kInteger;
      return whole ? static_cast<std::uint64_t>(value->as_int()) : 0;
    };
    const std::string state = text("state");
    if (state == "running") {
      line.update(number("done_bytes"), number("total_bytes"));
      std::this_thread::sleep_for(kAskEvery);
      continue;
    }
    line.end();
    if (state == "done") {
      return Summary{text("taken"),
                     number("files"),
                     number("bytes"),
                     number("copied_bytes"),
                     text("verifier")};
    }
    const std::string rule = text("rule");
    const bool damaged = rule == "storage_corrupt" || rule == "key_missing";
    return failure(damaged ? Errc::kCorrupt : Errc::kUnavailable, rule, text("reason"));
  }
}

Result<Summary> back_up_stopped(const BackupFlags& flags) {
  DataDirectoryOptions directory;
  directory.path = flags.offline.data;
  if (!flags.offline.master_key_file.empty()) {
    directory.master_key_file = flags.offline.master_key_file;
  } else {
    directory.master_key = master_key_variable();
  }
  SystemClock clock;
  SystemEntropy entropy;
  MUSTER_TRY(const auto opened, DataDirectory::open(directory, clock, entropy));
  BackupOptions options;
  options.to = flags.to;
  options.keys_to = flags.keys_to;
  options.bytes_per_second = flags.mib_per_second << 20U;
  Percentage line{"backup"};
  options.on_progress = [&](const BackupProgress& progress) {
    line.update(progress.done, progress.total);
  };
  options.sleep = [](std::chrono::milliseconds pause) {
    std::this_thread::sleep_for(pause);
    return true;
  };
  auto taken = take_backup(*opened, options, clock, entropy);
  line.end();
  const auto closed = opened->close();
  MUSTER_CHECKED(taken);
  MUSTER_CHECKED(closed);
  return Summary{to_rfc3339(taken->manifest.taken),
                 taken->manifest.files.size(),
                 taken->manifest.bytes(),
                 taken->copied_bytes,
                 taken->manifest.verifier};
}

bool is_in_use(const std::filesystem::path& data) {
  const auto lock = DirectoryLock::acquire(data);
  return !lock && lock.error().rule == "directory_in_use";
}

int back_up(const BackupFlags& flags) {
  if (flags.to.empty() || flags.keys_to.empty()) {
    return exit_with(failure(Errc::kInvalid,
                             "place_needed",
                             "name where the backup goes with --to, and its keys with --keys-to"));
  }
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path{flags.offline.data} / "FORMAT", ignored)) {
    return exit_with(failure(Errc::kNotFound,
                             "directory_missing",
                             "there is no Muster directory at " + flags.offline.data));
  }
  const auto summary = [&]() -> Result<Summary> {
    if (!is_in_use(flags.offline.data)) {
      return back_up_stopped(flags);
    }
    MUSTER_TRY(const OperatorFile operators, read_operator_file(flags.offline.data));
    return back_up_running(flags, operators);
  }();
  if (!summary) {
    return exit_with(summary.error());
  }
  print_summary(flags, *summary);
  return 0;
}

int verify(const BackupFlags& flags) {
  BackupCheck backup;
  backup.from = flags.from;
  if (!flags.keys.empty()) {
    backup.keys = flags.keys;
  }
  if (!flags.verifier.empty()) {
    backup.verifier = flags.verifier;
  }
  Percentage line{"verify"};
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  if (const auto opened = open_backup(backup)) {
    total = opened->manifest.bytes();
  }
  Pace pace{flags.mib_per_second << 20U, [](std::chrono::milliseconds pause) {
              std::this_thread::sleep_for(pause);
              return true;
            }};
  const CopyPorts ports{pace, [&](std::uint64_t bytes) {
                          line.update(done += bytes, total);
                        }};
  const auto checked = check_backup(backup, ports);
  line.end();
  if (!checked) {
    return exit_with(checked.error());
  }
  for (const BackupFinding& finding : checked->findings) {
    std::fprintf(stderr, "muster: %s (%s)\n", finding.text.c_str(), finding.rule.c_str());
  }
  print_rows(flags.output,
             {"taken", "epoch", "files", "damaged", "bytes", "verifier"},
             {{to_rfc3339(checked->manifest.taken),
               std::to_string(raw(checked->manifest.epoch)),
               std::to_string(checked->files),
               std::to_string(checked->findings.size()),
               std::to_string(checked->manifest.bytes()),
               checked->manifest.verifier}});
  return checked->findings.empty() ? 0 : static_cast<int>(ExitCode::kDataDamaged);
}

int refresh(const BackupFlags& flags) {
  const auto copied = copy_erasure_ledger(flags.offline.data, flags.to);
  return copied ? 0 : exit_with(copied.error());
}

using Verb = int (*)(const BackupFlags&);

void run_when_chosen(CLI::App& command,
                     const std::shared_ptr<BackupFlags>& flags,
                     Verb verb,
                     RunCommand& chosen) {
  command.callback([flags, verb, &chosen, self = &command] {
    if (self->get_subcommands().empty()) {
      chosen = [flags, verb] {
        return verb(*flags);
      };
    }
  });
}

}  // namespace

void add_backup(CLI::App& app, RunCommand& chosen) {
  const auto flags = std::make_shared<BackupFlags>();
  CLI::App* taking =
      app.add_subcommand("backup", "Back up a directory, whether a server has it open or not");
  add_offline_flags(*taking, flags->offline);
  taking->add_option(
      "--to", flags->to, "Where the backup goes; one that is there is brought up to date");
  taking->add_option("--keys-to", flags->keys_to, "Where its keys go: another place");
  taking->add_option("--mib-per-second", flags->mib_per_second, "At most so fast; 0: no bound");
  add_output_flag(*taking, flags->output);
  run_when_chosen(*taking, flags, &back_up, chosen);

  CLI::App* verifying = taking->add_subcommand("verify", "Check every file of a backup");
  verifying->add_option("backup", flags->from, "The backup")->required();
  verifying->add_option("--keys", flags->keys, "Its keys, to be checked too");
  verifying->add_option(
      "--verifier", flags->verifier, "The key that must have signed it; default: the one it names");
  verifying->add_option("--mib-per-second", flags->mib_per_second, "At most so fast; 0: no bound");
  add_output_flag(*verifying, flags->output);
  run_when_chosen(*verifying, flags, &verify, chosen);

  CLI::App* refreshing = taking->add_subcommand(
      "erasures", "Bring the list of erased people beside a backup up to date");
  refreshing->add_option("--data", flags->offline.data, "Data directory")->required();
  refreshing->add_option("--to", flags->to, "The backup")->required();
  run_when_chosen(*refreshing, flags, &refresh, chosen);
}

}  // namespace muster
