#include "storage/backup/restore.h"

#include <cstdio>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/exit_codes.h"
#include "api/cli/offline.h"
#include "api/cli/output.h"
#include "api/cli/percentage.h"
#include "api/server/reapply_ledger.h"
#include "engine/core/instant.h"

namespace muster {
namespace {

struct RestoreFlags {
  std::string from;
  std::string keys;
  std::string to;
  std::string lost;
  std::vector<std::string> heads;
  std::vector<std::string> erasures;
  std::string master_key_file;
  std::string verifier;
  std::uint32_t epoch = 1;
  std::uint64_t mib_per_second = 0;
  OutputFormat output{};
};

RestoreOptions options_of(const RestoreFlags& flags) {
  RestoreOptions options;
  options.backup.from = flags.from;
  options.backup.keys = flags.keys;
  if (!flags.verifier.empty()) {
    options.backup.verifier = flags.verifier;
  }
  options.to = flags.to;
  if (!flags.lost.empty()) {
    options.evidence.lost = flags.lost;
  }
  options.evidence.heads.assign(flags.heads.begin(), flags.heads.end());
  options.erasure_places.assign(flags.erasures.begin(), flags.erasures.end());
  if (!flags.master_key_file.empty()) {
    options.master_key_file = flags.master_key_file;
  } else {
    options.master_key = master_key_variable();
  }
  options.reapply_erasures = [flags](const std::filesystem::path& directory) -> Result<void> {
    OfflineFlags opened;
    opened.data = directory.string();
    opened.master_key_file = flags.master_key_file;
    MUSTER_TRY(const auto offline, OfflineInstance::open(opened));
    MUSTER_TRY(const ReappliedLedger reapplied,
               reapply_ledger(offline->instance(), directory / "erasures"));
    std::fprintf(stderr,
                 "muster: %llu people who were erased since the backup are erased again\n",
                 static_cast<unsigned long long>(reapplied.erased));
    return offline->close();
  };
  options.epoch_min = Epoch{flags.epoch};
  options.bytes_per_second = flags.mib_per_second << 20U;
  return options;
}

/// What is known of each log: the range it lost, that it lost nothing, or that nobody knows.
std::vector<std::vector<std::string>> rows_of(const Restored& restored) {
  std::vector<std::vector<std::string>> rows;
  std::map<LogId, std::uint64_t> sizes;
  for (const auto& [log, end] : restored.manifest.logs) {
    sizes[log] = end.size;
  }
  for (const auto& [log, range] : restored.evidence.lost) {
    sizes.try_emplace(log, 0);
  }
  for (const auto& [log, size] : sizes) {
    std::string lost = "nothing";
    std::string evidence;
    if (const auto range = restored.evidence.lost.find(log);
        range != restored.evidence.lost.end()) {
      lost = "[" + std::to_string(range->second.from) + "," + std::to_string(range->second.to) +
             ")" + (range->second.exact ? "" : " at least");
      evidence = range->second.evidence;
    } else if (std::ranges::find(restored.evidence.unknown, log) !=
               restored.evidence.unknown.end()) {
      lost = "unknown";
    }
    rows.push_back({std::to_string(raw(log)), std::to_string(size), lost, evidence});
  }
  return rows;
}

int restore(const RestoreFlags& flags) {
  RestoreOptions options = options_of(flags);
  Percentage line{"restore"};
  options.on_progress = [&](std::uint64_t done, std::uint64_t total) {
    line.update(done, total);
  };
  SystemClock clock;
  SystemEntropy entropy;
  const auto restored = restore_backup(options, clock, entropy);
  line.end();
  if (!restored) {
    for (const Fault& fault : restored.error().faults) {
      std::fprintf(stderr, "muster: %s (%s)\n", fault.reason.c_str(), fault.rule.c_str());
    }
    Failure failure = restored.error();
    failure.faults.clear();
    return exit_with(failure);
  }
  std::fprintf(stderr,
               "muster: %s is the backup of %s and begins epoch %u\n",
               flags.to.c_str(),
               to_rfc3339(restored->manifest.taken).c_str(),
               raw(restored->epoch));
  if (flags.lost.empty() && flags.erasures.empty()) {
    std::fprintf(
        stderr,
        "muster: nobody said who was erased since the backup; whoever was is there again, until "
        "'muster erase --data %s --ledger FILE' is given a newer list\n",
        flags.to.c_str());
  }
  if (!restored->evidence.unknown.empty()) {
    std::fprintf(stderr,
                 "muster: nothing tells what some logs have lost; --lost DIR or --head FILE may\n");
  }
  print_rows(flags.output, {"log", "events", "lost", "evidence"}, rows_of(*restored));
  return 0;
}

}  // namespace

void add_restore(CLI::App& app, RunCommand& chosen) {
  const auto flags = std::make_shared<RestoreFlags>();
  CLI::App* command =
      app.add_subcommand("restore", "Make a data directory of a backup; begins a new epoch");
  command->add_option("--from", flags->from, "The backup")->required();
  command->add_option("--keys", flags->keys, "Its keys")->required();
  command->add_option("--to", flags->to, "The new data directory; must not be there")->required();
  command->add_option(
      "--lost", flags->lost, "The directory that is replaced, or what is left of it");
  command->add_option(
      "--head", flags->heads, "A tree head that somebody kept (a checkpoint); may be repeated");
  command->add_option("--erasures",
                      flags->erasures,
                      "A directory with a newer list of erased people; may be repeated");
  command
      ->add_option("--master-key-file",
                   flags->master_key_file,
                   "File with the master key; default: the one among the keys")
      ->envname("MUSTER_MASTER_KEY_FILE");
  command->add_option("--verifier", flags->verifier, "The key that must have signed the backup");
  command->add_option("--epoch", flags->epoch, "The new epoch has at least this number");
  command->add_option("--mib-per-second", flags->mib_per_second, "At most so fast; 0: no bound");
  add_output_flag(*command, flags->output);
  command->callback([flags, &chosen] {
    chosen = [flags] {
      return restore(*flags);
    };
  });
}

}  // namespace muster
