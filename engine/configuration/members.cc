/// Who is in which group.
#include "engine/configuration/part.h"
#include "engine/groups/lookup.h"

namespace muster {
namespace {

struct FoundMember {
  const PoolState* pool = nullptr;
  const UserState* user = nullptr;
  StateAddress address;
};

Result<FoundMember> find_member(StateReader& states,
                                LogId log,
                                const std::string& pool_id,
                                const std::string& user_id) {
  MUSTER_TRY(const PoolState* pool, pool_of_entry(states, log, pool_id));
  StateAddress address{log, Aggregate::kUser, pool->head.stream, user_id};
  MUSTER_TRY(const UserState* user, states.get<UserState>(address));
  if (user == nullptr) {
    return failure_at(Errc::kInvalid, "user_not_found", "/user_id", "there is no such user");
  }
  return FoundMember{pool, user, std::move(address)};
}

}  // namespace

Result<Decide> prepare_member_entry(const ImportContext& context, const MemberEntry& entry) {
  return Decide{[log = context.log, entry](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundMember found, find_member(states, log, entry.pool_id, entry.user_id));
    MUSTER_TRY(const GroupState* group, visible_group(states, log, *found.pool, entry.group_id));
    if (group == nullptr) {
      return failure_at(
          Errc::kInvalid, "group_not_found", "/group_id", "there is no such group in the pool");
    }
    Decision decision{{}, found.address, {}};
    if (found.user->find_membership(group->head.stream) == nullptr) {
      MUSTER_CHECKED(check_room_for_membership(*found.user));
      decision.facts.push_back({found.address,
                                found.user->head.stream,
                                open_draft(UserGroupJoined{group->head.stream, group->id})});
    }
    return decision;
  }};
}

Result<Decide> prepare_leave(const ImportContext& context, DumpRemovals::Member member) {
  return Decide{[log = context.log, member = std::move(member)](StateReader& states,
                                                                Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundMember found, find_member(states, log, member.pool_id, member.user_id));
    Decision decision{{}, found.address, {}};
    const StateAddress place{log, Aggregate::kGroup, found.address.pool, member.group_id};
    MUSTER_TRY(const GroupState* group, states.get<GroupState>(place));
    // By stream: of a deleted group with the same id the membership may still be there.
    if (group != nullptr && found.user->find_membership(group->head.stream) != nullptr) {
      decision.facts.push_back(
          {found.address, found.user->head.stream, open_draft(UserGroupLeft{group->head.stream})});
    }
    return decision;
  }};
}

}  // namespace muster
