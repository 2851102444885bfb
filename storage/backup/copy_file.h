/// Copying a file while looking at what it says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "engine/core/result.h"
#include "storage/backup/pace.h"
#include "storage/backup/slow_reader.h"

namespace muster {

/// What copying tells and asks.
struct CopyPorts {
  Pace& pace;
  /// After every piece, with its size.
  std::function<void(std::uint64_t bytes)> on_bytes = [](std::uint64_t) {
  };
};

/// Reads all of `from`; writes it to `to`, synced, unless that is empty. kUnavailable "stopped"
/// when the pace says so. A file is read past the kernel's cache where that goes, so that what is
/// told is what lies on the disk, and what others need stays in memory.
Result<FileSums> copy_file(const std::filesystem::path& from,
                           const std::filesystem::path& to,
                           const CopyPorts& ports);

}  // namespace muster
