#include "replay/open_directory.h"

#include <cstdlib>

namespace muster::replay {
namespace {

/// The keys of all states that a fold holds at once (FoldOptions::users_max), about 100 bytes each.
constexpr std::size_t kCachedKeys = std::size_t{512} * 1024;

}  // namespace

Result<std::unique_ptr<DataDirectory>> open_directory(const DirectoryChoice& choice,
                                                      Access access,
                                                      World& world) {
  DataDirectoryOptions options;
  options.path = choice.data;
  options.read_only = access == Access::kRead;
  options.for_replay = true;
  options.cached_keys = kCachedKeys;
  options.master_key_file = choice.master_key_file;
  if (const char* key = std::getenv("MUSTER_MASTER_KEY"); key != nullptr && *key != '\0') {
    options.master_key = key;
  }
  return DataDirectory::open(options, world.clock, world.entropy);
}

}  // namespace muster::replay
