/// Groups of an import, and who is a member.
#include <algorithm>
#include <set>

#include "engine/configuration/part.h"
#include "engine/groups/lookup.h"

namespace muster {
namespace {

Failure refused_path(std::string_view rule, std::string_view reason) {
  return failure_at(Errc::kInvalid, rule, "/path", reason);
}

Result<void> check_entry(const GroupEntry& entry) {
  Faults faults;
  check_id(faults, "/id", entry.id);
  check_name(faults, "/name", entry.name);
  check_description(faults, "/description", entry.description);
  const std::set<std::string_view> distinct{entry.path.begin(), entry.path.end()};
  if (entry.path.empty() || entry.path.back() != entry.id) {
    faults.add("/path", "path", "must end with the group's own id");
  } else if (distinct.size() != entry.path.size()) {
    faults.add("/path", "path", "must not name a group twice");
  } else if (entry.path.size() > kGroupDepthMax) {
    faults.add("/path", "maxLength", "must have at most 32 ids");
  }
  return faults.done("invalid_request");
}

/// The group above the last of `path`; null at the top. Each must be below the one before.
Result<const GroupState*> parent_of(StateReader& states,
                                    LogId log,
                                    StreamId pool,
                                    const std::vector<std::string>& path) {
  const GroupState* above = nullptr;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    MUSTER_TRY(const GroupState* group,
               states.get<GroupState>({log, Aggregate::kGroup, pool, path[i]}));
    if (group == nullptr) {
      return refused_path("group_not_found", "names a group that there is not");
    }
    if (group->parent != (above == nullptr ? StreamId{} : above->head.stream)) {
      return refused_path("group_elsewhere", "a group on the path is below another one");
    }
    above = group;
  }
  return above;
}

/// What a group entry comes to.
struct GroupChange {
  GroupEntry entry;
  StateAddress address;
  StreamId pool;
  StreamId parent;
  StreamId stored;         // nil: it is created
  StreamId parent_before;  // of `stored`
  StreamId stream;
  std::optional<Draft> draft;  // nothing: it is as the entry says
};

/// Nothing when the stored group is as the entry says.
Result<std::optional<Draft>> draft_of(const ImportContext& context,
                                      const GroupChange& change,
                                      const GroupState* stored,
                                      const GroupState* parent) {
  const GroupEntry& entry = change.entry;
  const std::string parent_id = parent == nullptr ? std::string{} : parent->id;
  AnyEvent event;
  if (stored == nullptr) {
    event = GroupCreated{change.pool,
                         entry.pool_id,
                         entry.id,
                         entry.name,
                         entry.description,
                         change.parent,
                         parent_id};
  } else if (stored->name == entry.name && stored->description == entry.description &&
             stored->parent == change.parent) {
    return std::optional<Draft>{};
  } else {
    event = GroupReplaced{entry.name, entry.description, change.parent, parent_id};
  }
  Sealer& sealer = context.ports.domain.sealer;
  MUSTER_TRY(Draft draft,
             make_draft(sealer, context.log, change.stream, Slot{0}, std::move(event)));
  return std::optional<Draft>{std::move(draft)};
}

Result<Decision> decide_group(StateReader& states, const GroupChange& change) {
  const LogId log = change.address.log;
  MUSTER_TRY(const PoolState* pool, pool_of_entry(states, log, change.entry.pool_id));
  if (pool->head.stream != change.pool) {
    return stale();
  }
  MUSTER_TRY(const GroupState* parent, parent_of(states, log, change.pool, change.entry.path));
  MUSTER_TRY(const GroupState* stored, states.get<GroupState>(change.address));
  if ((parent == nullptr ? StreamId{} : parent->head.stream) != change.parent ||
      (stored == nullptr ? StreamId{} : stored->head.stream) != change.stored) {
    return stale();
  }
  if (stored != nullptr) {
    MUSTER_TRY(const GroupState* visible, visible_group(states, log, *pool, change.entry.id));
    if (visible == nullptr || stored->parent != change.parent_before) {
      return stale();
    }
  } else {
    MUSTER_CHECKED(check_room_for_group(states, log, change.pool));
  }
  if (!change.draft) {
    const bool same = stored->name == change.entry.name &&
                      stored->description == change.entry.description &&
                      stored->parent == change.parent;
    return same ? Result<Decision>{Decision{{}, change.address, {}}} : stale();
  }
  return Decision{{Fact{change.address, change.stream, *change.draft}}, change.address, {}};
}

}  // namespace

Result<const PoolState*> pool_of_entry(StateReader& states, LogId log, const std::string& id) {
  MUSTER_TRY(const PoolState* pool, states.get<PoolState>({log, Aggregate::kPool, {}, id}));
  if (pool == nullptr) {
    return failure_at(Errc::kInvalid, "pool_not_found", "/user_pool_id", "there is no such pool");
  }
  return pool;
}

Result<const GroupState*> visible_group(StateReader& states,
                                        LogId log,
                                        const PoolState& pool,
                                        const std::string& id) {
  const auto found = find_group(states, log, pool, id);
  if (!found && found.error().code != Errc::kNotFound) {
    return found.error();
  }
  return found ? found->group : nullptr;
}

Result<GroupPart> prepare_group_entry(const ImportContext& context, const GroupEntry& entry) {
  MUSTER_CHECKED(check_entry(entry));
  MUSTER_TRY(const PoolState* pool, pool_of_entry(context.states, context.log, entry.pool_id));
  auto change = std::make_shared<GroupChange>();
  change->entry = entry;
  change->pool = pool->head.stream;
  change->address = {context.log, Aggregate::kGroup, change->pool, entry.id};
  MUSTER_TRY(const GroupState* parent,
             parent_of(context.states, context.log, change->pool, entry.path));
  change->parent = parent == nullptr ? StreamId{} : parent->head.stream;
  MUSTER_TRY(const GroupState* stored, context.states.get<GroupState>(change->address));
  if (stored != nullptr) {
    // Below a deleted group: it keeps its id until it is removed, and must not come back (N-68).
    MUSTER_TRY(const GroupState* visible,
               visible_group(context.states, context.log, *pool, entry.id));
    if (visible == nullptr) {
      return taken("group_id");
    }
    change->stored = change->stream = stored->head.stream;
    change->parent_before = stored->parent;
  } else {
    change->stream = make_stream(context.ports.domain);
  }
  MUSTER_TRY(change->draft, draft_of(context, *change, stored, parent));
  GroupPart part;
  part.moves = stored != nullptr && !change->parent.is_nil() && stored->parent != change->parent;
  part.decide = [change = std::shared_ptr<const GroupChange>{std::move(change)}](
                    StateReader& states, Micros) {
    return decide_group(states, *change);
  };
  return part;
}

Result<Decide> prepare_remove_group(const ImportContext& context, DumpRemovals::InPool group) {
  return Decide{[log = context.log, group = std::move(group)](StateReader& states,
                                                              Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, pool_of_entry(states, log, group.pool_id));
    const StateAddress address{log, Aggregate::kGroup, pool->head.stream, group.id};
    MUSTER_TRY(const GroupState* stored, states.get<GroupState>(address));
    if (stored == nullptr) {
      return not_found("group");
    }
    return Decision{{Fact{address, stored->head.stream, open_draft(GroupDeleted{})}}, address, {}};
  }};
}

}  // namespace muster
