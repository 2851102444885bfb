/// Finding a visible group while deciding.
#pragma once

#include <string>
#include <vector>

#include "engine/groups/group_commands.h"
#include "engine/sequencer/command.h"

namespace muster {

/// Both pointers are valid until the Decide returns; never null.
struct FoundGroup {
  const PoolState* pool = nullptr;
  const GroupState* group = nullptr;
  StateAddress address;
  /// Its stream, its parent's, and so on to the top.
  std::vector<StreamId> line;
};

/// Refuses with pool_not_found.
Result<const PoolState*> find_pool(StateReader& states, LogId log, const std::string& id);

/// Refuses with group_not_found.
Result<FoundGroup> find_group(StateReader& states,
                              LogId log,
                              const PoolState& pool,
                              const std::string& id);

/// Refuses with pool_not_found, group_not_found.
Result<FoundGroup> find_group(StateReader& states, const GroupName& name);

/// Whether another group may be made in a pool, and whether the user may join one more group.
/// Refuse with too_many_groups (kInvalid).
Result<void> check_room_for_group(StateReader& states, LogId log, StreamId pool);
Result<void> check_room_for_membership(const UserState& user);

}  // namespace muster
