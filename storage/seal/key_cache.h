/// Unwrapped subject keys, so that sealing and opening touch no file.
#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <mutex>
#include <unordered_map>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/seal/secret.h"

namespace muster {

/// Bounded; a key that was not used since it was last considered goes first (second chance, which
/// touches one entry per use where a list of recent use touches four). Any thread may call. Shards
/// keep threads apart.
class KeyCache {
 public:
  explicit KeyCache(std::size_t keys_max);

  void put(Slot slot, const SecretKey& key);

  /// The key, from `load()` when it is not here. `load` runs under the lock of the slot's shard, so
  /// that a load never overlaps a forget() of the same slot.
  template <class Load>
  Result<SecretKey> get(Slot slot, const Load& load);

  /// Runs `destroy()` and drops the key as one step: no get() sees the time between.
  template <class Destroy>
  Result<void> forget(Slot slot, const Destroy& destroy);

 private:
  struct Entry {
    Slot slot{};
    SecretKey key;
    bool used = false;
  };

  using Entries = std::list<Entry>;

  struct Shard {
    std::mutex mutex;
    Entries entries;  // the next to consider is the last
    std::unordered_map<Slot, Entries::iterator> places;
  };

  static constexpr std::size_t kShards = 64;

  Shard& shard_of(Slot slot) { return shards_[raw(slot) % kShards]; }

  void put_locked(Shard& shard, Slot slot, const SecretKey& key);

  std::size_t keys_per_shard_;
  std::array<Shard, kShards> shards_;
};

template <class Load>
Result<SecretKey> KeyCache::get(Slot slot, const Load& load) {
  Shard& shard = shard_of(slot);
  const std::lock_guard lock{shard.mutex};
  if (const auto found = shard.places.find(slot); found != shard.places.end()) {
    found->second->used = true;
    return found->second->key;
  }
  Result<SecretKey> loaded = load();
  if (loaded.has_value()) put_locked(shard, slot, *loaded);
  return loaded;
}

template <class Destroy>
Result<void> KeyCache::forget(Slot slot, const Destroy& destroy) {
  Shard& shard = shard_of(slot);
  const std::lock_guard lock{shard.mutex};
  if (const auto found = shard.places.find(slot); found != shard.places.end()) {
    shard.entries.erase(found->second);
    shard.places.erase(found);
  }
  return destroy();
}

}  // namespace muster
