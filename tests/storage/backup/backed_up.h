/// A directory, the places of its backup, and what restores of it say.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "storage/backup/backup.h"
#include "storage/backup/backup_place.h"
#include "storage/backup/check_backup.h"
#include "storage/backup/restore.h"
#include "tests/replay/stopped_directory.h"

namespace muster::test {

namespace fs = std::filesystem;

/// Every file of a tree with its bytes.
inline std::map<std::string, std::string> contents_of(const fs::path& path) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator{path}) {
    if (entry.is_regular_file() && entry.path().filename() != "LOCK") {
      contents[fs::relative(entry.path(), path).string()] = *read_file(entry.path(), 1U << 30U);
    }
  }
  return contents;
}

class BackedUp {
 public:
  BackedUp() : directory{StoppedDirectory::populate} {}

  [[nodiscard]] fs::path place(const std::string& name) const { return scratch.path() / name; }

  [[nodiscard]] BackupOptions options() const {
    BackupOptions options;
    options.to = place("data");
    options.keys_to = place("keys");
    return options;
  }

  Result<BackupTaken> take(const BackupOptions& options) {
    DataDirectoryOptions opening;
    opening.path = directory.path();
    MUSTER_TRY(const auto opened, DataDirectory::open(opening, world.clock, world.entropy));
    auto taken = take_backup(*opened, options, world.clock, world.entropy);
    MUSTER_CHECKED(opened->close());
    return taken;
  }

  BackupTaken take() {
    auto taken = take(options());
    INFO((taken ? "" : taken.error().reason));
    REQUIRE(taken.has_value());
    return std::move(*taken);
  }

  [[nodiscard]] BackupCheck check_options() const {
    BackupCheck check;
    check.from = place("data");
    check.keys = place("keys");
    return check;
  }

  [[nodiscard]] Result<CheckedBackup> check() const {
    Pace pace{0, [](std::chrono::milliseconds) {
                return true;
              }};
    return check_backup(check_options(), CopyPorts{pace});
  }

  [[nodiscard]] RestoreOptions restore_options() const {
    RestoreOptions options;
    options.backup = check_options();
    options.to = place("restored");
    return options;
  }

  Result<Restored> restore(const RestoreOptions& options) {
    return restore_backup(options, world.clock, world.entropy);
  }

  StoppedDirectory directory;
  ScratchDirectory scratch;
  replay::World world;
};

}  // namespace muster::test
