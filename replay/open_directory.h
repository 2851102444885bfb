/// Opening a stopped data directory, or a copy of one, without starting anything.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "storage/directory/data_directory.h"
#include "storage/seal/system_entropy.h"
#include "storage/system_clock.h"

namespace muster::replay {

struct DirectoryChoice {
  std::filesystem::path data;
  std::optional<std::filesystem::path> master_key_file;
};

/// Outlives the directory.
struct World {
  SystemClock clock;
  SystemEntropy entropy;
};

enum class Access : bool { kRead, kWrite };

/// See DataDirectoryOptions::for_replay. Takes the lock: a directory that a server has open is
/// refused.
Result<std::unique_ptr<DataDirectory>> open_directory(const DirectoryChoice& choice,
                                                      Access access,
                                                      World& world);

}  // namespace muster::replay
