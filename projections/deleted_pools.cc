#include "projections/deleted_pools.h"

#include "projections/user_row.h"

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

Result<PoolRemains> remains_of_pool(const Kv& kv,
                                    const ReadPoint& point,
                                    LogId log,
                                    StreamId pool,
                                    std::size_t limit) {
  PoolRemains remains;
  const KvSnapshot* snapshot = point.snapshot.get();
  const PoolKeys keys{log, pool};
  std::size_t memberships = 0;
  Result<void> outcome;
  const auto add_user = [&](std::string_view key, std::string_view row) {
    const auto user = decode_user_row(pool, row);
    if (!user) {
      outcome = user.error();
      return false;
    }
    memberships += user->groups.size();
    if (!remains.users.empty() && memberships > kMembershipsAtOnceMax) {
      return false;
    }
    remains.users.emplace_back(id_in_user_key(key));
    return remains.users.size() < limit;
  };
  MUSTER_CHECKED(
      kv.scan(Family::kUsers, KvRange::of_prefix(keys.users_prefix()), add_user, snapshot));
  MUSTER_CHECKED(outcome);
  if (!remains.users.empty()) {
    return remains;
  }
  const std::string prefix = keys.group({});
  const auto add_group = [&](std::string_view key, std::string_view) {
    remains.groups.emplace_back(key.substr(prefix.size()));
    return remains.groups.size() < limit;
  };
  MUSTER_CHECKED(kv.scan(Family::kGroups, KvRange::of_prefix(prefix), add_group, snapshot));
  std::string deleted;
  const std::string counted = pool_group_count_key(log, pool);
  MUSTER_TRY(const bool groups, kv.get(Family::kCounts, counted, deleted, snapshot));
  remains.empty = !groups;
  return remains;
}

}  // namespace muster
