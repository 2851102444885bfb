/// What the path of a request names, and what a command left of it.
#pragma once

#include "api/directory/operation.h"
#include "engine/groups/group_commands.h"
#include "engine/users/commands.h"

namespace muster {

/// The pool {ipID}; kNotFound "pool_not_found".
Result<std::shared_ptr<const PoolState>> find_pool(const Context& context);

/// The workspace or organization {wid}; kNotFound "workspace_not_found".
Result<std::shared_ptr<const WorkspaceState>> find_workspace(const Context& context);

/// The schema {schID}; kNotFound "schema_not_found".
Result<std::shared_ptr<const SchemaState>> find_schema(const Context& context);

/// The user {userID} of that pool; kNotFound "user_not_found".
Result<UserRow> find_user(const Context& context, const PoolState& pool);

/// The group {groupID} of that pool, a visible one; kNotFound "group_not_found".
Result<GroupState> find_group(const Context& context, const PoolState& pool);

/// The user as a name, without looking.
UserName named_user(const Context& context);

/// The group as a name, without looking.
GroupName named_group(const Context& context);

StateAddress pool_address(const Context& context);
StateAddress schema_address(const Context& context);
StateAddress user_address(const Context& context, const PoolState& pool);
/// What If-Match is compared with for {userID}; nothing when there is no such pool.
Result<std::optional<StateAddress>> user_precondition(const Context& context);

/// The state of a command's subject as it was right after the command; kGone "erased" for the
/// answer to a repeated request about somebody who was erased meanwhile.
Result<AnyState> state_after(const Context& context, const Accepted& accepted);

template <class State>
Result<State> state_after(const Context& context, const Accepted& accepted) {
  MUSTER_TRY(AnyState state, state_after(context, accepted));
  auto* found = std::get_if<State>(&state);
  if (found == nullptr) {
    return failure(Errc::kCorrupt, "state_missing", "what the request made cannot be read back");
  }
  return std::move(*found);
}

}  // namespace muster
