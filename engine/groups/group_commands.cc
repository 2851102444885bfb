#include "engine/groups/group_commands.h"

#include <algorithm>
#include <memory>

#include "engine/groups/lookup.h"

namespace muster {
namespace {

constexpr std::string_view kParent = "/parent_id";

Result<void> check_body(const GroupBody& body) {
  Faults faults;
  if (!body.id.empty()) {
    check_id(faults, "/id", body.id);
  }
  check_name(faults, "/name", body.name);
  check_description(faults, "/description", body.description);
  if (!body.parent_id.empty()) {
    check_id(faults, kParent, body.parent_id);
  }
  return faults.done("invalid_request");
}

/// The parent that a body names, as it was read.
struct Parent {
  std::string id;  // empty: none, the group is at the top
  StreamId stream;
};

/// The groups from the parent to the top; none at the top.
Result<std::vector<StreamId>> find_parent(StateReader& states,
                                          LogId log,
                                          const PoolState& pool,
                                          const Parent& parent) {
  if (parent.id.empty()) {
    return std::vector<StreamId>{};
  }
  auto found = find_group(states, log, pool, parent.id);
  if (!found && found.error().code == Errc::kNotFound) {
    return failure_at(Errc::kInvalid,
                      "group_parent_not_found",
                      kParent,
                      "there is no group with this id in the pool");
  }
  MUSTER_CHECKED(found);
  if (found->group->head.stream != parent.stream) {
    return stale();
  }
  return std::move(found->line);
}

/// Whether `levels` fit below the groups of `line`.
Result<void> check_depth(const std::vector<StreamId>& line, std::size_t levels) {
  if (line.size() + levels > kGroupDepthMax) {
    return failure_at(
        Errc::kInvalid, "group_too_deep", kParent, "groups can be nested 32 levels deep");
  }
  return {};
}

Result<void> check_move(StateReader& states,
                        const FoundGroup& moved,
                        const std::vector<StreamId>& line,
                        const std::optional<GroupHeight>& height) {
  if (line.empty()) {
    return {};  // at the top everything fits
  }
  if (std::ranges::find(line, moved.group->head.stream) != line.end()) {
    return failure_at(Errc::kInvalid, "group_cycle", kParent, "a group cannot be below itself");
  }
  const std::string counted = states.views().pool_groups_key(moved.address.log, moved.address.pool);
  MUSTER_TRY(const Counters groups, states.counters(counted));
  if (!height || height->group != moved.group->head.stream || height->groups != groups) {
    return stale();
  }
  return check_depth(line, height->levels);
}

bool differs(const GroupState& group, const GroupReplaced& event) {
  return group.name != event.name || group.description != event.description ||
         group.parent != event.parent;
}

}  // namespace

Result<Decide> prepare_create_group(const DomainPorts& ports, CreateGroup input) {
  GroupBody& body = input.body;
  MUSTER_CHECKED(check_body(body));
  const StreamId stream = make_stream(ports);
  const StreamId parent = body.parent_id.empty() ? StreamId{} : input.parent;
  GroupCreated event{input.pool.head.stream,
                     input.pool.id,
                     body.id.empty() ? stream.text() : std::move(body.id),
                     std::move(body.name),
                     std::move(body.description),
                     parent,
                     std::move(body.parent_id)};
  const StateAddress address{input.log, Aggregate::kGroup, event.pool, event.id};
  const Parent below{event.parent_id, parent};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, Slot{0}, std::move(event)));
  const auto fact = std::make_shared<const Fact>(Fact{address, stream, std::move(draft)});
  return Decide{
      [pool_id = input.pool.id, below, fact](StateReader& states, Micros) -> Result<Decision> {
        const StateAddress& place = fact->address;
        MUSTER_TRY(const PoolState* pool, find_pool(states, place.log, pool_id));
        if (pool->head.stream != place.pool) {
          return stale();
        }
        MUSTER_TRY(const auto line, find_parent(states, place.log, *pool, below));
        MUSTER_CHECKED(check_depth(line, 1));
        // A group that is hidden by a deleted one above it keeps its id until it is removed.
        MUSTER_TRY(const AnyState* present, states.find(place));
        if (present != nullptr) {
          return taken("group_id");
        }
        MUSTER_CHECKED(check_room_for_group(states, place.log, place.pool));
        return Decision{{*fact}, place, {}};
      }};
}

Result<Decide> prepare_replace_group(const DomainPorts& ports, ReplaceGroup input) {
  GroupBody& body = input.body;
  body.id.clear();
  MUSTER_CHECKED(check_body(body));
  const StreamId parent = body.parent_id.empty() ? StreamId{} : input.parent;
  GroupReplaced replaced{
      std::move(body.name), std::move(body.description), parent, std::move(body.parent_id)};
  // Nothing is sealed, so the draft needs no stream yet.
  MUSTER_TRY(Draft made,
             make_draft(ports.sealer, input.name.log, {}, Slot{0}, std::move(replaced)));
  const auto draft = std::make_shared<const Draft>(std::move(made));
  return Decide{[name = std::move(input.name), height = input.height, draft](
                    StateReader& states, Micros) -> Result<Decision> {
    const auto& event = std::get<GroupReplaced>(draft->event);
    MUSTER_TRY(const FoundGroup found, find_group(states, name));
    MUSTER_TRY(const auto line,
               find_parent(states, name.log, *found.pool, Parent{event.parent_id, event.parent}));
    if (found.group->parent != event.parent) {
      MUSTER_CHECKED(check_move(states, found, line, height));
    }
    Decision decision{{}, found.address, {}};
    if (differs(*found.group, event)) {
      decision.facts.push_back({found.address, found.group->head.stream, *draft});
    }
    return decision;
  }};
}

Result<Decide> prepare_delete_group(GroupName name) {
  return Decide{[name = std::move(name)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundGroup found, find_group(states, name));
    Fact fact{found.address, found.group->head.stream, open_draft(GroupDeleted{})};
    return Decision{{std::move(fact)}, found.address, {}};
  }};
}

}  // namespace muster
