/// Turns a scanned event and its stored segments back into the event, checking everything that
/// lies outside the open part against the digests inside it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/events/event_codec.h"
#include "engine/ports/sealer.h"
#include "projections/fold/log_chunk.h"
#include "projections/fold/row_sink.h"
#include "projections/fold/scanned_event.h"
#include "storage/kv.h"

namespace muster {

/// What was found in the place of the segment that is the stream's own.
enum class OwnSegment : std::uint8_t {
  kNone,  // the event has none
  kOpened,
  kMissing,  // legitimate in a stream that ends erased, and so is
  kLocked,   // stored, but its key is destroyed
};

struct DecodedEvent {
  AnyEvent event;
  OwnSegment own = OwnSegment::kNone;
};

/// A segment sealed under another subject's key that is not there.
struct ForeignLoss {
  Position position{};
  StreamId subject;
};

/// Any number of them may work at once; each belongs to one thread.
class EventDecoder {
 public:
  EventDecoder(const Kv& kv, Sealer& sealer, FindingSink& findings)
      : kv_{kv}, sealer_{sealer}, findings_{findings} {}

  /// Code of the event's type; kCorrupt "unknown_event" when a newer program wrote it: nobody may
  /// go on without it.
  static Result<EventCode> code_of(const ScannedEvent& scanned);

  /// Whether segment 0 is, or was, the stream's own.
  [[nodiscard]] bool has_own_segment(const ScannedEvent& scanned,
                                     const LogChunk& chunk,
                                     const RawEvent& event);

  /// Nothing when the event cannot be made sense of: that is a finding. kCorrupt "unknown_event"
  /// as above.
  Result<std::optional<DecodedEvent>> decode(const ScannedEvent& scanned,
                                             const LogChunk& chunk,
                                             const RawEvent& event);

  /// Legitimate only where the subject is erased, which nobody knows before the end.
  [[nodiscard]] const std::vector<ForeignLoss>& foreign_losses() const { return losses_; }

 private:
  bool is_intact(const ScannedEvent& scanned, std::size_t number, std::string_view segment);
  void check_foreign(const ScannedEvent& scanned, const LogChunk& chunk, const RawEvent& event);
  OwnSegment open_own(const ScannedEvent& scanned,
                      const LogChunk& chunk,
                      const RawEvent& event,
                      std::string& plaintext);
  Result<bool> read_attachments(const ScannedEvent& scanned);
  void report(const ScannedEvent& scanned, std::string_view rule, std::string text);

  const Kv& kv_;
  Sealer& sealer_;
  FindingSink& findings_;
  std::vector<std::string> attachments_;  // of the event at hand
  std::vector<ForeignLoss> losses_;
};

}  // namespace muster
