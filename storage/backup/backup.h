/// Takes a backup of an open data directory, which goes on serving meanwhile.
///
/// The order is what makes it consistent:
///   1. how long DIR/erasures is
///   2. the tree heads kept beside the store: no head may be larger than the log copied after it
///   3. a checkpoint of the store, by hard links in DIR/checkpoint, and the wait until the newest
///      group in it is published: what is backed up was promised
///   4. its files; tables that the backup before has under the same name, size and checksum are not
///      copied again
///   5. key slots, then KEKs: every key that the data names was made before
///      the data.
///      Keys that were destroyed meanwhile stay destroyed.
///   6. DIR/erasures as it is then
///   7. the MANIFEST, first in the place for keys and then beside the data: from then on, and not
///      before, this is the backup. What only the one before had is removed after that.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "storage/backup/manifest.h"
#include "storage/directory/data_directory.h"

namespace muster {

struct BackupProgress {
  std::string_view step;     // static: "data", "keys", ...
  std::uint64_t done = 0;    // bytes looked at
  std::uint64_t total = 0;   // 0 until it is known
  std::uint64_t copied = 0;  // of the bytes done, those that were not there already
};

struct BackupOptions {
  std::filesystem::path to;
  std::filesystem::path keys_to;       // another directory, better on another disk
  std::uint64_t bytes_per_second = 0;  // 0: as fast as it goes
  /// Returns once the group is published.
  std::function<Result<void>(std::uint64_t group)> wait_for_group = [](std::uint64_t) {
    return Result<void>{};
  };
  std::function<void(const BackupProgress&)> on_progress = [](const BackupProgress&) {
  };
  /// Sleeps; false ends the backup with kUnavailable "stopped", and the one before stays.
  std::function<bool(std::chrono::milliseconds)> sleep = [](std::chrono::milliseconds) {
    return true;
  };
};

struct BackupTaken {
  BackupManifest manifest;
  std::uint64_t copied_bytes = 0;
  std::uint64_t kept_files = 0;  // that the backup before had
};

/// One at a time for a directory. On failure the backup that was there before is still whole.
Result<BackupTaken> take_backup(DataDirectory& directory,
                                const BackupOptions& options,
                                Clock& clock,
                                Entropy& entropy);

/// When the newest whole backup of the directory was taken, as DIR/last-backup says.
std::optional<Micros> last_backup(const std::filesystem::path& directory);

/// Where a backup that is being taken has links to the tables that it copies.
std::filesystem::path checkpoint_path(const std::filesystem::path& directory);

/// Removes what a backup that was killed has left in the directory.
void remove_left_checkpoint(const std::filesystem::path& directory);

}  // namespace muster
