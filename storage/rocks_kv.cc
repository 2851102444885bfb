#include "storage/rocks_kv.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <system_error>
#include <utility>

#include <rocksdb/convenience.h>
#include <rocksdb/write_batch.h>

#include "engine/core/check.h"
#include "storage/file_io.h"
#include "storage/rocks_database.h"
#include "storage/rocks_iterator.h"
#include "storage/rocks_options.h"
#include "storage/rocks_status.h"
#include "storage/rocks_value.h"
#include "storage/rocks_wal.h"

namespace muster {

namespace {

class RocksBatch : public KvBatch {
 public:
  explicit RocksBatch(const RocksDatabase& database) : database_{database} {}

  void put(Family family, std::string_view key, std::string_view value) override {
    const auto stored = encode_value(family, key, value, encoded_, database_.compress);
    added(batch_.Put(handle(family), as_slice(key), as_slice(stored)));
  }

  void erase(Family family, std::string_view key) override {
    added(batch_.Delete(handle(family), as_slice(key)));
  }

  void erase_range(Family family, std::string_view from, std::string_view to) override {
    check(!to.empty(), "erase_range() without an end");
    check(!inserts_with_hints(family), "erase_range() in a family that inserts with hints");
    // An empty range is nothing here and an error in RocksDB's readers.
    if (from < to) {
      added(batch_.DeleteRange(handle(family), as_slice(from), as_slice(to)));
    }
  }

  void clear() override { batch_.Clear(); }

  [[nodiscard]] std::size_t count() const override { return batch_.Count(); }

  [[nodiscard]] std::size_t bytes() const override { return batch_.GetDataSize(); }

  rocksdb::WriteBatch& rocks() { return batch_; }

 private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const {
    auto* const found = database_.handle(family);
    check(found != nullptr, "a batch for a store that is read-only");
    return found;
  }

  static void added(const rocksdb::Status& status) {
    // Only a batch above 4 GiB can be refused here, and groups are bounded far below.
    check(status.ok(), "a change could not be added to a batch");
  }

  const RocksDatabase& database_;
  rocksdb::WriteBatch batch_;
  std::string encoded_;
};

Result<bool> found(const rocksdb::Status& status) {
  if (status.IsNotFound()) {
    return false;
  }
  if (!status.ok()) {
    return rocks_failure(status);
  }
  return true;
}

class RocksKv : public Kv {
 public:
  Result<void> open(const RocksKvOptions& options) { return open_database(options, database_); }

  Result<bool> get(Family family,
                   std::string_view key,
                   std::string& value,
                   const KvSnapshot* snapshot) const override;
  Result<std::vector<std::optional<std::string>>> multi_get(
      Family family,
      std::span<const std::string_view> keys,
      const KvSnapshot* snapshot) const override;

  std::unique_ptr<KvIterator> iterate(Family family,
                                      KvRange range,
                                      const KvSnapshot* snapshot) const override {
    return std::make_unique<RocksIterator>(database_, family, std::move(range), snapshot);
  }

  [[nodiscard]] std::shared_ptr<const KvSnapshot> snapshot() const override {
    return std::make_shared<RocksSnapshot>(database_);
  }

  [[nodiscard]] std::unique_ptr<KvBatch> new_batch() const override {
    return std::make_unique<RocksBatch>(database_);
  }

  Result<void> write(KvBatch& batch) override {
    MUSTER_CHECKED(check_writable());
    return rocks_result(database_.db->Write({}, &static_cast<RocksBatch&>(batch).rocks()));
  }

  Result<void> sync() override {
    MUSTER_CHECKED(check_writable());
    return rocks_result(database_.db->SyncWAL());
  }

  Result<void> flush_all() override;
  Result<void> compact(Family family, const KvRange& range, bool force) override;

  void cancel_compactions() override { database_.db->DisableManualCompaction(); }

  Result<void> ingest(Family family, SortedSource& source) override {
    MUSTER_CHECKED(check_writable());
    return ingest_rows(database_, family, source);
  }

  Result<void> clear_family(Family family) override;

  Result<void> verify_checksums() const override {
    return rocks_result(database_.db->VerifyChecksum());
  }

  [[nodiscard]] KvStats stats() const override;

