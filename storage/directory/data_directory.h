/// A data directory: everything that survives, opened together.
///
///   DIR/FORMAT       what a program must know to open it (storage/format_file.h)
///   DIR/LOCK         held by the process that owns it
///   DIR/db/          the store: log, segments, attachments, views
///   DIR/keys/        master key, KEKs and key slots: never inside the store
///   DIR/tree-heads/  the newest signed tree head of every log
///   DIR/time-floor   the latest time for which an answer about the past was given
///   DIR/epochs       where earlier epochs ended, after a restore (storage/epoch_history.h)
///   DIR/erasures     who was erased (storage/erasure/ledger.h); there once somebody was
///
/// A stopped directory may be copied with any tool. The origin of a log's tree heads is
/// `muster.log/<log>/<microseconds of FORMAT's created>`, and from the second epoch on
/// `.../<epoch>/<microseconds at which the epoch began>` behind it: a restored directory goes on
/// under a name of its own, and two restores of one backup under two.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/ports/clock.h"
#include "engine/ports/entropy.h"
#include "storage/directory_lock.h"
#include "storage/epoch_history.h"
#include "storage/format_file.h"
#include "storage/log/event_log.h"
#include "storage/rocks_kv.h"
#include "storage/seal/vault.h"
#include "storage/tree/merkle.h"

namespace muster {

struct DataDirectoryOptions {
  std::filesystem::path path;
  bool create = false;
  /// Nothing is written, and erasures begun earlier stay unfinished.
  bool read_only = false;
  /// Opens the store and the keys and nothing above: log() must not be called, and neither tree
  /// heads nor what was derived from the log is looked at. For muster-replay, which does that.
  bool for_replay = false;
  std::optional<std::string> master_key;
  std::optional<std::filesystem::path> master_key_file;
  std::size_t cached_keys = VaultOptions{}.cached_keys;
  std::size_t block_cache_bytes = std::size_t{96} * 1024 * 1024;
  /// See RocksKvOptions; a server keeps it small, so that it is back within a second.
  std::size_t wal_bytes_max = std::size_t{64} * 1024 * 1024;
  bool compress = true;  // see RocksKvOptions
  std::function<void(std::string_view line)> log = [](std::string_view) {
  };
};

/// Name of a log in its tree heads. `epochs` is null, or empty, in the first epoch.
std::string log_origin(LogId log, const DirectoryFormat& format, const EpochHistory* epochs);

class DataDirectory {
 public:
  /// Takes the lock, recovers the store, and checks that every log still contains the newest signed
  /// tree head kept beside it. kConflict "rebuild_unfinished" after a rebuild that was interrupted.
  /// `clock` and `entropy` must outlive it.
  static Result<std::unique_ptr<DataDirectory>> open(const DataDirectoryOptions& options,
                                                     Clock& clock,
                                                     Entropy& entropy);

  [[nodiscard]] Kv& kv() { return *kv_; }

  [[nodiscard]] Vault& vault() { return *vault_; }

  [[nodiscard]] EventLog& log() { return *log_; }

  [[nodiscard]] Epoch epoch() const { return format_.epochs; }

  /// Null in the first epoch.
  [[nodiscard]] const std::shared_ptr<const EpochHistory>& epochs() const { return epochs_; }

  [[nodiscard]] const DirectoryFormat& format() const { return format_; }

  [[nodiscard]] const std::filesystem::path& path() const { return options_.path; }

  /// True when there was nothing before open().
  [[nodiscard]] bool is_new() const { return log_->newest_group() == 0; }

  /// Signs a tree of `log`, which must be published, and keeps the head beside the store. Nothing
  /// happens when a head as large was signed or kept already. Any thread.
  Result<void> keep_tree_head(LogId log, const TreeRoot& tree);

  /// The one place that signs: a note over a tree of `log`, which must be published. kCorrupt
  /// "tree_head_fork", and no signature, for a tree that is smaller than one signed before, or has
  /// another root than the one signed at that size. Any thread.
  Result<std::string> sign_tree_head(LogId log, const TreeRoot& tree);
  /// Whose directory it is: when it was made. Copies have the same.
  [[nodiscard]] Micros created() const { return format_.created; }

  [[nodiscard]] std::filesystem::path erasures_path() const { return options_.path / "erasures"; }

  /// Where tree heads are kept.
  [[nodiscard]] std::filesystem::path heads_path() const { return options_.path / "tree-heads"; }

  /// How many events the newest kept head covers. Any thread.
  [[nodiscard]] std::uint64_t kept_tree_size(LogId log);
  /// Name of a log in its tree heads.
  [[nodiscard]] std::string origin(LogId log) const;
  /// Verifier key of a log's tree heads, for whoever checks them elsewhere.
  Result<std::string> verifier(LogId log);

  /// Leaves an empty write-ahead log behind; the directory is closed by the destructor.
  Result<void> close();

 private:
  DataDirectory(DataDirectoryOptions options, DirectoryLock lock)
      : options_{std::move(options)}, lock_{std::move(lock)} {}

  Result<void> open_format(Clock& clock);
  Result<void> open_store();
  /// Made beside its place and moved there whole: a store that a kill left half made could not be
  /// told from a damaged one.
  Result<void> make_store(RocksKvOptions options) const;
  Result<void> open_log();
  Result<void> open_keys(Entropy& entropy);
  Result<void> check_tree_heads();
  Result<void> check_tree_head(LogId log, std::string_view note);
  Result<void> check_ended_epochs();
  /// With heads_mutex_ held.
  Result<std::string> sign(LogId log, const TreeRoot& tree);
  [[nodiscard]] std::uint64_t free_bytes() const;

  DataDirectoryOptions options_;
  DirectoryLock lock_;
  DirectoryFormat format_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Kv> kv_;
  std::unique_ptr<EventLog> log_;
  std::shared_ptr<const EpochHistory> epochs_;
  std::mutex heads_mutex_;
  std::unordered_map<LogId, std::uint64_t> head_sizes_;  // guarded by heads_mutex_
  std::unordered_map<LogId, TreeRoot> signed_;           // the largest; guarded by heads_mutex_
};

}  // namespace muster
