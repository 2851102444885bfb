#include <memory>

#include "engine/groups/group_commands.h"

namespace muster {
namespace {

using Step = RemoveGroupsStep;

StateAddress deleted_address(LogId log, StreamId group) {
  return {log, Aggregate::kDeletedGroup, {}, group.text()};
}

/// Whether a group was deleted and is not emptied yet.
Result<bool> is_deleted(StateReader& states, LogId log, StreamId group) {
  MUSTER_TRY(const GroupState* state, states.get<GroupState>(deleted_address(log, group)));
  return state != nullptr;
}

Result<void> remove_member(StateReader& states,
                           LogId log,
                           const Step::Member& member,
                           Decision& decision) {
  MUSTER_TRY(const bool deleted, is_deleted(states, log, member.group));
  const StateAddress place{log, Aggregate::kUser, member.pool, member.user};
  MUSTER_TRY(const UserState* user, states.get<UserState>(place));
  if (deleted && user != nullptr && user->find_membership(member.group) != nullptr) {
    decision.facts.push_back({place, user->head.stream, open_draft(UserGroupLeft{member.group})});
  }
  return {};
}

Result<void> delete_subgroup(StateReader& states,
                             LogId log,
                             const Step::Subgroup& subgroup,
                             Decision& decision) {
  MUSTER_TRY(const bool deleted, is_deleted(states, log, subgroup.parent));
  const StateAddress place{log, Aggregate::kGroup, subgroup.pool, subgroup.id};
  MUSTER_TRY(const GroupState* group, states.get<GroupState>(place));
  if (deleted && group != nullptr && group->parent == subgroup.parent) {
    decision.facts.push_back({place, group->head.stream, open_draft(GroupDeleted{})});
  }
  return {};
}

Result<void> end_group(StateReader& states, LogId log, StreamId group, Decision& decision) {
  MUSTER_TRY(const bool deleted, is_deleted(states, log, group));
  MUSTER_TRY(const Counters content, states.counters(states.views().group_content_key(log, group)));
  if (deleted && content == Counters{}) {
    decision.facts.push_back({deleted_address(log, group), group, open_draft(GroupEmptied{})});
  }
  return {};
}

}  // namespace

Result<Decide> prepare_remove_groups_step(RemoveGroupsStep input) {
  if (input.size() > kRemoveGroupsStepMax) {
    return failure(Errc::kTooLarge, "command_too_large", "at most 500 pieces a step");
  }
  const auto step = std::make_shared<const Step>(std::move(input));
  return Decide{[step](StateReader& states, Micros) -> Result<Decision> {
    Decision decision;
    for (const Step::Member& member : step->members) {
      MUSTER_CHECKED(remove_member(states, step->log, member, decision));
    }
    for (const Step::Subgroup& subgroup : step->subgroups) {
      MUSTER_CHECKED(delete_subgroup(states, step->log, subgroup, decision));
    }
    for (const StreamId group : step->emptied) {
      MUSTER_CHECKED(end_group(states, step->log, group, decision));
    }
    if (!decision.facts.empty()) {
      decision.subject = decision.facts.front().address;
    }
    return decision;
  }};
}

}  // namespace muster
