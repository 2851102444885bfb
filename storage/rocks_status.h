/// RocksDB's Status as a Failure.
#pragma once

#include <rocksdb/status.h>

#include "engine/core/result.h"

namespace muster {

Failure rocks_failure(const rocksdb::Status& status);
/// While opening, a missing or foreign file is damage too.
Failure rocks_open_failure(const rocksdb::Status& status);

inline Result<void> rocks_result(const rocksdb::Status& status) {
  return status.ok() ? Result<void>{} : Result<void>{rocks_failure(status)};
}

}  // namespace muster
