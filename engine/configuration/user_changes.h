/// Making a stored user equal to an imported one.
#pragma once

#include "engine/users/values.h"

namespace muster {

/// Whether an import says everything about a user, so that parts it does not name go.
enum class UserExtent : bool { kParts, kWhole };

/// Stale when the user has changed since it was read. Its type stays, and so do its instants. What
/// is equal as JSON is the same, however it is spelled.
Result<Decide> prepare_user_changes(const DomainPorts& ports,
                                    const UserTarget& target,
                                    CreateUser wanted,
                                    UserExtent extent);

}  // namespace muster
