/// Submitting a command and waiting for its outcome: for tools and background work. Never on a
/// thread that serves connections.
#pragma once

#include "engine/sequencer/command.h"

namespace muster {

Result<Accepted> submit_and_wait(CommandSink& commands, Command command);

/// The same for a command of the operator's own tools, without a client.
Result<Accepted> submit_and_wait(CommandSink& commands, LogId log, Decide decide);

}  // namespace muster
