/// Makes a data directory of a backup.
///
/// Nothing is in place before everything was checked: the directory is made beside its place, as
/// `<to>.restoring`, and renamed at the very end. Every file is compared with the MANIFEST, the
/// MANIFEST's signature with the keys that come along, every log with its Merkle root, recomputed
/// from the events themselves, and all of it with the newest tree heads that are found.
///
/// The restored directory begins a new epoch (storage/epoch_history.h): whatever clients kept from
/// what was lost is told from what comes, and its tree heads have another origin, so that they are
/// no fork of those given out before.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/backup/check_backup.h"
#include "storage/backup/evidence_of_loss.h"

namespace muster {

struct RestoreOptions {
  BackupCheck backup;  // with keys
  std::filesystem::path to;
  EvidencePlaces evidence = {};
  std::optional<std::string> master_key = {};
  std::optional<std::filesystem::path> master_key_file = {};
  /// Places beside the backup and the lost directory that may have a longer list of erased people.
  std::vector<std::filesystem::path> erasure_places = {};
  /// The new epoch has at least this number, for an operator who knows of restores that nothing
  /// here speaks of.
  Epoch epoch_min{1};
  std::uint64_t bytes_per_second = 0;
  std::function<void(std::uint64_t done, std::uint64_t total)> on_progress = [](std::uint64_t,
                                                                                std::uint64_t) {
  };
  /// Erases again, in the stopped directory it is given, everybody whom DIR/erasures names. Without
  /// one a restore that would bring erased people back is refused with "erasures_pending".
  std::function<Result<void>(const std::filesystem::path& directory)> reapply_erasures = {};
};

struct Restored {
  BackupManifest manifest;
  Epoch epoch{};
  EvidenceOfLoss evidence;
  /// Bytes of the list of erased people that the backup did not know yet.
  std::uint64_t erasures_after = 0;
};

/// kCorrupt "backup_damaged" names the first damaged files in its faults; kCorrupt "backup_forks";
/// kConflict "target_not_empty", "erasures_pending". After a failure nothing is at `to`.
Result<Restored> restore_backup(const RestoreOptions& options, Clock& clock, Entropy& entropy);

}  // namespace muster
