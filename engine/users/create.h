/// Creation of users, by requests and by imports.
#pragma once

#include "engine/users/commands.h"

namespace muster {

/// Refuses what is wrong in itself, all faults at once. Also used for the entries of imports.
Result<void> check_new_user(const CreateUser& input);
/// kAlreadyTaken when one user would have an identifier, address or credential type twice.
Result<void> check_repeated(const PoolState& pool, const CreateUser& input);

/// An import does not demand a payload, and is stale when its user has come into being.
enum class CreatedBy : bool { kRequest, kImport };
Result<Decide> prepare_creation(const DomainPorts& ports,
                                const PoolState& pool,
                                CreateUser input,
                                CreatedBy by);

}  // namespace muster
