/// Walks through the states that a stream had.
#pragma once

#include <functional>

#include "projections/history/log_places.h"

namespace muster {

/// Longer histories are not folded while somebody waits: at 100 us each, a second.
inline constexpr std::uint64_t kFoldedEventsMax = 10'000;

/// Called for each event, oldest first, with the state after it.
using StateVisitor = std::function<Result<void>(const LoggedEvent& event, const AnyState& after)>;

/// The state of a stream after the events that lie at positions below `end`, the empty one when
/// there are none. kInvalid "history_too_long" beyond `events_max`.
Result<AnyState> walk_stream(const LogView& view,
                             StreamId stream,
                             std::uint64_t end,
                             const StateVisitor& visit,
                             std::uint64_t events_max = kFoldedEventsMax);

}  // namespace muster
