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
  kNone,    // the event has none
  kOpened,
  kLost,    // gone, or its key is destroyed: legitimate in a stream that ends erased
};

struct DecodedEvent {
  AnyEvent event;
  EventCode code{};
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

  /// Nothing when the event cannot be made sense of: that is a finding. kCorrupt "unknown_event"
  /// when a newer program wrote it: nobody may go on without it.
  Result<std::optional<DecodedEvent>> decode(const ScannedEvent& scanned,
                                             const LogChunk& chunk,
                                             const RawEvent& raw);

  /// Legitimate only where the subject is erased, which nobody knows before the end.
  [[nodiscard]] const std::vector<ForeignLoss>& foreign_losses() const { return losses_; }

 private:
  [[nodiscard]] std::optional<std::string_view> intact_segment(const ScannedEvent& scanned,
                                                               const LogChunk& chunk,
                                                               const RawEvent& raw,
                                                               std::size_t number);
  void check_foreign(const ScannedEvent& scanned, const LogChunk& chunk, const RawEvent& raw);
  OwnSegment open_own(const ScannedEvent& scanned,
                      const LogChunk& chunk,
                      const RawEvent& raw,
                      std::string& plaintext);
  [[nodiscard]] bool opens_as_request(const ScannedEvent& scanned, std::string_view segment);
  Result<bool> read_attachments(const ScannedEvent& scanned);
  void report(const ScannedEvent& scanned, std::string_view rule, std::string text);

  const Kv& kv_;
  Sealer& sealer_;
  FindingSink& findings_;
  std::vector<std::string> attachments_;  // of the event at hand
  std::vector<ForeignLoss> losses_;
};

}  // namespace muster
