#include "storage/rocks_status.h"

#include <string>
#include <string_view>

namespace muster {

static bool says(const rocksdb::Status& status, std::string_view words) {
  const char* state = status.getState();
  return state != nullptr && std::string_view{state}.find(words) != std::string_view::npos;
}

Failure rocks_failure(const rocksdb::Status& status) {
  // Messages name files and numbers; keys are left out unless allow_data_in_errors is set.
  const auto reason = status.ToString();
  if (status.IsCorruption()) {
    return failure(Errc::kCorrupt, "storage_corrupt", reason);
  }
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit) {
    return failure(Errc::kUnavailable, "disk_full", reason);
  }
  // strerror(EROFS): RocksDB has no code of its own for it.
  if (status.IsIOError() && says(status, "Read-only file system")) {
    return failure(Errc::kUnavailable, "read_only_filesystem", reason);
  }
  return failure(Errc::kIo, "storage_io", reason);
}

Failure rocks_open_failure(const rocksdb::Status& status) {
  if (status.IsIOError() && says(status, "lock ")) {
    return failure(Errc::kConflict,
                   "store_in_use",
                   "another process, or this one, has the store open: " + status.ToString());
  }
  if (status.IsPathNotFound() || status.IsInvalidArgument() || status.IsNotFound()) {
    return failure(Errc::kCorrupt, "storage_corrupt", status.ToString());
  }
  return rocks_failure(status);
}

}  // namespace muster
