#include "engine/sequencer/draft.h"

#include "engine/core/check.h"

namespace muster {

Result<Draft> make_draft(Sealer& sealer, LogId log, StreamId stream, Slot slot, AnyEvent event) {
  EncodedEvent encoded = encode_event(event);
  const EventName& name = name_of(event);
  Draft draft{std::move(event), std::move(encoded.data), {}, {}};
  for (std::string& bytes : encoded.attachments) {
    const Digest digest = sealer.digest(bytes);
    draft.attachments.push_back({digest, std::move(bytes)});
  }
  if (!encoded.sealed.empty()) {
    check(raw(slot) != 0, "personal members need the subject's key slot");
    const SegmentContext context{log, stream, name.name, raw(name.version), 0};
    MUSTER_TRY(std::string bytes, sealer.seal(slot, context, encoded.sealed));
    const Digest digest = sealer.digest(bytes);
    draft.segments.push_back({stream, slot, digest, std::move(bytes)});
  }
  return draft;
}

Result<SealedSegment> seal_request(Sealer& sealer,
                                   LogId log,
                                   StreamId actor,
                                   Slot slot,
                                   std::string_view json) {
  const SegmentContext context{log, actor, kRequestSegmentType, 1, 0};
  MUSTER_TRY(std::string bytes, sealer.seal(slot, context, json));
  const Digest digest = sealer.digest(bytes);
  return SealedSegment{actor, slot, digest, std::move(bytes)};
}

}  // namespace muster
