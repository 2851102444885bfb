/// Checks a backup by itself: every file against the MANIFEST, and the MANIFEST's signature.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/backup/backup_place.h"

namespace muster {

struct BackupFinding {
  std::string rule;
  std::string text;  // names the file
};

struct BackupCheck {
  std::filesystem::path from;
  /// The place of the keys; without it they are not looked at.
  std::optional<std::filesystem::path> keys = {};
  /// Who must have signed it. Without one the key that the MANIFEST names, which tells damage, not
  /// forgery.
  std::optional<std::string> verifier = {};
};

struct CheckedBackup {
  BackupManifest manifest;
  std::string note;
  std::uint64_t files = 0;  // that were read
  std::vector<BackupFinding> findings;
};

/// The note and what it says, once its signature was checked.
Result<CheckedBackup> open_backup(const BackupCheck& backup);

/// Reads one file of the backup, and copies it to `to` unless that is empty. What is wrong with it
/// is a finding; a failure says that reading had to stop.
Result<void> check_backup_file(const BackupCheck& backup,
                               const BackupFile& file,
                               const std::filesystem::path& to,
                               const CopyPorts& ports,
                               std::vector<BackupFinding>& findings);

/// Needs no data directory and no keys.
Result<CheckedBackup> check_backup(const BackupCheck& backup, const CopyPorts& ports);

}  // namespace muster
