/// storage/kv.h on RocksDB. Use storage/recovery.h to open a directory that a server wrote: it
/// looks for damage first, which RocksDB by itself does not.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "engine/core/result.h"
#include "storage/kv.h"

namespace muster {

struct RocksKvOptions {
  /// A directory of RocksDB's own; files beside it are not touched, except `<path>.ingest`.
  std::filesystem::path path;
  /// Changes nothing on disk, not even by recovery, and does not lock the directory.
  bool read_only = false;
  bool create_if_missing = false;
  /// Iterators are expected to walk whole families once: they read far ahead and leave the block
  /// cache alone.
  bool whole_scans = false;
  /// Holds data, index and filter blocks alike, so it bounds what reading costs in memory.
  std::size_t block_cache_bytes = std::size_t{64} * 1024 * 1024;
  /// Bounds what a start after a kill has to read again. Larger ones make fewer, larger tables.
  std::size_t wal_bytes_max = std::size_t{64} * 1024 * 1024;
  /// Off, values lie on disk as they are. For tests that look for them in files; either kind of
  /// store is read whatever this says.
  bool compress = true;
  /// Gets RocksDB's warnings and errors, which never contain a key; may be called by any thread.
  std::function<void(std::string_view line)> log;
};

/// Opens or makes the store. Failures beyond those of storage/kv.h: kNotFound "store_missing",
/// kConflict "store_in_use", kConflict "unknown_family" if a newer version has added a family.
/// Families that the directory lacks are made, or read as empty when `read_only`.
Result<std::unique_ptr<Kv>> open_rocks_kv(const RocksKvOptions& options);

}  // namespace muster
