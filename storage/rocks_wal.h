/// Reads the files of RocksDB's write-ahead log without opening the database, past damage too, and
/// finds the rows that recovery asks for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/result.h"
#include "storage/recovery.h"

namespace muster {

/// What one intact batch puts into kMeta, and how many keys it has in all.
struct WalBatch {
  std::uint32_t keys = 0;
  std::optional<CommitRow> commit;
  /// Log number and its count of events.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> heads;
};

/// The files that hold anything, oldest first.
Result<std::vector<std::filesystem::path>> wal_files(const std::filesystem::path& store);
/// The number in the name of such a file.
std::uint64_t wal_number(const std::filesystem::path& file);

/// Visits the intact batches in order. False if there is anything else in the file: damage, or the
/// torn tail of a power cut, which look alike from here.
Result<bool> read_wal_file(const std::filesystem::path& file,
                           const std::function<void(const WalBatch&)>& visit);

/// How far a file of records is intact. RocksDB's MANIFEST is one, too.
struct RecordFile {
  std::uint64_t bytes = 0;
  /// Where something else than an intact record begins. In the file that is being written that may
  /// be a record on its way.
  std::optional<std::uint64_t> first_damage;
};

/// Whether the file ends with a whole record of which only the length or the type is damaged: to
/// RocksDB that looks like the torn end of a write, and it would pass over it in silence.
Result<bool> ends_with_damaged_header(const std::filesystem::path& file);

Result<RecordFile> check_record_file(const std::filesystem::path& file);

}  // namespace muster
