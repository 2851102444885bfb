/// A place for backups: a directory that holds one whole backup, or that and a half-made next one.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "storage/backup/copy_file.h"
#include "storage/backup/manifest.h"
#include "storage/directory_lock.h"

namespace muster {

/// The note in `place`/MANIFEST; kNotFound "backup_missing".
Result<std::string> read_manifest_note(const std::filesystem::path& place);

/// What the note says, without a look at its signature.
Result<BackupManifest> manifest_in(std::string_view note);

/// One process at a time writes to a place.
class BackupPlace {
 public:
  /// Makes the directory if it is not there. kConflict "not_a_backup" when it holds other things.
  static Result<BackupPlace> open(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// The backup that is there; nothing when there is none, or it cannot be read.
  [[nodiscard]] std::optional<BackupManifest> newest() const;

  [[nodiscard]] bool has(const BackupFile& file) const;

  /// Copies a file in, unless it is there already. `path` is where it lay in the directory.
  Result<BackupFile> add(BackupPart part,
                         const std::string& path,
                         const std::filesystem::path& from,
                         const CopyPorts& ports);
  Result<BackupFile> add_bytes(BackupPart part, const std::string& path, std::string_view bytes);

  /// Makes what was added durable, then the note the backup's MANIFEST.
  Result<void> finish(std::string_view note);
  /// Removes files that `manifest` does not name.
  void sweep(const BackupManifest& manifest) const;

 private:
  BackupPlace(std::filesystem::path path, DirectoryLock lock)
      : path_{std::move(path)}, lock_{std::move(lock)} {}

  Result<std::filesystem::path> draft_for(const std::string& path);
  Result<void> settle(const std::filesystem::path& draft, const BackupFile& file);

  std::filesystem::path path_;
  DirectoryLock lock_;
  std::set<std::filesystem::path> touched_;  // directories to be synced
};

}  // namespace muster
