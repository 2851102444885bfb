/// The narrow key-value interface that Muster needs of a storage engine: families of sorted keys,
/// atomic batches, snapshots, ordered iteration and an explicit sync.
///
/// A batch becomes visible when write() returns and durable when the next sync() that began after
/// it returns. After a crash the store holds a prefix of the written batches, never part of one,
/// and at least everything that a returned sync() covered.
///
/// Threads: every method may be called from any thread at any time unless it says otherwise;
/// write() from one thread at a time. Batches and iterators belong to one thread. Snapshots and
/// iterators must be released before close() and before the Kv is destroyed.
///
/// Failures: kCorrupt "storage_corrupt" (stored bytes are damaged; the reason names the file if it
/// is known), kUnavailable "disk_full" or "read_only_filesystem", kIo "storage_io". After a failed
/// write() or sync() the outcome is unknown and the process must end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

namespace muster {

/// The families of keys. The number is an index in memory and never on disk.
enum class Family : std::uint8_t {
  kMeta,
  kLog,
  kSegments,
  kAttachments,
  kStreams,
  kTree,
  kStates,
  kUsers,
  kUserKeys,
  kUserIndex,
  kGroups,
  kCounts,
  kIdempotency,
  kPast,
};

/// The names on disk, `<view>.<version>`, in the order of Family. "meta.1" stays the first: it is
/// created first and recovery finds its rows in the write-ahead log by that (storage/recovery.h).
inline constexpr auto kFamilyNames = std::to_array<std::string_view>({
    "meta.1",         // facts about the directory, heads of logs, the commit row
    "log.1",          // group records
    "segments.1",     // sealed segments
    "attachments.1",  // public values too large for the open part
    "streams.1",      // which events a stream has
    "tree.1",         // Merkle leaf hashes, nodes and frontier
    "states.1",       // states of all aggregates but users and groups
    "users.1",        // state and document of a user in one row
    "user_keys.1",    // identifiers, verified addresses and their suffix rows
    "user_index.1",   // indexed payload members
    "groups.1",       // states of groups, their names and their members
    "counts.1",       // sums of rows
    "idempotency.1",  // outcomes by idempotency key
    "past.1",         // rows that were, and until when
});
inline constexpr std::size_t kFamilyCount = kFamilyNames.size();
static_assert(kFamilyCount == static_cast<std::size_t>(Family::kPast) + 1);

constexpr std::size_t index_of(Family family) {
  return static_cast<std::size_t>(family);
}

constexpr std::string_view name_of(Family family) {
  return kFamilyNames[index_of(family)];
}

/// The keys k with from <= k < to, in byte order. An empty `to` is no upper bound.
struct KvRange {
  std::string from;
  std::string to;

  static KvRange all() { return {}; }

  /// The keys that begin with `prefix`.
  static KvRange of_prefix(std::string_view prefix);
};

/// Changes that are written together or not at all, in the order they were added.
class KvBatch {
 public:
  KvBatch() = default;
  KvBatch(const KvBatch&) = delete;
  KvBatch& operator=(const KvBatch&) = delete;
  virtual ~KvBatch() = default;

  virtual void put(Family family, std::string_view key, std::string_view value) = 0;
  virtual void erase(Family family, std::string_view key) = 0;
  /// Erases from <= key < to; `to` must not be empty. Not for kSegments, kStreams, kUsers,
  /// kUserKeys and kUserIndex (storage/rocks_options.h says why).
  virtual void erase_range(Family family, std::string_view from, std::string_view to) = 0;
  /// Forgets all changes and keeps the memory.
  virtual void clear() = 0;
  /// How many changes were added.
  [[nodiscard]] virtual std::size_t count() const = 0;
  /// What the batch costs in the write-ahead log.
  [[nodiscard]] virtual std::size_t bytes() const = 0;
};

/// The state after some write. Reading at it never sees a later one.
class KvSnapshot {
 public:
  KvSnapshot() = default;
  KvSnapshot(const KvSnapshot&) = delete;
  KvSnapshot& operator=(const KvSnapshot&) = delete;
  virtual ~KvSnapshot() = default;

  /// Grows with every write of the store.
  [[nodiscard]] virtual std::uint64_t number() const = 0;
};

/// Walks a range of one family as it was when the iterator was made. A new iterator is not valid:
/// seek first. next() and prev() need valid(). Views last until the iterator moves.
///
/// valid() turns false at the end of the range *and* at damage: ask status() whenever a walk ends.
/// KvReads::scan() does so by itself and is preferred.
class KvIterator {
 public:
  KvIterator() = default;
  KvIterator(const KvIterator&) = delete;
  KvIterator& operator=(const KvIterator&) = delete;
  virtual ~KvIterator() = default;

  virtual void seek_to_first() = 0;
  virtual void seek_to_last() = 0;
  /// To the first key at or after `key`.
  virtual void seek(std::string_view key) = 0;
  /// To the last key at or before `key`.
  virtual void seek_for_prev(std::string_view key) = 0;
  virtual void next() = 0;
  virtual void prev() = 0;
  [[nodiscard]] virtual bool valid() const = 0;
  [[nodiscard]] virtual std::string_view key() const = 0;
  [[nodiscard]] virtual std::string_view value() const = 0;
  [[nodiscard]] virtual Result<void> status() const = 0;
};

/// Rows in strictly ascending order of key, for ingest().
class SortedSource {
 public:
  SortedSource() = default;
  SortedSource(const SortedSource&) = delete;
  SortedSource& operator=(const SortedSource&) = delete;
  virtual ~SortedSource() = default;

