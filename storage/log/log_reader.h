/// Reading events back: one log in order, or the history of one stream.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/events/event_codec.h"
#include "engine/events/open_part.h"
#include "engine/ports/sealer.h"
#include "engine/state/state.h"
#include "storage/kv.h"
#include "storage/log/group_record.h"

namespace muster {

/// An event as it lies in the log.
struct LoggedEvent {
  EventHeader header;
  std::string_view open_part;  // valid during the visit
  AnyEvent event;
  Digest leaf{};
  /// The stream's own segment was there but its key is destroyed, or the segment is gone: personal
  /// members have their empty values. Legitimate only for a stream that is erased.
  bool sealed_lost = false;

  [[nodiscard]] EventMeta meta() const;
};

/// Reads at one snapshot, or at the newest state. Thread-safe as far as `kv` and `sealer` are.
class LogReader {
 public:
  LogReader(const Kv& kv, Sealer& sealer, std::shared_ptr<const KvSnapshot> snapshot = nullptr)
      : kv_{kv}, sealer_{sealer}, snapshot_{std::move(snapshot)} {}

  /// The same with other keys.
  [[nodiscard]] LogReader with_sealer(Sealer& sealer) const { return {kv_, sealer, snapshot_}; }

  /// Visits the raw open parts of a log from `from` on, in order, checking that positions have no
  /// gap. The visitor returns false to stop.
  using RawVisitor = std::function<Result<bool>(Position, std::string_view open_part)>;
  Result<void> each_open_part(LogId log, Position from, const RawVisitor& visit) const;

  /// Decodes one open part with its segment and attachments.
  Result<LoggedEvent> decode(std::string_view open_part) const;

  /// Decodes the event at a position; its open_part is empty.
  Result<LoggedEvent> read(LogId log, Position position) const;

  /// Visits which events a stream has, newest first, up to and including `through`. The visitor
  /// returns false to stop.
  using EntryVisitor = std::function<bool(const StreamEntry&)>;
  Result<void> each_entry_back(LogId log,
                               StreamId stream,
                               Revision through,
                               const EntryVisitor& visit) const;

  /// The events of one stream, oldest first, up to and including `through`.
  Result<std::vector<LoggedEvent>> history(LogId log, StreamId stream, Revision through) const;

  /// The state of a stream after its event `through`, or at its newest event; the empty state when
  /// there is no such stream.
  Result<AnyState> fold(LogId log, StreamId stream, Revision through) const;

 private:
  Result<std::string> open_part_at(LogId log, Position position) const;
  Result<std::vector<std::string>> attachments_of(const EventHeader& header) const;
  Result<std::optional<std::string>> own_segment(const EventHeader& header) const;

  const Kv& kv_;
  Sealer& sealer_;
  std::shared_ptr<const KvSnapshot> snapshot_;
};

}  // namespace muster
