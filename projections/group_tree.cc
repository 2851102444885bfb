#include "projections/group_tree.h"

#include "projections/rows.h"

namespace muster {
namespace {

/// Far beyond any depth that commands allow; groups are never below themselves.
constexpr std::size_t kLineMax = 1'024;

StreamId stream_in_owner(std::string_view value) {
  return StreamId{Uuid::from_bytes(value.substr(0, kStreamBytes))};
}

}  // namespace

Result<const GroupState*> GroupTree::load(const std::string& id) {
  const auto [found, added] = states_.try_emplace(id);
  if (added) {
    std::string row;
    MUSTER_TRY(const bool there,
               kv_.get(Family::kGroups, keys_.group(id), row, at_.point.snapshot.get()));
    if (there) {
      MUSTER_TRY(AnyState state, decode_state_row(Aggregate::kGroup, row));
      found->second = std::get<GroupState>(std::move(state));
    }
  }
  return found->second ? &*found->second : nullptr;
}

Result<const GroupState*> GroupTree::find(std::string_view id, StreamId meant) {
  MUSTER_TRY(const GroupState* group, load(std::string{id}));
  if (group == nullptr || (!meant.is_nil() && group->head.stream != meant)) {
    return nullptr;
  }
  std::vector<std::string> line;
  bool visible = true;
  const GroupState* above = group;
  while (visible) {
    if (const auto known = visible_.find(above->id); known != visible_.end()) {
      visible = known->second;
      break;
    }
    line.push_back(above->id);
    if (above->parent.is_nil()) {
      break;
    }
    const StreamId parent = above->parent;
    MUSTER_TRY(above, load(above->parent_id));
    visible = above != nullptr && above->head.stream == parent && line.size() < kLineMax;
  }
  for (std::string& below : line) {
    visible_.insert_or_assign(std::move(below), visible);
  }
  return visible ? group : nullptr;
}

Result<const GroupState*> GroupTree::parent_of(const GroupState& group) {
  if (group.parent.is_nil()) {
    return nullptr;
  }
  return find(group.parent_id, group.parent);
}

Result<void> GroupTree::visit_children(StreamId parent, std::string_view from, const Visit& visit) {
  if (!names_) {
    // One walk that seeks costs less than a walk for each group.
    const std::string any = keys_.group_name({}, {});
    KvRange range = KvRange::of_prefix(any.substr(0, any.size() - kStreamBytes));
    names_ = kv_.iterate(Family::kGroups, std::move(range), at_.point.snapshot.get());
  }
  const std::string prefix = keys_.group_name(parent, {});
  for (names_->seek(keys_.group_name(parent, from));
       names_->valid() && names_->key().starts_with(prefix);
       names_->next()) {
    NamedGroup child{std::string{names_->key().substr(prefix.size())},
                     std::string{id_in_owner(names_->value())},
                     stream_in_owner(names_->value())};
    if (!visit(std::move(child))) {
      break;
    }
  }
  return names_->status();
}

Result<void> GroupTree::visit_below(StreamId parent, const VisitLevel& visit) {
  std::vector<StreamId> level = {parent};
  for (std::size_t depth = 1; !level.empty(); ++depth) {
    std::vector<StreamId> next;
    bool more = true;
    for (const StreamId group : level) {
      MUSTER_CHECKED(visit_children(group, {}, [&](const NamedGroup& child) {
        next.push_back(child.stream);
        more = visit(child, depth);
        return more;
      }));
      if (!more) {
        return {};
      }
    }
    level = std::move(next);
  }
  return {};
}

}  // namespace muster