  [[nodiscard]] Result<std::vector<TableFile>> table_files() const override {
    return rocks_table_files(database_);
  }

  Result<void> checkpoint(const std::filesystem::path& directory) const override {
    return rocks_checkpoint(database_, directory);
  }

  [[nodiscard]] std::uint64_t oldest_snapshot() const override;
  [[nodiscard]] Result<bool> has_old_files() const override;
  Result<void> close() override;

 private:
  [[nodiscard]] Result<void> check_writable() const {
    if (database_.read_only) {
      return failure(Errc::kConflict, "read_only", "the directory is open for reading only");
    }
    return {};
  }

  [[nodiscard]] std::vector<rocksdb::ColumnFamilyHandle*> all_handles() const;

  RocksDatabase database_;
};

std::vector<rocksdb::ColumnFamilyHandle*> RocksKv::all_handles() const {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  for (const auto& slot : database_.handles) {
    if (auto* const handle = slot.load(); handle != nullptr) {
      handles.push_back(handle);
    }
  }
  return handles;
}

Result<bool> RocksKv::get(Family family,
                          std::string_view key,
                          std::string& value,
                          const KvSnapshot* snapshot) const {
  value.clear();
  auto* const handle = database_.handle(family);
  if (handle == nullptr) {
    return false;
  }
  if (is_stored_as_given(family)) {
    const auto status = database_.db->Get(read_options(snapshot), handle, as_slice(key), &value);
    return found(status);
  }
  rocksdb::PinnableSlice stored;
  MUSTER_TRY(const bool is_there,
             found(database_.db->Get(read_options(snapshot), handle, as_slice(key), &stored)));
  if (is_there) {
    MUSTER_TRY(const auto plain, shown_value(database_, {family, key}, as_view(stored), value));
    if (plain.data() != value.data()) {
      value.assign(plain);
    }
  }
  return is_there;
}

Result<std::vector<std::optional<std::string>>> RocksKv::multi_get(
    Family family,
    std::span<const std::string_view> keys,
    const KvSnapshot* snapshot) const {
  std::vector<std::optional<std::string>> answers(keys.size());
  auto* const handle = database_.handle(family);
  if (handle == nullptr || keys.empty()) {
    return answers;
  }
  std::vector<rocksdb::Slice> slices;
  slices.reserve(keys.size());
  std::transform(keys.begin(), keys.end(), std::back_inserter(slices), as_slice);
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_.db->MultiGet(
      read_options(snapshot), handle, slices.size(), slices.data(), values.data(), statuses.data());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].ok()) {
      std::string buffer;
      MUSTER_TRY(const auto plain,
                 shown_value(database_, {family, keys[i]}, as_view(values[i]), buffer));
      if (plain.data() == buffer.data()) {
        answers[i].emplace(std::move(buffer));
      } else {
        answers[i].emplace(plain);
      }
    } else if (!statuses[i].IsNotFound()) {
      return rocks_failure(statuses[i]);
    }
  }
  return answers;
}

Result<void> RocksKv::flush_all() {
  MUSTER_CHECKED(check_writable());
  rocksdb::FlushOptions options;
  options.wait = true;
  // Waiting for compactions would be kinder to them, but callers need the log gone.
  options.allow_write_stall = true;
  return rocks_result(database_.db->Flush(options, all_handles()));
}

Result<void> RocksKv::compact(Family family, const KvRange& range, bool force) {
  MUSTER_CHECKED(check_writable());
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.allow_write_stall = true;
  options.bottommost_level_compaction =
      force ? rocksdb::BottommostLevelCompaction::kForce
            : rocksdb::BottommostLevelCompaction::kIfHaveCompactionFilter;
  const auto from = as_slice(range.from);
  const auto to = as_slice(range.to);
  return rocks_result(database_.db->CompactRange(options,
                                                 database_.handle(family),
                                                 range.from.empty() ? nullptr : &from,
                                                 range.to.empty() ? nullptr : &to));
}

