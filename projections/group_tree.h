/// Walks up and down the groups of one pool at one point. One object for each request: it keeps
/// what it has read.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "projections/keys.h"
#include "projections/users.h"

namespace muster {

/// A group as the row of its name shows it. Ordered as lists are: by name, then by id.
struct NamedGroup {
  std::string name;
  std::string id;
  StreamId stream = {};

  friend auto operator<=>(const NamedGroup& left, const NamedGroup& right) {
    return std::tie(left.name, left.id) <=> std::tie(right.name, right.id);
  }

  friend bool operator==(const NamedGroup& left, const NamedGroup& right) {
    return left.name == right.name && left.id == right.id;
  }
};

class GroupTree {
 public:
  /// Both outlive this object.
  GroupTree(const KvReads& kv, const PoolAt& at)
      : kv_{kv}, at_{at}, keys_{at.log, at.pool.head.stream} {}

  /// Nothing unless the group is visible. `meant`: nor when it is another one; nil: any.
  Result<const GroupState*> find(std::string_view id, StreamId meant = {});
  /// The group above a visible one; null at the top.
  Result<const GroupState*> parent_of(const GroupState& group);

  /// False ends the walk.
  using Visit = std::function<bool(NamedGroup group)>;
  /// The groups right below a visible one, or at the top for nil, in order of name, from that name
  /// on.
  Result<void> visit_children(StreamId parent, std::string_view from, const Visit& visit);
  /// All below a visible one, level by level; `level` of its children is 1.
  using VisitLevel = std::function<bool(const NamedGroup& group, std::size_t level)>;
  Result<void> visit_below(StreamId parent, const VisitLevel& visit);

 private:
  Result<const GroupState*> load(const std::string& id);

  const KvReads& kv_;
  const PoolAt& at_;
  PoolKeys keys_;
  std::unordered_map<std::string, std::optional<GroupState>> states_;
  std::unordered_map<std::string, bool> visible_;
  std::unique_ptr<KvIterator> names_;
};

}  // namespace muster
