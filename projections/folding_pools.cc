#include "projections/folding_pools.h"

#include "engine/ports/views.h"

namespace muster {

Result<std::vector<std::string>> folding_pools(const Kv& kv, const ReadPoint& point, LogId log) {
  std::vector<std::string> pools;
  const std::string prefix = foldings_prefix(log);
  MUSTER_CHECKED(kv.scan(
      Family::kStates,
      KvRange::of_prefix(prefix),
      [&](std::string_view key, std::string_view) {
        pools.emplace_back(key.substr(prefix.size()));
        return true;
      },
      point.snapshot.get()));
  return pools;
}

Result<std::uint64_t> count_folded(const Kv& kv, const ReadPoint& point, LogId log, StreamId pool) {
  std::string value;
  const std::string key = pool_folded_count_key(log, pool);
  MUSTER_TRY(const bool found, kv.get(Family::kCounts, key, value, point.snapshot.get()));
  return found ? static_cast<std::uint64_t>(decode_counters(value)[0]) : 0;
}

}  // namespace muster