Result<void> RocksKv::clear_family(Family family) {
  check(family != Family::kMeta, "the family of meta rows keeps its number and is never cleared");
  MUSTER_CHECKED(check_writable());
  auto* const handle = database_.handle(family);
  MUSTER_CHECKED(rocks_result(database_.db->DropColumnFamily(handle)));
  // A crash from here on is mended by the next open, which makes missing families.
  rocksdb::ColumnFamilyHandle* fresh = nullptr;
  MUSTER_CHECKED(rocks_result(
      database_.db->CreateColumnFamily(rocks_family_options(database_.options, name_of(family)),
                                       std::string{name_of(family)},
                                       &fresh)));
  database_.handles[index_of(family)].store(fresh, std::memory_order_release);
  return rocks_result(database_.db->DestroyColumnFamilyHandle(handle));
}

std::uint64_t RocksKv::oldest_snapshot() const {
  std::uint64_t oldest = 0;
  const bool known =
      database_.db->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest);
  return known && oldest != 0 ? oldest : std::numeric_limits<std::uint64_t>::max();
}

Result<bool> RocksKv::has_old_files() const {
  std::vector<std::string> live;
  std::uint64_t manifest_bytes = 0;
  MUSTER_CHECKED(rocks_result(database_.db->GetLiveFiles(live, &manifest_bytes, false)));
  // Logs are not among them.
  std::uint64_t oldest_wal = 0;
  database_.db->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &oldest_wal);
  MUSTER_TRY(const auto files, list_directory(database_.path));
  return std::ranges::any_of(files, [&](const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    if (file.extension() == ".log") {
      // The one that an opening begins may stay, empty, until the store is closed.
      std::error_code gone;
      return std::strtoull(name.c_str(), nullptr, 10) < oldest_wal &&
             std::filesystem::file_size(file, gone) > 0 && !gone;
    }
    const bool may_hold_keys = file.extension() == ".sst" || name.starts_with("MANIFEST-");
    return may_hold_keys && std::ranges::find(live, "/" + name) == live.end();
  });
}

KvStats RocksKv::stats() const {
  const auto sum = [&](const std::string& property) {
    std::uint64_t total = 0;
    for (auto* const handle : all_handles()) {
      std::uint64_t value = 0;
      total += database_.db->GetIntProperty(handle, property, &value) ? value : 0;
    }
    return total;
  };
  const auto one = [&](const std::string& property) {
    std::uint64_t value = 0;
    return database_.db->GetIntProperty(property, &value) ? value : 0;
  };
  KvStats stats;
  stats.table_bytes = sum(rocksdb::DB::Properties::kLiveSstFilesSize);
  stats.memtable_bytes = sum(rocksdb::DB::Properties::kCurSizeAllMemTables);
  stats.pending_compaction_bytes = sum(rocksdb::DB::Properties::kEstimatePendingCompactionBytes);
  stats.block_cache_bytes = database_.block_cache->GetUsage();
  stats.running_compactions = one(rocksdb::DB::Properties::kNumRunningCompactions);
  stats.running_flushes = one(rocksdb::DB::Properties::kNumRunningFlushes);
  stats.background_errors = one(rocksdb::DB::Properties::kBackgroundErrors);
  stats.write_delay_bytes_per_second = one(rocksdb::DB::Properties::kActualDelayedWriteRate);
  stats.oldest_wal = one(rocksdb::DB::Properties::kMinLogNumberToKeep);
  stats.writes_stopped = one(rocksdb::DB::Properties::kIsWriteStopped) != 0;
  if (const auto files = wal_files(database_.path); files.has_value()) {
    for (const auto& file : *files) {
      std::error_code gone;
      const auto bytes = std::filesystem::file_size(file, gone);
      stats.wal_bytes += gone ? 0 : bytes;
    }
  }
  return stats;
}

Result<void> RocksKv::close() {
  check(database_.readers.load() == 0, "close() with a snapshot or iterator alive");
  if (database_.read_only) {
    return {};
  }
  MUSTER_CHECKED(flush_all());
  rocksdb::CancelAllBackgroundWork(database_.db.get(), true);
  return {};
}

}  // namespace

Result<std::unique_ptr<Kv>> open_rocks_kv(const RocksKvOptions& options) {
  auto kv = std::make_unique<RocksKv>();
  MUSTER_CHECKED(kv->open(options));
  return std::unique_ptr<Kv>{std::move(kv)};
}

}  // namespace muster
