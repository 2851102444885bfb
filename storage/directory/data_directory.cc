#include "storage/directory/data_directory.h"

#include <charconv>
#include <system_error>

#include <sys/statvfs.h>

#include "storage/file_io.h"
#include "storage/log/group_record.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/recovery.h"

namespace muster {
namespace {

constexpr std::string_view kOriginPrefix = "muster.log/";

}  // namespace

std::string log_origin(LogId log, const DirectoryFormat& format, const EpochHistory* epochs) {
  std::string origin = std::string{kOriginPrefix} + std::to_string(raw(log)) + "/" +
                       std::to_string(raw(format.created));
  if (raw(format.epochs) > 1 && epochs != nullptr) {
    origin += "/" + std::to_string(raw(format.epochs)) + "/" +
              std::to_string(raw(epochs->present_since().value_or(Micros{})));
  }
  return origin;
}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const DataDirectoryOptions& options,
                                                           Clock& clock,
                                                           Entropy& entropy) {
  std::error_code ignored;
  if (!std::filesystem::exists(options.path / "FORMAT", ignored) && !options.create) {
    return failure(Errc::kNotFound,
                   "directory_missing",
                   "there is no Muster directory at " + options.path.string() +
                       "; 'muster serve --data " + options.path.string() + "' makes one");
  }
  if (options.create) {
    MUSTER_CHECKED(make_directory(options.path));
  }
  MUSTER_TRY(DirectoryLock lock, DirectoryLock::acquire(options.path, options.read_only));
  std::unique_ptr<DataDirectory> directory{new DataDirectory{options, std::move(lock)}};
  MUSTER_CHECKED(directory->open_format(clock));
  MUSTER_CHECKED(directory->open_keys(entropy));
  MUSTER_CHECKED(directory->open_store());
  if (!options.for_replay) {
    MUSTER_CHECKED(directory->open_log());
    MUSTER_CHECKED(directory->check_tree_heads());
  }
  return directory;
}

Result<void> DataDirectory::open_format(Clock& clock) {
  auto format = read_format_file(options_.path);
  if (format) {
    format_ = std::move(*format);
    if (raw(format_.epochs) > 1) {
      MUSTER_TRY(EpochHistory history, EpochHistory::read(options_.path));
      if (history.empty()) {
        return failure(Errc::kCorrupt,
                       "epochs_missing",
                       (options_.path / "epochs").string() +
                           " is not there; restore it from a copy of the directory");
      }
      epochs_ = std::make_shared<const EpochHistory>(std::move(history));
    }
    return {};
  }
  if (format.error().code != Errc::kNotFound || !options_.create || options_.read_only) {
    return format.error();
  }
  std::error_code ignored;
  if (std::filesystem::exists(options_.path / "db", ignored)) {
    return failure(
        Errc::kCorrupt,
        "format_missing",
        options_.path.string() + " holds data but no FORMAT file; restore it from a copy");
  }
  format_.created = Micros{raw(clock.now()) / 1000 * 1000};  // the file holds milliseconds
  return write_format_file(options_.path, format_);
}

Result<void> DataDirectory::open_keys(Entropy& entropy) {
  // The store is made after the keys. A new file of slots beside it would hide what is lost.
  const std::filesystem::path slots = options_.path / "keys" / "slots";
  std::error_code ignored;
  if (std::filesystem::exists(options_.path / "db", ignored) &&
      !std::filesystem::exists(slots, ignored)) {
    return failure(Errc::kCorrupt,
                   "keys_missing",
                   slots.string() + " is not there; restore it from a copy of the directory");
  }
  VaultOptions options;
  options.ring.dir = options_.path / "keys";
  options.ring.master_key = options_.master_key;
  options.ring.master_key_file = options_.master_key_file;
  options.ring.read_only = options_.read_only;
  options.cached_keys = options_.cached_keys;
  MUSTER_TRY(vault_, Vault::open(options, entropy));
  return {};
}

std::uint64_t DataDirectory::free_bytes() const {
  struct statvfs stats {};

  if (statvfs(options_.path.c_str(), &stats) != 0) {
    return 0;
  }
  return static_cast<std::uint64_t>(stats.f_bavail) * stats.f_frsize;
}

Result<void> DataDirectory::open_store() {
  RocksKvOptions options;
  options.path = options_.path / "db";
  options.read_only = options_.read_only;
  options.whole_scans = options_.for_replay;
  options.block_cache_bytes = options_.block_cache_bytes;
  options.wal_bytes_max = options_.wal_bytes_max;
  options.compress = options_.compress;
  options.log = options_.log;
  std::error_code ignored;
  if (options_.create && !std::filesystem::exists(options.path, ignored)) {
    MUSTER_CHECKED(make_store(options));
  }
  MUSTER_TRY(kv_, open_recovered_kv(options));
  return {};
}

Result<void> DataDirectory::make_store(RocksKvOptions options) const {
  const std::filesystem::path finished = options.path;
  options.path += ".new";
  options.create_if_missing = true;
  std::error_code error;
  std::filesystem::remove_all(options.path, error);
  {
    MUSTER_TRY(const auto made, open_rocks_kv(options));
    MUSTER_CHECKED(made->close());
  }
  std::filesystem::rename(options.path, finished, error);
  if (error) {
    return io_failure(error.value(), "rename", options.path);
  }
  return sync_directory(options_.path);
}

