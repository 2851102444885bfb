/// GroupLog: where groups of events become durable. Implemented by storage/ over RocksDB; the seam
/// at which a replicated log can take its place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/events/describe.h"
#include "engine/ports/views.h"

namespace muster {

struct Attachment {
  Digest digest{};
  std::string bytes;
};

/// One event with its final place.
struct RecordedEvent {
  LogId log{};
  Position position{};
  Micros time{};
  StreamId stream;
  Revision revision{};
  EventCode code{};
  Slot highest_slot{};  // among the event's segments; 0 when it has none
  std::string open_part;
  Digest leaf{};  // RFC 6962 leaf hash of open_part
  /// Number 0 is the stream's own when the event has one; then comes the request's.
  std::vector<std::string> segments;
  bool has_own_segment = false;
  std::vector<Attachment> attachments;
};

struct RowChange {
  View view{};
  std::string key;
  std::optional<std::string> value;  // nothing: the row goes
};

/// The outcome of a command that had an idempotency key: travels in the group record, because a
/// refusal leaves no event.
struct RecordedOutcome {
  LogId log{};
  std::string key;
  std::string value;
};

struct ErasedStream {
  LogId log{};
  StreamId stream;
};

/// The commands committed by one sync.
struct Group {
  std::uint64_t number = 0;
  std::vector<RecordedEvent> events;
  std::vector<RecordedOutcome> outcomes;
  std::vector<RowChange> rows;
  /// Streams whose subject is erased in this group: their segments go in the same batch.
  std::vector<ErasedStream> erased_streams;
  std::vector<Slot> erased_slots;

  [[nodiscard]] bool empty() const { return events.empty() && outcomes.empty(); }
};

/// Where a log ends.
struct LogHead {
  std::uint64_t size = 0;  // how many events; also the next position
  Micros time{};           // of the newest event
};

class GroupLog {
 public:
  /// Keeps readers at the state after one group.
  using Snapshot = std::shared_ptr<const void>;

  GroupLog() = default;
  GroupLog(const GroupLog&) = delete;
  GroupLog& operator=(const GroupLog&) = delete;
  virtual ~GroupLog() = default;

  /// The newest written row, durable or not; another thread may append meanwhile. Deciding thread.
  virtual Result<std::optional<std::string>> read(View view, std::string_view key) const = 0;
  /// Visits the newest written rows whose keys begin with `prefix`, in order; as read().
  using RowVisitor = std::function<void(std::string_view key, std::string_view value)>;
  virtual Result<void> scan(View view, std::string_view prefix, const RowVisitor& visit) const = 0;
  [[nodiscard]] virtual LogHead head(LogId log) const = 0;

  /// The hours (since 1970) of which the log has idempotency records; nothing when that is not
  /// known. Any thread.
  [[nodiscard]] virtual std::optional<std::vector<std::int64_t>> outcome_hours(LogId) const {
    return std::nullopt;
  }

  /// Where the event lies that gave `stream` this revision; nothing when there is none, or nobody
  /// knows. Deciding thread.
  [[nodiscard]] virtual Result<std::optional<Position>> position_of(LogId,
                                                                    StreamId,
                                                                    Revision) const {
    return std::optional<Position>{};
  }

  /// Refuses (kUnavailable) while the disk has too little room to take another group safely.
  virtual Result<void> admits() const = 0;
  /// Writes one batch with everything that follows from the group; not durable yet. After a failure
  /// the outcome is unknown and the process must end. Committing thread, as all that follows.
  virtual Result<Snapshot> append(const Group& group) = 0;
  /// Makes every group appended before the call durable; `through` is the newest of them.
  virtual Result<void> sync(std::uint64_t through) = 0;
  /// Writes and syncs that everything appended so far is durable, so that recovery can tell a lost
  /// group from one that was never promised.
  virtual Result<void> confirm() = 0;
  /// Notes that the slots of an erasure are destroyed, so that a restart need not do it again.
  virtual void finish_erasure(const std::vector<Slot>& slots) = 0;
};

}  // namespace muster