  /// False at the end. The views last until the next call.
  virtual Result<bool> next(std::string_view& key, std::string_view& value) = 0;
};

/// One file of rows, written once and never changed.
struct TableFile {
  std::string name;    // below the directory of the store
  std::string family;  // as on disk
  std::uint64_t bytes = 0;
  /// CRC-32C of the whole file, computed when it was written; nothing for a table that was written
  /// before these were kept.
  std::optional<std::uint32_t> checksum;
};

/// What an operator sees. Zero where an engine has no such thing.
struct KvStats {
  std::uint64_t table_bytes = 0;  // files that hold live data
  std::uint64_t wal_bytes = 0;
  /// Number of the oldest file of the write-ahead log that is still needed.
  std::uint64_t oldest_wal = 0;
  std::uint64_t memtable_bytes = 0;
  std::uint64_t block_cache_bytes = 0;
  std::uint64_t pending_compaction_bytes = 0;
  std::uint64_t running_compactions = 0;
  std::uint64_t running_flushes = 0;
  std::uint64_t background_errors = 0;
  std::uint64_t write_delay_bytes_per_second = 0;  // 0: writes are not slowed down
  bool writes_stopped = false;
};

/// What readers need of a store. Without a snapshot they read the newest state.
class KvReads {
 public:
  /// Called for each row; false ends the scan.
  using Visitor = std::function<bool(std::string_view key, std::string_view value)>;

  KvReads() = default;
  KvReads(const KvReads&) = delete;
  KvReads& operator=(const KvReads&) = delete;
  virtual ~KvReads() = default;

  /// False, with `value` emptied, if there is no such key.
  virtual Result<bool> get(Family family,
                           std::string_view key,
                           std::string& value,
                           const KvSnapshot* snapshot = nullptr) const = 0;
  /// One answer per key, in the order of `keys`.
  virtual Result<std::vector<std::optional<std::string>>> multi_get(
      Family family,
      std::span<const std::string_view> keys,
      const KvSnapshot* snapshot = nullptr) const = 0;
  virtual std::unique_ptr<KvIterator> iterate(Family family,
                                              KvRange range,
                                              const KvSnapshot* snapshot = nullptr) const = 0;
  /// Visits the range in order of key.
  Result<void> scan(Family family,
                    KvRange range,
                    const Visitor& visit,
                    const KvSnapshot* snapshot = nullptr) const;
};

class Kv : public KvReads {
 public:
  [[nodiscard]] virtual std::shared_ptr<const KvSnapshot> snapshot() const = 0;

  /// A batch for this store; it must not be given to another.
  [[nodiscard]] virtual std::unique_ptr<KvBatch> new_batch() const = 0;
  /// Applies the batch without waiting for the disk. The batch is left as it is.
  virtual Result<void> write(KvBatch& batch) = 0;
  /// Returns once everything written before the call is durable. From any one thread, while
  /// another writes.
  virtual Result<void> sync() = 0;

  /// Moves everything written out of the write-ahead log into tables, durably.
  virtual Result<void> flush_all() = 0;
  /// Rewrites the tables that hold from <= key < to, so that erased and overwritten rows leave the
  /// disk, except those that a snapshot or iterator still needs. `force`: even where the engine
  /// sees no gain.
  virtual Result<void> compact(Family family, const KvRange& range, bool force) = 0;

  /// Calls of compact() that are going on, and all to come, give up soon. For whoever stops.
  virtual void cancel_compactions() {}

  /// number() of the oldest snapshot that is alive: what was overwritten before it can be shown to
  /// nobody any more. The greatest number when there is no snapshot.
  [[nodiscard]] virtual std::uint64_t oldest_snapshot() const = 0;
  /// Whether files on disk are not needed any more, and only wait for a reader or for the thread
  /// that deletes them.
  [[nodiscard]] virtual Result<bool> has_old_files() const = 0;
  /// Adds all rows of `source` at once, durably, replacing rows of the same key. Nothing is added
  /// on failure; kInvalid "unsorted_source" if the keys do not ascend.
  virtual Result<void> ingest(Family family, SortedSource& source) = 0;
  /// Removes all rows of a family, durably. Nobody else may use the family during the call, and
  /// snapshots taken before it no longer see its rows. Not for kMeta.
  virtual Result<void> clear_family(Family family) = 0;

  /// Reads every table and compares its checksums. Takes as long as reading the disk does.
  virtual Result<void> verify_checksums() const = 0;
  [[nodiscard]] virtual KvStats stats() const = 0;

  /// The files that hold live rows; none where an engine has no files.
  [[nodiscard]] virtual Result<std::vector<TableFile>> table_files() const {
    return std::vector<TableFile>{};
  }

  /// Makes `directory`, which must not be there, a store with everything written before the call
  /// and whole batches only. Tables are hard links, so it must lie on the same disk. Anybody may
  /// write meanwhile.
  virtual Result<void> checkpoint(const std::filesystem::path& directory) const;

  /// Leaves an empty write-ahead log behind. Only the destructor may be called afterwards. A Kv
  /// destroyed without close() recovers at the next open like after a kill.
  virtual Result<void> close() = 0;
};

}  // namespace muster