Result<void> DataDirectory::open_log() {
  std::string nothing;
  MUSTER_TRY(const bool unfinished_rebuild, kv_->get(Family::kMeta, kRebuildingKey, nothing));
  if (unfinished_rebuild) {
    return failure(Errc::kConflict,
                   "rebuild_unfinished",
                   "a rebuild of " + options_.path.string() +
                       " was interrupted; run muster-replay rebuild again");
  }
  MUSTER_TRY(log_, EventLog::open(*kv_, [this] { return free_bytes(); }));
  if (options_.read_only) {
    return {};
  }
  MUSTER_TRY(const auto unfinished, log_->unfinished_erasures());
  MUSTER_CHECKED(vault_->erase_slots(unfinished));
  log_->finish_erasure(unfinished);
  return vault_->begin_reserving(log_->first_free_slot());
}

std::string DataDirectory::origin(LogId log) const {
  return log_origin(log, format_, epochs_.get());
}

Result<std::string> DataDirectory::verifier(LogId log) {
  MUSTER_TRY(const HeadKey key, vault_->head_key(log, origin(log)));
  return key.verifier();
}

Result<void> DataDirectory::check_tree_head(LogId log, std::string_view note) {
  MUSTER_TRY(const std::string key, verifier(log));
  auto head = parse_and_verify_checkpoint(note, key);
  if (!head) {
    return failure(Errc::kCorrupt,
                   "tree_head_damaged",
                   "the signed tree head " + (heads_path() / std::to_string(raw(log))).string() +
                       " is damaged or not ours (" + head.error().rule + ")");
  }
  const std::uint64_t size = log_->head(log).size;
  if (head->size > size) {
    return failure(Errc::kCorrupt,
                   "log_behind_tree_head",
                   "log " + std::to_string(raw(log)) + " has " + std::to_string(size) +
                       " events, but a tree head over " + std::to_string(head->size) +
                       " was given out; the data is older than what was promised");
  }
  KvTreeNodes nodes{*kv_, log};
  MUSTER_TRY(const Digest root, tree_root(nodes, head->size));
  if (root != head->root) {
    return failure(Errc::kCorrupt,
                   "log_differs_from_tree_head",
                   "log " + std::to_string(raw(log)) + " is not the one that the tree head over " +
                       std::to_string(head->size) + " events was signed for");
  }
  head_sizes_[log] = head->size;
  signed_[log] = {head->size, head->root};
  return {};
}

/// What survived an earlier epoch must still be there as it was.
Result<void> DataDirectory::check_ended_epochs() {
  if (!epochs_) {
    return {};
  }
  for (const auto& [epoch, how] : epochs_->ended()) {
    for (const auto& [log, end] : how.logs) {
      KvTreeNodes nodes{*kv_, log};
      const bool there = log_->head(log).size >= end.size;
      MUSTER_TRY(const Digest root, there ? tree_root(nodes, end.size) : Result<Digest>{Digest{}});
      if (!there || root != end.root) {
        return failure(Errc::kCorrupt,
                       "log_differs_from_epoch",
                       "log " + std::to_string(raw(log)) + " is not the one with which epoch " +
                           std::to_string(raw(epoch)) + " ended");
      }
    }
  }
  return {};
}

Result<void> DataDirectory::check_tree_heads() {
  MUSTER_CHECKED(check_ended_epochs());
  std::error_code ignored;
  if (!std::filesystem::exists(heads_path(), ignored)) {
    return {};
  }
  // Of every head there is, also of logs that the store has lost altogether.
  MUSTER_TRY(const auto files, list_directory(heads_path()));
  for (const auto& file : files) {
    const std::string name = file.filename().string();
    std::uint32_t number = 0;
    const auto [stopped, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || stopped != name.data() + name.size()) {
      continue;  // what an interrupted replacement left
    }
    MUSTER_TRY(const auto note, load_tree_head(heads_path(), LogId{number}));
    if (note) {
      MUSTER_CHECKED(check_tree_head(LogId{number}, *note));
    }
  }
  return {};
}

Result<void> DataDirectory::keep_tree_head(LogId log, const TreeRoot& tree) {
  const std::lock_guard lock{heads_mutex_};
  std::uint64_t& newest = head_sizes_[log];
  if (tree.size <= newest) {
    return {};
  }
  if (const auto found = signed_.find(log);
      found != signed_.end() && tree.size < found->second.size) {
    return {};  // somebody was given a larger one meanwhile; the next turn keeps that or a later
                // one
  }
  MUSTER_TRY(const std::string note, sign(log, tree));
  MUSTER_CHECKED(save_tree_head(heads_path(), log, note));
  newest = tree.size;
  return {};
}

Result<std::string> DataDirectory::sign(LogId log, const TreeRoot& tree) {
  const auto [largest, first] = signed_.try_emplace(log, tree);
  const bool forks = tree.size < largest->second.size ||
                     (tree.size == largest->second.size && tree.root != largest->second.root);
  if (!first && forks) {
    return failure(Errc::kCorrupt,
                   "tree_head_fork",
                   "log " + std::to_string(raw(log)) + " is not the one that a tree head over " +
                       std::to_string(largest->second.size) + " events was signed for");
  }
  MUSTER_TRY(const HeadKey key, vault_->head_key(log, origin(log)));
  largest->second = tree;
  return sign_checkpoint(key, {origin(log), tree.size, tree.root});
}

Result<std::string> DataDirectory::sign_tree_head(LogId log, const TreeRoot& tree) {
  const std::lock_guard lock{heads_mutex_};
  return sign(log, tree);
}

std::uint64_t DataDirectory::kept_tree_size(LogId log) {
  const std::lock_guard lock{heads_mutex_};
  return head_sizes_[log];
}

Result<void> DataDirectory::close() {
  return kv_->close();
}

}  // namespace muster
