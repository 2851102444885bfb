/// How RocksDB is set up, in one place, with the reasons.
#pragma once

#include <memory>
#include <string_view>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>

#include "storage/kv.h"
#include "storage/rocks_kv.h"

namespace muster {

/// The same for all families.
rocksdb::Options rocks_options(const RocksKvOptions& options,
                               const std::shared_ptr<rocksdb::Cache>& block_cache);

/// Whether rows are inserted into the family's memtables with hints, that is, each place is
/// searched for from the one before. 7.8.3 confuses the hints of rows with those of erased ranges,
/// so such a family must not have any.
constexpr bool inserts_with_hints(Family family) {
  return family == Family::kSegments || family == Family::kStreams || family == Family::kUsers ||
         family == Family::kUserKeys || family == Family::kUserIndex;
}

/// Those of one family; `name` as on disk.
rocksdb::ColumnFamilyOptions rocks_family_options(const rocksdb::Options& options,
                                                  std::string_view name);

}  // namespace muster
