/// A draft: an event made ready before its place in the log is known. Encoding and sealing need
/// neither position nor time, so they are done by the caller's thread, not by the sequencer.
#pragma once

#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/events/event_codec.h"
#include "engine/ports/group_log.h"
#include "engine/ports/sealer.h"

namespace muster {

/// Bytes encrypted under one subject's key.
struct SealedSegment {
  StreamId subject;
  Slot slot{};
  Digest digest{};
  std::string bytes;
};

struct Draft {
  AnyEvent event;
  std::string data;                     // the public members
  std::vector<SealedSegment> segments;  // none when nothing is personal
  std::vector<Attachment> attachments;
};

/// Encodes `event` of `stream` and seals what is personal under the key in `slot`, which must be
/// the stream's own. `slot` may be 0 when the event has no personal member set.
Result<Draft> make_draft(Sealer& sealer, LogId log, StreamId stream, Slot slot, AnyEvent event);

/// What is known of the caller beyond its identity, as JSON members: sealed under the actor's key
/// and attached to the first event of a command.
inline constexpr std::string_view kRequestSegmentType = "request";
Result<SealedSegment> seal_request(Sealer& sealer,
                                   LogId log,
                                   StreamId actor,
                                   Slot slot,
                                   std::string_view json);

}  // namespace muster
