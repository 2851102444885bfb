#include "projections/deleted_pools.h"

namespace muster {

Result<std::vector<StreamId>> deleted_pools(const Kv& kv, const ReadPoint& point, LogId log) {
  std::vector<StreamId> pools;
  const std::string prefix = states_prefix(log, Aggregate::kDeletedPool);
  MUSTER_CHECKED(kv.scan(
      Family::kStates,
      KvRange::of_prefix(prefix),
      [&](std::string_view key, std::string_view) {
        if (const auto stream = Uuid::parse(key.substr(prefix.size()))) {
          pools.emplace_back(*stream);
        }
        return true;
      },
      point.snapshot.get()));
  return pools;
}

Result<std::vector<std::string>> first_user_ids(const Kv& kv,
                                                const ReadPoint& point,
                                                const PoolKeys& pool,
                                                std::size_t limit) {
  std::vector<std::string> ids;
  MUSTER_CHECKED(kv.scan(
      Family::kUsers,
      KvRange::of_prefix(pool.users_prefix()),
      [&](std::string_view key, std::string_view) {
        ids.emplace_back(id_in_user_key(key));
        return ids.size() < limit;
      },
      point.snapshot.get()));
  return ids;
}

}  // namespace muster
