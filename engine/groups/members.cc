#include "engine/groups/lookup.h"
#include "engine/users/lookup.h"

namespace muster {
namespace {

struct FoundMember {
  FoundUser user;
  FoundGroup group;
};

Result<FoundMember> find_member(StateReader& states, const MemberName& name) {
  FoundMember found;
  MUSTER_TRY(found.group,
             find_group(states, GroupName{name.user.log, name.user.pool_id, name.group_id}));
  MUSTER_TRY(found.user, find_user(states, name.user));
  return found;
}

}  // namespace

Result<Decide> prepare_add_member(MemberName name) {
  return Decide{[name = std::move(name)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundMember found, find_member(states, name));
    const GroupState& group = *found.group.group;
    const UserState& user = *found.user.user;
    if (user.find_membership(group.head.stream) != nullptr) {
      return Decision{{}, found.user.address, {}};
    }
    MUSTER_CHECKED(check_room_for_membership(user));
    return Decision{{{found.user.address,
                      user.head.stream,
                      open_draft(UserGroupJoined{group.head.stream, group.id})}},
                    found.user.address,
                    {}};
  }};
}

Result<Decide> prepare_remove_member(MemberName name) {
  return Decide{[name = std::move(name)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundMember found, find_member(states, name));
    const StreamId group = found.group.group->head.stream;
    const UserState& user = *found.user.user;
    if (user.find_membership(group) == nullptr) {
      return failure(Errc::kNotFound, "not_a_member", "the user is no direct member of the group");
    }
    return Decision{{{found.user.address, user.head.stream, open_draft(UserGroupLeft{group})}},
                    found.user.address,
                    {}};
  }};
}

}  // namespace muster
