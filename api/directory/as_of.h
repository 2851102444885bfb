/// Reads as they were answered at an earlier moment: `?at=<position or time>`
/// (docs/decisions.md, "Also ours").
///
/// The handlers are those of now; what they read is what there was then (projections/as_of). The
/// answer says in `Muster-As-Of` which position that was. Who asks needs the rights that the
/// operation needs now, and those to history: what a person or a pool was before is more than what
/// it is.
#pragma once

#include "api/directory/operation.h"

namespace muster {

/// Of operations of the admin and the system family; also those that cannot be asked so, which
/// then refuse.
bool asks_as_of(const Operation& operation, const Request& request);

/// Of operations that answer as of now only.
Failure no_past();

/// Who has no rights in the whole tenant needs them on what is now under the ids of the path; what
/// was under them before may have been somebody else's.
Result<void> check_access_as_of(const Context& now, const Operation& operation);

/// May wait for a commit: not on a connection's thread. Reading is recorded before it is answered.
Result<Response> answer_as_of(const Context& now, const Operation& operation);

}  // namespace muster
