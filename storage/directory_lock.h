/// One process at a time may own a data directory. DIR/LOCK is held with flock(2) and names the
/// owner's process id; the kernel releases it however the process ends, so a left-over file is
/// harmless.
#pragma once

#include <filesystem>
#include <utility>

#include "engine/core/result.h"
#include "storage/file_io.h"

namespace muster {

/// Held until destroyed.
class DirectoryLock {
 public:
  /// kConflict "directory_in_use" if another process, or another lock of this one, holds it.
  /// `for_reading`: a directory on a read-only medium will do.
  static Result<DirectoryLock> acquire(const std::filesystem::path& directory,
                                       bool for_reading = false);

 private:
  explicit DirectoryLock(FileHandle file) : file_{std::move(file)} {}

  FileHandle file_;
};

}  // namespace muster
