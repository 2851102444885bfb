/// Folding events one after the other, as a log would have them.
#pragma once

#include "engine/events/event_codec.h"
#include "engine/state/state.h"

namespace muster {

inline StreamId stream_named(std::uint8_t last) {
  StreamId stream;
  stream.bytes = {0x01, 0x93, 0x5C, 0x2A, 0x7B, 0x00, 0x70, 0x00, 0x80};
  stream.bytes[15] = last;
  return stream;
}

/// A stream under way: each event comes 1.5 ms after the one before.
class Folding {
 public:
  Folding& then(const AnyEvent& event) {
    meta.revision = Revision{raw(meta.revision) + 1};
    meta.position = Position{raw(meta.position) + 10};
    meta.time = Micros{raw(meta.time) + 1500};
    meta.leaf.fill(static_cast<std::uint8_t>(raw(meta.revision)));
    evolve(state, meta, event);
    return *this;
  }

  template <class State>
  [[nodiscard]] const State& as() const {
    return std::get<State>(state);
  }

  /// The time of the newest event as states keep it.
  [[nodiscard]] Micros now() const { return to_whole_milliseconds(meta.time); }

  EventMeta meta{LogId{3},
                 Position{5},
                 Micros{1'800'000'000'000'000},
                 stream_named(9),
                 Revision{0},
                 Digest{},
                 Slot{4}};
  AnyState state;
};

}  // namespace muster
