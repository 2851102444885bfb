#include "projections/deleted_groups.h"

#include "projections/rows.h"

namespace muster {

Result<std::vector<DeletedGroup>> deleted_groups(const Kv& kv, const ReadPoint& point, LogId log) {
  std::vector<DeletedGroup> groups;
  Result<void> outcome;
  const auto add = [&](std::string_view, std::string_view row) {
    const auto state = decode_state_row(Aggregate::kDeletedGroup, row);
    if (!state) {
      outcome = state.error();
      return false;
    }
    const auto& group = std::get<GroupState>(*state);
    groups.push_back({group.head.stream, group.pool});
    return true;
  };
  MUSTER_CHECKED(kv.scan(Family::kStates,
                         KvRange::of_prefix(states_prefix(log, Aggregate::kDeletedGroup)),
                         add,
                         point.snapshot.get()));
  MUSTER_CHECKED(outcome);
  return groups;
}

Result<GroupRemains> remains_of_group(const Kv& kv,
                                      const ReadPoint& point,
                                      LogId log,
                                      const DeletedGroup& group,
                                      std::size_t limit) {
  GroupRemains remains;
  const KvSnapshot* snapshot = point.snapshot.get();
  std::string counters;
  MUSTER_TRY(
      const bool holds,
      kv.get(Family::kCounts, group_content_count_key(log, group.stream), counters, snapshot));
  remains.empty = !holds;
  const PoolKeys keys{log, group.pool};
  const auto is_full = [&] {
    return remains.users.size() + remains.subgroups.size() >= limit;
  };
  if (remains.empty || is_full()) {
    return remains;
  }
  const auto add_member = [&](std::string_view key, std::string_view) {
    remains.users.emplace_back(name_in_group_key(key));
    return !is_full();
  };
  MUSTER_CHECKED(kv.scan(
      Family::kGroups, KvRange::of_prefix(keys.member(group.stream, {})), add_member, snapshot));
  if (is_full()) {
    return remains;
  }
  const auto add_subgroup = [&](std::string_view, std::string_view owner) {
    remains.subgroups.emplace_back(id_in_owner(owner));
    return !is_full();
  };
  MUSTER_CHECKED(kv.scan(Family::kGroups,
                         KvRange::of_prefix(keys.group_name(group.stream, {})),
                         add_subgroup,
                         snapshot));
  return remains;
}

}  // namespace muster
