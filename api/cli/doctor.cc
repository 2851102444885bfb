#include <algorithm>

#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/examination.h"
#include "api/cli/exit_codes.h"
#include "api/cli/offline.h"
#include "api/cli/output.h"

namespace muster {
namespace {

struct DoctorFlags {
  std::string data = "./muster-data";
  std::string master_key_file;
  OutputFormat output{};
};

std::string name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFine:
      return "fine";
    case Verdict::kNotice:
      return "notice";
    case Verdict::kBad:
      return "bad";
  }
  return "bad";
}

/// Sentences for people; rows for programs.
void print(OutputFormat format, const std::vector<Diagnosis>& found) {
  if (format != OutputFormat::kTable) {
    std::vector<std::vector<std::string>> rows;
    for (const Diagnosis& one : found) {
      rows.push_back({name_of(one.verdict), one.about, one.says, one.next});
    }
    print_rows(format, {"verdict", "about", "says", "next"}, rows);
    return;
  }
  for (const Diagnosis& one : found) {
    std::printf(
        "%-6s  %-9s  %s\n", name_of(one.verdict).c_str(), one.about.c_str(), one.says.c_str());
    if (!one.next.empty()) {
      std::printf("                   -> %s\n", one.next.c_str());
    }
  }
}

int doctor(const DoctorFlags& flags) {
  ExaminationOptions options;
  options.data = flags.data;
  if (!flags.master_key_file.empty()) {
    options.master_key_file = flags.master_key_file;
  } else {
    options.master_key = master_key_variable();
  }
  SystemClock clock;
  SystemEntropy entropy;
  const auto found = examine(options, clock, entropy);
  print(flags.output, found);
  const auto has = [&](Verdict verdict) {
    return std::ranges::find(found, verdict, &Diagnosis::verdict) != found.end();
  };
  if (has(Verdict::kBad)) {
    return static_cast<int>(ExitCode::kDataDamaged);
  }
  return static_cast<int>(has(Verdict::kNotice) ? ExitCode::kRefused : ExitCode::kOk);
}

}  // namespace

void add_doctor(CLI::App& app, RunCommand& chosen) {
  const auto flags = std::make_shared<DoctorFlags>();
  CLI::App* command =
      app.add_subcommand("doctor", "Say what is wrong with a directory, and what to do");
  command->add_option("data", flags->data, "Data directory")
      ->envname("MUSTER_DATA")
      ->capture_default_str();
  command
      ->add_option("--master-key-file",
                   flags->master_key_file,
                   "File with the master key; default: DATA/keys/master.key")
      ->envname("MUSTER_MASTER_KEY_FILE");
  add_output_flag(*command, flags->output);
  command->footer("Exit codes: 0 fine, 1 something wants attention, 65 damaged or would not start");
  command->callback([flags, &chosen] {
    chosen = [flags] {
      return doctor(*flags);
    };
  });
}

}  // namespace muster
