#include "projections/groups.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/text/fold.h"
#include "projections/group_members.h"
#include "projections/group_tree.h"
#include "projections/rows.h"

namespace muster {
namespace {

Failure unknown_cursor(std::string_view parameter) {
  Failure refusal = failure(Errc::kInvalidSyntax,
                            "unknown_cursor",
                            "there is no group with the id of the cursor, so it has no place");
  refusal.faults.push_back({std::string{parameter}, "unknown_cursor", "no such group"});
  return refusal;
}

/// Keeps the groups of a page out of all that are offered, in any order.
class PageOfGroups {
 public:
  explicit PageOfGroups(const GroupPage& page) : page_{page}, wanted_{fold(page.name)} {}

  Result<void> find_cursors(GroupTree& tree) {
    MUSTER_CHECKED(find_cursor(tree, page_.after, "after_group_id", after_));
    return find_cursor(tree, page_.before, "before_group_id", before_);
  }

  /// Where a walk in order of name may begin.
  [[nodiscard]] const std::optional<NamedGroup>& after() const { return after_; }

  void offer(NamedGroup group) {
    if ((after_ && group <= *after_) || (before_ && group >= *before_) || !matches(group.name)) {
      return;
    }
    kept_.insert(std::move(group));
    if (kept_.size() > page_.limit) {
      kept_.erase(page_.before ? kept_.begin() : std::prev(kept_.end()));
    }
  }

  /// The states of those kept, in order.
  Result<std::vector<GroupState>> states(GroupTree& tree) const {
    std::vector<GroupState> states;
    states.reserve(kept_.size());
    for (const NamedGroup& group : kept_) {
      MUSTER_TRY(const GroupState* state, tree.find(group.id));
      if (state == nullptr) {
        return unreadable_row();
      }
      states.push_back(*state);
    }
    return states;
  }

  /// True when nothing that comes later in order of name can be on the page.
  [[nodiscard]] bool full_for(const NamedGroup& group) const {
    return page_.before ? group >= *before_ : kept_.size() == page_.limit;
  }

 private:
  static Result<void> find_cursor(GroupTree& tree,
                                  const std::optional<std::string>& id,
                                  std::string_view parameter,
                                  std::optional<NamedGroup>& place) {
    if (!id) {
      return {};
    }
    MUSTER_TRY(const GroupState* group, tree.find(*id));
    if (group == nullptr) {
      return unknown_cursor(parameter);
    }
    place = NamedGroup{group->name, group->id, group->head.stream};
    return {};
  }

  [[nodiscard]] bool matches(std::string_view name) const {
    if (wanted_.empty()) {
      return true;
    }
    const std::string folded = fold(name);
    return folded.starts_with(wanted_) || folded.ends_with(wanted_);
  }

  const GroupPage& page_;
  std::string wanted_;
  std::optional<NamedGroup> after_;
  std::optional<NamedGroup> before_;
  std::set<NamedGroup> kept_;
};

}  // namespace

Result<std::optional<GroupState>> Groups::find(const PoolAt& at, std::string_view id) const {
  GroupTree tree{kv_, at};
  MUSTER_TRY(const GroupState* group, tree.find(id));
  return group == nullptr ? std::optional<GroupState>{} : std::optional{*group};
}

Result<std::vector<GroupState>> Groups::list(const PoolAt& at,
                                             const GroupState* parent,
                                             bool nested,
                                             const GroupPage& page) const {
  GroupTree tree{kv_, at};
  PageOfGroups groups{page};
  MUSTER_CHECKED(groups.find_cursors(tree));
  const StreamId top = parent == nullptr ? StreamId{} : parent->head.stream;
  if (nested) {
    MUSTER_CHECKED(tree.visit_below(top, [&](const NamedGroup& group, std::size_t) {
      groups.offer(group);
      return true;
    }));
  } else {
    const std::string from = groups.after() ? groups.after()->name : std::string{};
    MUSTER_CHECKED(tree.visit_children(top, from, [&](NamedGroup group) {
      if (groups.full_for(group)) {
        return false;
      }
      groups.offer(std::move(group));
      return true;
    }));
  }
  return groups.states(tree);
}

Result<std::vector<UserState>> Groups::list_members(const PoolAt& at,
                                                    const GroupState& group,
                                                    const MemberPage& page) const {
  std::vector<StreamId> merged = {group.head.stream};
  if (page.nested) {
    GroupTree tree{kv_, at};
    MUSTER_CHECKED(tree.visit_below(group.head.stream, [&](const NamedGroup& below, std::size_t) {
      merged.push_back(below.stream);
      return merged.size() <= kMergedGroupsMax;
    }));
  }
  if (merged.size() > kMergedGroupsMax) {
    return failure(Errc::kInvalid,
                   "too_many_nested_groups",
                   "too many groups are below this one; list the members of those below it");
  }
  MUSTER_TRY(const auto ids, member_ids(kv_, at, merged, page));
  std::vector<UserState> members;
  members.reserve(ids.size());
  for (const std::string& id : ids) {
    MUSTER_TRY(const auto row, users_.find(at, id));
    if (!row) {
      return unreadable_row();
    }
    MUSTER_TRY(UserState user, row->state(at.pool));
    members.push_back(std::move(user));
  }
  return members;
}

Result<std::vector<GroupState>> Groups::list_of_user(const PoolAt& at,
                                                     const UserState& user,
                                                     bool with_parents,
                                                     const GroupPage& page) const {
  GroupTree tree{kv_, at};
  PageOfGroups groups{page};
  MUSTER_CHECKED(groups.find_cursors(tree));
  std::set<StreamId> seen;
  for (const Membership& membership : user.groups) {
    MUSTER_TRY(const GroupState* group, tree.find(membership.group_id, membership.group));
    while (group != nullptr && seen.insert(group->head.stream).second) {
      groups.offer({group->name, group->id, group->head.stream});
      if (!with_parents) {
        break;
      }
      MUSTER_TRY(group, tree.parent_of(*group));
    }
  }
  return groups.states(tree);
}

Result<bool> Groups::is_member(const PoolAt& at,
                               const UserState& user,
                               const GroupState& group,
                               bool nested) const {
  if (user.find_membership(group.head.stream) != nullptr) {
    return true;
  }
  if (!nested) {
    return false;
  }
  GroupTree tree{kv_, at};
  std::set<StreamId> seen;
  for (const Membership& membership : user.groups) {
    MUSTER_TRY(const GroupState* above, tree.find(membership.group_id, membership.group));
    while (above != nullptr && seen.insert(above->head.stream).second) {
      if (above->head.stream == group.head.stream) {
        return true;
      }
      MUSTER_TRY(above, tree.parent_of(*above));
    }
  }
  return false;
}

Result<GroupHeight> Groups::height(const PoolAt& at,
                                   const GroupState& group,
                                   std::size_t levels_max) const {
  GroupTree tree{kv_, at};
  GroupHeight height{group.head.stream, 1, {}};
  MUSTER_CHECKED(tree.visit_below(group.head.stream, [&](const NamedGroup&, std::size_t level) {
    height.levels = level + 1;
    return height.levels < levels_max;
  }));
  std::string counters;
  MUSTER_TRY(const bool counted,
             kv_.get(Family::kCounts,
                     pool_group_count_key(at.log, at.pool.head.stream),
                     counters,
                     at.point.snapshot.get()));
  height.groups = counted ? decode_counters(counters) : Counters{};
  return height;
}

}  // namespace muster
