/// What readers see: the newest durable group.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/ports/publisher.h"
#include "projections/reader_slots.h"
#include "storage/kv.h"

namespace muster {

class DocumentCache;
class EpochHistory;

struct LogSize {
  LogId log{};
  std::uint64_t size = 0;  // how many events are published
};

/// A state of the whole directory to read at. Holds a snapshot, which holds back the removal of old
/// rows: keep it for one request, 30 s at most.
struct ReadPoint {
  std::shared_ptr<const KvSnapshot> snapshot;
  /// Number of the newest group it shows.
  std::uint64_t group = 0;
  Epoch epoch{};
  /// Number of the newest group that changed View::kStates. What was derived from states.1 alone
  /// holds for every point with the same number.
  std::uint64_t states_version = 0;
  /// In order of log; null for none.
  std::shared_ptr<const std::vector<LogSize>> sizes;
  /// Shows a log as it was (projections/as_of): rows of users' indexes may be of users who had what
  /// is asked for at another time.
  bool as_of = false;
  /// Where earlier epochs ended; null while the directory is in its first.
  std::shared_ptr<const EpochHistory> epochs = nullptr;

  /// How many events of a log it shows.
  [[nodiscard]] std::uint64_t size_of(LogId log) const;
  /// Whether the first `size` events that a log had in `epoch` are in its history: true for the
  /// present epoch, and for an earlier one as far as a restore has not lost them. For whatever
  /// clients kept from before: positions, cursors, ids of a feed, tree heads.
  [[nodiscard]] bool has_kept(Epoch epoch, LogId log, std::uint64_t size) const;
};

/// now() may be called by any thread, publish() by the committing thread. Readers must be gone,
/// and the points given out released, before the Kv behind them closes.
class Published final : public Publisher {
 public:
  /// `first` is what was found at start. `cache` may be null and outlives this object.
  explicit Published(const ReadPoint& first, DocumentCache* cache = nullptr);

  /// Never null.
  [[nodiscard]] std::shared_ptr<const ReadPoint> now() const;

  void publish(const Group& group, GroupLog::Snapshot snapshot) override;

 private:
  using Point = std::shared_ptr<const ReadPoint>;

  void show(const ReadPoint& point);

  DocumentCache* cache_;
  ReadPoint newest_;  // committing thread
  mutable ReaderSlots<Point> points_;
};

}  // namespace muster
