#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/offline.h"
#include "storage/file_io.h"

namespace muster {
namespace {

constexpr std::size_t kKeyFileBytesMax = 1024;

struct KeysFlags {
  OfflineFlags offline;
  std::string next_file;
};

Result<void> rotate(Vault& vault, const KeysFlags& flags) {
  std::optional<std::string> next;
  if (!flags.next_file.empty()) {
    MUSTER_TRY(next, read_file(flags.next_file, kKeyFileBytesMax));
  }
  const std::string before = vault.ring().master_id();
  MUSTER_CHECKED(vault.ring().rotate_master(next));
  std::printf("master key %s replaced by %s\n", before.c_str(), vault.ring().master_id().c_str());
  return {};
}

int run(const KeysFlags& flags) {
  return run_offline(flags.offline, [&](OfflineInstance& offline) {
    return rotate(offline.instance().directory().vault(), flags);
  });
}

}  // namespace

void add_keys(CLI::App& app, RunCommand& chosen) {
  CLI::App* keys = app.add_subcommand("keys", "Keys of a stopped directory");
  keys->require_subcommand(1);
  const auto flags = std::make_shared<KeysFlags>();
  CLI::App* command = keys->add_subcommand(
      "rotate", "Wrap all keys by a new master key; nothing else is rewritten");
  add_offline_flags(*command, flags->offline);
  command->add_option(
      "--next-master-key-file",
      flags->next_file,
      "File with the new master key; needed when the present one is kept outside DATA");
  command->callback([flags, &chosen] {
    chosen = [flags] {
      return run(*flags);
    };
  });
}

}  // namespace muster
