#include "storage/rocks_database.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "engine/core/check.h"
#include "storage/file_io.h"
#include "storage/recovery.h"
#include "storage/rocks_options.h"
#include "storage/rocks_status.h"

namespace muster {

namespace {

/// RocksDB would make an empty database over the remains of one whose CURRENT was lost.
Result<void> check_remains(const std::filesystem::path& path, bool create_if_missing) {
  std::error_code ignored;
  if (std::filesystem::exists(path / "CURRENT", ignored)) {
    return {};
  }
  if (std::filesystem::exists(path, ignored)) {
    MUSTER_TRY(const auto remains, list_directory(path));
    for (const auto& file : remains) {
      if (file.extension() == ".sst" || file.filename().string().starts_with("MANIFEST-")) {
        return failure(Errc::kCorrupt,
                       "storage_corrupt",
                       "the file CURRENT is missing from " + path.string() +
                           "; restore the directory from a backup");
      }
    }
  }
  if (!create_if_missing) {
    return failure(Errc::kNotFound, "store_missing", "there is no store in " + path.string());
  }
  return {};
}

/// The families to open, RocksDB's own first.
Result<std::vector<std::string>> families_to_open(const RocksKvOptions& options,
                                                  const rocksdb::Options& rocks) {
  std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
  std::vector<std::string> stored;
  if (std::error_code ignored; std::filesystem::exists(options.path / "CURRENT", ignored)) {
    const auto status = rocksdb::DB::ListColumnFamilies(rocks, options.path.string(), &stored);
    if (!status.ok()) {
      return rocks_open_failure(status);
    }
  }
  const auto has = [](const auto& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  for (const auto& name : stored) {
    if (name != rocksdb::kDefaultColumnFamilyName && !has(kFamilyNames, name)) {
      return failure(Errc::kConflict,
                     "unknown_family",
                     "the directory has rows of kind \"" + name +
                         "\", which this program does not know; use a newer version of Muster");
    }
  }
  for (const auto name : kFamilyNames) {
    if (!options.read_only || has(stored, name)) {
      names.emplace_back(name);
    }
  }
  return names;
}

rocksdb::Status open_rocks(const std::vector<rocksdb::ColumnFamilyDescriptor>& descriptors,
                           RocksDatabase& database,
                           std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  rocksdb::DB* opened = nullptr;
  const auto path = database.path.string();
  const auto status =
      database.read_only
          ? rocksdb::DB::OpenForReadOnly(database.options, path, descriptors, &handles, &opened)
          : rocksdb::DB::Open(database.options, path, descriptors, &handles, &opened);
  database.db.reset(opened);
  return status;
}

}  // namespace

RocksDatabase::~RocksDatabase() {
  check(readers.load() == 0, "a snapshot or iterator outlives its store");
  if (db == nullptr) {
    return;
  }
  for (auto& slot : handles) {
    if (auto* family = slot.load(); family != nullptr) {
      db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }
  if (default_handle != nullptr) {
    db->DestroyColumnFamilyHandle(default_handle).PermitUncheckedError();
  }
}

Result<void> open_database(const RocksKvOptions& options, RocksDatabase& database) {
  database.path = options.path;
  database.read_only = options.read_only;
  database.whole_scans = options.whole_scans;
  database.compress = options.compress;
  database.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  database.options = rocks_options(options, database.block_cache);
  MUSTER_CHECKED(check_remains(options.path, options.create_if_missing && !options.read_only));
  if (options.create_if_missing && !options.read_only) {
    MUSTER_CHECKED(make_directory(options.path));
  }
  MUSTER_TRY(const auto names, families_to_open(options, database.options));

  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(names.size());
  for (const auto& name : names) {
    descriptors.emplace_back(name, rocks_family_options(database.options, name));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const auto status = open_rocks(descriptors, database, handles);
  if (!status.ok()) {
    return rocks_open_failure(status);
  }
  database.default_handle = handles.front();
  for (std::size_t i = 1; i < handles.size(); ++i) {
    const auto* const place = std::find(kFamilyNames.begin(), kFamilyNames.end(), names[i]);
    database.handles[static_cast<std::size_t>(place - kFamilyNames.begin())] = handles[i];
  }
  const auto* meta = database.handle(Family::kMeta);
  if (meta == nullptr || meta->GetID() != kMetaFamilyId) {
    return failure(Errc::kCorrupt,
                   "storage_corrupt",
                   "the store in " + options.path.string() + " was not made by Muster");
  }
  return {};
}

}  // namespace muster
