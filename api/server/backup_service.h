/// Backups of a running server, one at a time, asked for by the operator. They are written below
/// two directories of the server's own settings; whoever asks only gives names.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/server/background_thread.h"
#include "projections/published.h"
#include "storage/backup/backup.h"

namespace muster {

struct BackupSettings {
  std::filesystem::path directory;       // --backup-directory; empty: none are taken
  std::filesystem::path keys_directory;  // --backup-keys-directory
};

struct BackupOrder {
  std::filesystem::path to;       // directly below BackupSettings::directory
  std::filesystem::path keys_to;  // directly below BackupSettings::keys_directory
  std::uint64_t bytes_per_second = 0;
};

/// Any thread.
class BackupService {
 public:
  BackupService(DataDirectory& directory,
                const Published& published,
                Clock& clock,
                Entropy& entropy,
                BackupSettings settings);
  BackupService(const BackupService&) = delete;
  BackupService& operator=(const BackupService&) = delete;
  /// Ends a backup that is under way; the one before stays.
  ~BackupService();

  /// kForbidden "backup_not_allowed" for a place that the settings do not name; kConflict
  /// "backup_running".
  Result<void> start(const BackupOrder& order);

  /// {"state": "none|running|done|failed", ...}
  [[nodiscard]] std::string status() const;

  /// When the newest backup of this process was taken.
  [[nodiscard]] std::optional<Micros> newest() const;

  [[nodiscard]] std::uint64_t failures() const { return failures_.load(); }

 private:
  Result<BackupOrder> place_order(const BackupOrder& order) const;
  void run(const BackupOrder& order);
  Result<void> wait_for_group(std::uint64_t group);

  DataDirectory& directory_;
  const Published& published_;
  Clock& clock_;
  Entropy& entropy_;
  BackupSettings settings_;

  mutable std::mutex mutex_;
  bool running_ = false;  // guarded by mutex_, as the next four
  BackupProgress progress_;
  Micros began_{};
  std::optional<BackupTaken> taken_;
  std::optional<Failure> failure_;
  std::atomic<std::uint64_t> failures_{0};
  std::unique_ptr<BackgroundThread> thread_;  // last: it uses the others
};

}  // namespace muster
