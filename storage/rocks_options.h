/// How RocksDB is set up, in one place, with the reasons.
#pragma once

#include <memory>
#include <string_view>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>

#include "storage/rocks_kv.h"

namespace muster {

/// The same for all families.
rocksdb::Options rocks_options(const RocksKvOptions& options,
                               const std::shared_ptr<rocksdb::Cache>& block_cache);

/// Those of one family; `name` as on disk.
rocksdb::ColumnFamilyOptions rocks_family_options(const rocksdb::Options& options,
                                                  std::string_view name);

}  // namespace muster
