/// What the parts of rocks_kv share: the open database and its families.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string_view>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include "engine/core/result.h"
#include "storage/kv.h"
#include "storage/rocks_kv.h"

namespace muster {

inline rocksdb::Slice as_slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

inline std::string_view as_view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

struct RocksDatabase {
  RocksDatabase() = default;
  RocksDatabase(const RocksDatabase&) = delete;
  RocksDatabase& operator=(const RocksDatabase&) = delete;
  ~RocksDatabase();

  /// Null for a family that a directory opened read-only does not have.
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles[index_of(family)].load(std::memory_order_acquire);
  }

  std::filesystem::path path;
  bool read_only = false;
  bool whole_scans = false;
  bool compress = true;
  rocksdb::Options options;
  std::shared_ptr<rocksdb::Cache> block_cache;
  std::unique_ptr<rocksdb::DB> db;
  rocksdb::ColumnFamilyHandle* default_handle = nullptr;
  std::array<std::atomic<rocksdb::ColumnFamilyHandle*>, kFamilyCount> handles{};
  /// Snapshots and iterators that are still alive.
  mutable std::atomic<int> readers = 0;
};

Result<void> open_database(const RocksKvOptions& options, RocksDatabase& database);

/// Kv::ingest on `database`.
Result<void> ingest_rows(RocksDatabase& database, Family family, SortedSource& source);

/// Kv::table_files and Kv::checkpoint on `database`.
Result<std::vector<TableFile>> rocks_table_files(const RocksDatabase& database);
Result<void> rocks_checkpoint(const RocksDatabase& database,
                              const std::filesystem::path& directory);

}  // namespace muster
