/// The baseline: what Beast alone does when it answers every request with the same bytes. Run as a
/// process of its own, on the same machine, in the same run.
#pragma once

#include <cstddef>

#include "bench/scenario.h"
#include "engine/core/result.h"

namespace muster {

/// Serves on a free port of 127.0.0.1 with one thread, prints its URL, ends on SIGTERM.
Result<> serve_bare(std::size_t body_bytes);

/// Starts this program as a bare server and measures it. The body has the size of the answer for
/// user 0 when there is a target with users, else 1 KiB.
Result<ScenarioResult> run_bare(BenchContext& context);

}  // namespace muster
