/// What every state has: where its stream stands.
#pragma once

#include "engine/core/bytes.h"
#include "engine/core/ids.h"

namespace muster {

struct StreamHead {
  StreamId stream;
  Revision revision{};
  Revision shown{};    // when what clients see of the state changed last: its entity tag
  Position first{};    // of the first event
  Position last{};     // of the newest event
  Digest last_leaf{};  // its Merkle leaf hash; the next event names it as `prev`
  Slot slot{};         // key of the stream's own sealed values; 0 when nothing was ever sealed

  bool operator==(const StreamHead&) const = default;
};

/// What evolve() may know about an event beside its members.
struct EventMeta {
  LogId log{};
  Position position{};
  Micros time{};
  StreamId stream;
  Revision revision{};
  Digest leaf{};
  Slot slot{};  // of the event's segment of its own stream; 0 when it has none
};

/// Answers show milliseconds, and rows are made from answers: a state keeps no finer instants.
inline Micros to_whole_milliseconds(Micros time) {
  return Micros{raw(time) / 1000 * 1000};
}

/// The instant that an event was imported with; unset: its own time.
inline Micros imported_or(Micros imported, Micros time) {
  return to_whole_milliseconds(raw(imported) != 0 ? imported : time);
}

}  // namespace muster
