#include "storage/seal/key_cache.h"

#include <algorithm>
#include <iterator>

namespace muster {

KeyCache::KeyCache(std::size_t keys_max)
    : keys_per_shard_{std::max<std::size_t>(keys_max / kShards, 1)} {}

void KeyCache::put(Slot slot, const SecretKey& key) {
  Shard& shard = shard_of(slot);
  const std::lock_guard lock{shard.mutex};
  if (!shard.places.contains(slot)) put_locked(shard, slot, key);
}

void KeyCache::put_locked(Shard& shard, Slot slot, const SecretKey& key) {
  if (shard.entries.size() >= keys_per_shard_) {
    while (shard.entries.back().used) {  // ends: each round takes one mark away
      shard.entries.back().used = false;
      shard.entries.splice(shard.entries.begin(), shard.entries, std::prev(shard.entries.end()));
    }
    shard.places.erase(shard.entries.back().slot);
    shard.entries.pop_back();
  }
  shard.entries.push_front({slot, key, false});
  shard.places.emplace(slot, shard.entries.begin());
}

}  // namespace muster
