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

Result<const PoolState*> pool_of_entry(StateReader& states, LogId log, const std::string& id) {
  MUSTER_TRY(const PoolState* pool, states.get<PoolState>({log, Aggregate::kPool, {}, id}));
  if (pool == nullptr) {
    return failure_at(Errc::kInvalid, "pool_not_found", "/user_pool_id", "there is no such pool");
  }
  return pool;
}

/// Null when it is not there, or below a group that is not.
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

/// What a group entry comes to. The one place that makes facts of groups here.
struct GroupChange {
  GroupEntry entry;
  StateAddress address;
  StreamId pool;
  StreamId parent;
  StreamId stored;  // nil: it is created
  StreamId stream;
  std::optional<Draft> draft;  // nothing: it is as the entry says
};

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
    if (visible == nullptr) {
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

Result<Decide> prepare_group_entry(const ImportContext& context, const GroupEntry& entry) {
  MUSTER_CHECKED(check_entry(entry));
  MUSTER_TRY(const PoolState* pool, pool_of_entry(context.states, context.log, entry.pool_id));
  auto change = std::make_shared<GroupChange>();
  change->entry = entry;
  change->pool = pool->head.stream;
  change->address = {context.log, Aggregate::kGroup, change->pool, entry.id};
  MUSTER_TRY(const GroupState* parent,
             parent_of(context.states, context.log, change->pool, entry.path));
  change->parent = parent == nullptr ? StreamId{} : parent->head.stream;
  const std::string parent_id = parent == nullptr ? std::string{} : parent->id;
  MUSTER_TRY(const GroupState* stored, context.states.get<GroupState>(change->address));
  if (stored != nullptr) {
    // Below a deleted group: it keeps its id until it is removed, and must not come back (N-68).
    MUSTER_TRY(const GroupState* visible,
               visible_group(context.states, context.log, *pool, entry.id));
    if (visible == nullptr) {
      return taken("group_id");
    }
  }
  AnyEvent event;
  if (stored == nullptr) {
    change->stream = make_stream(context.ports.domain);
    event = GroupCreated{change->pool,
                         entry.pool_id,
                         entry.id,
                         entry.name,
                         entry.description,
                         change->parent,
                         parent_id};
  } else {
    change->stored = change->stream = stored->head.stream;
    event = GroupReplaced{entry.name, entry.description, change->parent, parent_id};
  }
  if (stored == nullptr || stored->name != entry.name || stored->description != entry.description ||
      stored->parent != change->parent) {
    MUSTER_TRY(
        change->draft,
        make_draft(
            context.ports.domain.sealer, context.log, change->stream, Slot{0}, std::move(event)));
  }
  return Decide{[change = std::shared_ptr<const GroupChange>{std::move(change)}](
                    StateReader& states, Micros) {
    return decide_group(states, *change);
  }};
}

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
