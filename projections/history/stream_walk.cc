#include "projections/history/stream_walk.h"

#include <algorithm>
#include <vector>

namespace muster {

Result<AnyState> walk_stream(const LogView& view,
                             StreamId stream,
                             std::uint64_t end,
                             const StateVisitor& visit,
                             std::uint64_t events_max) {
  MUSTER_TRY(const std::uint64_t count, revisions_below(view, stream, end));
  if (count > events_max) {
    return failure(Errc::kInvalid,
                   "history_too_long",
                   "the stream has more events than are folded while somebody waits; read its "
                   "history, or use muster-replay");
  }
  std::vector<Position> positions;
  positions.reserve(count);
  if (count > 0) {
    MUSTER_CHECKED(view.reader.each_entry_back(
        view.log, stream, Revision{count}, [&](const StreamEntry& entry) {
          positions.push_back(entry.position);
          return true;
        }));
  }
  std::ranges::reverse(positions);
  AnyState state;
  for (const Position position : positions) {
    MUSTER_TRY(const LoggedEvent event, view.reader.read(view.log, position));
    evolve(state, event.meta(), event.event);
    MUSTER_CHECKED(visit(event, state));
  }
  return state;
}

}  // namespace muster
