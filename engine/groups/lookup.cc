#include "engine/groups/lookup.h"

namespace muster {
Result<const PoolState*> find_pool(StateReader& states, LogId log, const std::string& id) {
  MUSTER_TRY(const PoolState* pool, states.get<PoolState>({log, Aggregate::kPool, {}, id}));
  if (pool == nullptr) {
    return not_found("pool");
  }
  return pool;
}

Result<FoundGroup> find_group(StateReader& states,
                              LogId log,
                              const PoolState& pool,
                              const std::string& id) {
  FoundGroup found{&pool, nullptr, {log, Aggregate::kGroup, pool.head.stream, id}, {}};
  MUSTER_TRY(found.group, states.get<GroupState>(found.address));
  const GroupState* above = found.group;
  while (above != nullptr && found.line.size() < kGroupDepthMax) {
    found.line.push_back(above->head.stream);
    if (above->parent.is_nil()) {
      return found;
    }
    const StreamId meant = above->parent;
    MUSTER_TRY(
        above,
        states.get<GroupState>({log, Aggregate::kGroup, pool.head.stream, above->parent_id}));
    if (above != nullptr && above->head.stream != meant) {
      break;  // the parent was deleted and its id given to another group
    }
  }
  return not_found("group");
}

Result<FoundGroup> find_group(StateReader& states, const GroupName& name) {
  MUSTER_TRY(const PoolState* pool, find_pool(states, name.log, name.pool_id));
  return find_group(states, name.log, *pool, name.group_id);
}

Result<void> check_room_for_group(StateReader& states, LogId log, StreamId pool) {
  MUSTER_TRY(const Counters groups, states.counters(states.views().pool_groups_key(log, pool)));
  if (groups[0] >= static_cast<std::int64_t>(kGroupsOfPoolMax)) {
    return failure(Errc::kInvalid, "too_many_groups", "a pool has at most 100,000 groups");
  }
  return {};
}

Result<void> check_room_for_membership(const UserState& user) {
  if (user.groups.size() >= kGroupsOfUserMax) {
    return failure(
        Errc::kInvalid, "too_many_groups", "a user is a direct member of at most 1,000 groups");
  }
  return {};
}

}  // namespace muster
