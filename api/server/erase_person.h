/// Erasing people whom nobody can name by id any more.
#pragma once

#include "engine/users/commands.h"
#include "storage/log/log_reader.h"

namespace muster {

/// A person by stream.
struct PersonByStream {
  LogId log{};
  StreamId person;
  StreamId pool = {};  // in which it must have been; nil: whichever
};

/// Erases the person, whether it exists or was deleted. Erased already: nothing happens. Refusals:
/// user_not_found, stale. `log` reads what was committed last. Of who was deleted no key is needed:
/// one that cannot be read keeps nobody from being erased.
Result<Decide> prepare_erase_person(const LogReader& log,
                                    Sealer& sealer,
                                    const PersonByStream& who);

}  // namespace muster
