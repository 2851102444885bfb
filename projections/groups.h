/// Groups as readers ask for them: by id, in lists, by their members and by one user.
///
/// A group is visible only while every group above it is, and is the very one that was meant. What
/// is not visible is in no answer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/groups/group_commands.h"
#include "projections/users.h"

namespace muster {

/// Which page of a list of groups, in order of name, then of id (contract 1.9).
struct GroupPage {
  std::size_t limit = 20;
  /// Ids of visible groups, exclusive; they stand for their names. With `before` the page is the
  /// last `limit` groups before it.
  std::optional<std::string> after = {};
  std::optional<std::string> before = {};
  /// The name begins or ends with it, whatever the case; empty for all.
  std::string name = {};
};

/// Which page of the members of a group, in order of id. The cursors need not exist.
struct MemberPage {
  std::size_t limit = 20;
  std::optional<std::string> after = {};
  std::optional<std::string> before = {};
  bool nested = false;  // members of groups below it too, each user once
};

/// How many groups a list of nested members may merge: one look for each before the first user.
inline constexpr std::size_t kMergedGroupsMax = 10'000;

/// Any thread. Lists refuse an unknown cursor: kInvalidSyntax "unknown_cursor".
class Groups {
 public:
  /// Both outlive this object.
  Groups(const KvReads& kv, const Users& users) : kv_{kv}, users_{users} {}

  /// Nothing unless the group is visible.
  [[nodiscard]] Result<std::optional<GroupState>> find(const PoolAt& at, std::string_view id) const;

  /// The groups right below `parent`, a visible one; null: those at the top. `nested`: and all
  /// below them.
  [[nodiscard]] Result<std::vector<GroupState>> list(const PoolAt& at,
                                                     const GroupState* parent,
                                                     bool nested,
                                                     const GroupPage& page) const;

  /// kInvalid "too_many_nested_groups" when more than kMergedGroupsMax would be merged.
  [[nodiscard]] Result<std::vector<UserState>> list_members(const PoolAt& at,
                                                            const GroupState& group,
                                                            const MemberPage& page) const;

  /// The groups that a user is a direct member of; `with_parents`: and all above them.
  [[nodiscard]] Result<std::vector<GroupState>> list_of_user(const PoolAt& at,
                                                             const UserState& user,
                                                             bool with_parents,
                                                             const GroupPage& page) const;

  /// Whether a user is a direct member; `nested`: or one of a group below.
  [[nodiscard]] Result<bool> is_member(const PoolAt& at,
                                       const UserState& user,
                                       const GroupState& group,
                                       bool nested) const;

  /// How many levels a group and those below it take, counted no further than `levels_max`.
  [[nodiscard]] Result<GroupHeight> height(const PoolAt& at,
                                           const GroupState& group,
                                           std::size_t levels_max) const;

 private:
  const KvReads& kv_;
  const Users& users_;
};

}  // namespace muster
