#include "projections/document_cache.h"

#include <algorithm>

namespace muster {
namespace {

// Node of the map, entry of the ring, control block of the row: about what the allocator gives out
// beside the bytes themselves.
constexpr std::size_t kOverheadBytes = 192;

}  // namespace

DocumentCache::DocumentCache(std::size_t bytes_max) : shard_bytes_max_{bytes_max / kShards} {}

DocumentCache::Shard& DocumentCache::shard_of(std::string_view key) {
  // The map uses the low bits of the same hash.
  return shards_[(Hash{}(key) >> 48U) % kShards];
}

std::size_t DocumentCache::cost(const Node& node) {
  return node.first.size() + node.second.row->size() + kOverheadBytes;
}

DocumentCache::Row DocumentCache::find(std::string_view key, std::uint64_t group) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock{shard.mutex};
  const auto found = shard.entries.find(key);
  if (found == shard.entries.end() || found->second.since > group) {
    return nullptr;
  }
  found->second.used = true;
  return found->second.row;
}

void DocumentCache::insert(std::string_view key, Row row, std::uint64_t group) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock{shard.mutex};
  if (shard.changed > group || key.size() + row->size() + kOverheadBytes > shard_bytes_max_) {
    return;
  }
  const auto [entry, added] = shard.entries.try_emplace(std::string{key});
  if (!added) {
    return;  // another reader was faster; what it read is the same
  }
  entry->second = {std::move(row), group, shard.ring.size(), false};
  shard.ring.push_back(&*entry);
  shard.bytes += cost(*entry);
  make_room(shard);
}

void DocumentCache::apply(const Group& group) {
  for (const RowChange& change : group.rows) {
    if (change.view != View::kUsers) {
      continue;
    }
    Shard& shard = shard_of(change.key);
    const std::lock_guard lock{shard.mutex};
    shard.changed = group.number;
    const auto entry = shard.entries.find(change.key);
    if (entry == shard.entries.end()) {
      continue;  // readers decide what is worth keeping: an import must not push them out
    }
    if (!change.value) {
      drop(shard, entry);
      continue;
    }
    shard.bytes -= cost(*entry);
    entry->second.row = std::make_shared<const std::string>(*change.value);
    entry->second.since = group.number;
    shard.bytes += cost(*entry);
    make_room(shard);
  }
}

void DocumentCache::drop(Shard& shard, Entries::iterator entry) {
  const std::size_t place = entry->second.place;
  shard.ring[place] = shard.ring.back();
  shard.ring[place]->second.place = place;
  shard.ring.pop_back();
  shard.bytes -= cost(*entry);
  shard.entries.erase(entry);
}

void DocumentCache::make_room(Shard& shard) const {
  while (shard.bytes > shard_bytes_max_ && !shard.ring.empty()) {
    shard.hand %= shard.ring.size();
    Entry& entry = shard.ring[shard.hand]->second;
    if (entry.used) {
      entry.used = false;
      ++shard.hand;
    } else {
      drop(shard, shard.entries.find(shard.ring[shard.hand]->first));
    }
  }
}

std::size_t DocumentCache::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock{shard.mutex};
    sum += shard.bytes;
  }
  return sum;
}

}  // namespace muster
