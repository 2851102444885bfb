/// Commands of groups and of their members.
///
/// A group is visible only while every group above it is, and is the very one that was meant; what
/// is not visible is not there for any command but RemoveGroupsStep. Fields wrong in themselves:
/// kInvalid, rule "invalid_request". Pointers lead into the request body.
///
/// Every command but RemoveGroupsStep refuses with pool_not_found. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/administration/prepare.h"
#include "engine/users/commands.h"

namespace muster {

/// N-68. A group at the top is at depth 1.
inline constexpr std::size_t kGroupDepthMax = 32;
inline constexpr std::size_t kGroupsOfPoolMax = 100'000;
/// Direct ones: they lie in the user's row.
inline constexpr std::size_t kGroupsOfUserMax = 1'000;

/// The published `Group`, as far as the caller may say it.
struct GroupBody {
  std::string id;  // empty: made by the server
  std::string name;
  std::string description;
  std::string parent_id;  // empty: at the top
};

/// Refusals: group_id_taken, group_parent_not_found and group_too_deep (both kInvalid, /parent_id),
/// too_many_groups (kInvalid), stale (the pool or the parent is another one than was read). Whose
/// name is taken is refused by the views.
struct CreateGroup {
  LogId log{};
  const PoolState& pool;  // as read; looked at during the call only
  GroupBody body;
  StreamId parent;  // of body.parent_id, as read; nil when there was none
};

Result<Decide> prepare_create_group(const DomainPorts& ports, CreateGroup input);

/// A group by name; nothing needs to have been read.
struct GroupName {
  LogId log{};
  std::string pool_id;
  std::string group_id;
};

/// How many levels a group and what is below it take, as read; 1 without subgroups. It holds as
/// long as no group of the pool changes.
struct GroupHeight {
  StreamId group;
  std::size_t levels = 0;
  Counters groups{};  // under Views::pool_groups_key, read at the same point
};

/// The group becomes what the body says; body.id is ignored, a body without parent moves it to the
/// top. Refusals: group_not_found, group_cycle (kInvalid, /parent_id), and as CreateGroup. Stale
/// when it is put below another parent and the height is not known, or not that of now. Nothing
/// differs: no event.
struct ReplaceGroup {
  GroupName name;
  GroupBody body;
  StreamId parent;                    // of body.parent_id, as read
  std::optional<GroupHeight> height;  // needed below another parent
};

Result<Decide> prepare_replace_group(const DomainPorts& ports, ReplaceGroup input);

/// The group and all below it become invisible at once; RemoveGroupsStep removes what it holds.
/// Refusals: group_not_found.
Result<Decide> prepare_delete_group(GroupName name);

/// A user of a pool and one of its groups.
struct MemberName {
  UserName user;
  std::string group_id;
};

/// A member already: no event (N-19). Refusals: group_not_found, user_not_found, too_many_groups
/// (kInvalid).
Result<Decide> prepare_add_member(MemberName name);
/// Refusals: group_not_found, user_not_found, not_a_member (kNotFound).
Result<Decide> prepare_remove_member(MemberName name);

inline constexpr std::size_t kRemoveGroupsStepMax = 500;

/// One step of the process that removes what deleted groups hold: up to kRemoveGroupsStepMax pieces
/// in all. Repeat it until no group is deleted but not emptied. Idempotent: what is gone already,
/// holds something still, or was not deleted at all, is passed over.
struct RemoveGroupsStep {
  struct Member {
    StreamId pool;
    StreamId group;  // a deleted one
    std::string user;
  };

  struct Subgroup {
    StreamId pool;
    StreamId parent;  // a deleted one
    std::string id;
  };

  LogId log{};
  std::vector<Member> members;
  std::vector<Subgroup> subgroups;  // become deleted ones themselves
  std::vector<StreamId> emptied;    // deleted ones that hold nothing any more

  [[nodiscard]] std::size_t size() const {
    return members.size() + subgroups.size() + emptied.size();
  }
};

Result<Decide> prepare_remove_groups_step(RemoveGroupsStep input);

}  // namespace muster
