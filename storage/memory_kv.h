/// storage/kv.h in memory, for tests and simulated worlds: the same promises, plus crashes and
/// faults on demand. Everything it does is a function of the calls and seeds it is given.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "storage/kv.h"

namespace muster {

class MemoryKv : public Kv {
 public:
  Result<bool> get(Family family,
                   std::string_view key,
                   std::string& value,
                   const KvSnapshot* snapshot = nullptr) const override;
  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family,
      std::span<const std::string_view> keys,
      const KvSnapshot* snapshot = nullptr) const override;
  std::unique_ptr<KvIterator> iterate(Family family,
                                      KvRange range,
                                      const KvSnapshot* snapshot = nullptr) const override;
  [[nodiscard]] std::shared_ptr<const KvSnapshot> snapshot() const override;
  [[nodiscard]] std::unique_ptr<KvBatch> new_batch() const override;
  Result<void> write(KvBatch& batch) override;
  Result<void> sync() override;

  Result<void> flush_all() override { return sync(); }

  Result<void> compact(Family family, const KvRange& range, bool force) override;
  Result<void> ingest(Family family, SortedSource& source) override;
  Result<void> clear_family(Family family) override;

  Result<void> verify_checksums() const override { return {}; }

  [[nodiscard]] KvStats stats() const override;
  [[nodiscard]] std::uint64_t oldest_snapshot() const override;

  [[nodiscard]] Result<bool> has_old_files() const override { return false; }

  /// Unlike other stores this one may be used again, as if it had been opened anew.
  Result<void> close() override { return sync(); }

  /// What a power cut leaves: everything synced, and of the batches after it as many whole ones,
  /// from the oldest on, as `seed` says. Ends all faults. No snapshot or iterator may be alive.
  void crash(std::uint64_t seed);

  /// After `count` more successful writes every write and sync fails with kIo, until a crash.
  void fail_after_writes(std::uint64_t count);
  /// The next sync fails, and every write and sync after it, until a crash. What it would have
  /// covered may survive the crash or not.
  void fail_next_sync();
  /// While set, writes fail with kUnavailable "disk_full" and change nothing.
  void set_disk_full(bool full);

  /// How many writes and ingests are in effect.
  [[nodiscard]] std::uint64_t writes() const;
  /// How many of them a crash may lose.
  [[nodiscard]] std::uint64_t unsynced_writes() const;

 private:
  friend class MemorySnapshot;
  friend class MemoryIterator;

  /// A value from the batch of that number on; nothing where it was erased.
  struct Version {
    std::uint64_t batch = 0;
    std::optional<std::string> value;
  };

  using Versions = std::vector<Version>;
  using Table = std::map<std::string, Versions, std::less<>>;

  // The functions below are called with mutex_ held.
  static const std::string* value_at(const Versions& versions, std::uint64_t batch);
  [[nodiscard]] std::uint64_t batch_of(const KvSnapshot* snapshot) const;
  [[nodiscard]] Result<void> begin_write();
  void set(Family family, std::string_view key, std::optional<std::string> value);
  void erase_range(Family family, std::string_view from, std::string_view to);
  /// Forgets what neither a reader nor a crash can bring back; false if nothing is left.
  [[nodiscard]] bool prune(Versions& versions) const;

  mutable std::mutex mutex_;
  std::array<Table, kFamilyCount> tables_;
  std::uint64_t written_ = 0;  // number of the newest batch
  std::uint64_t synced_ = 0;   // number of the newest batch that a crash keeps
  /// Batch numbers that snapshots and iterators read at.
  mutable std::multiset<std::uint64_t> readers_;
  std::optional<std::uint64_t> writes_left_;
  bool fail_next_sync_ = false;
  bool disk_full_ = false;
  bool broken_ = false;
};

}  // namespace muster
