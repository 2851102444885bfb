/// EventLog: the GroupLog over a key-value store. Turns a group into one batch that holds its
/// record and everything that follows from it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>

#include "engine/ports/group_log.h"
#include "engine/sequencer/idempotency.h"
#include "storage/kv.h"
#include "storage/log/view_family.h"
#include "storage/tree/frontier.h"

namespace muster {

class EventLog final : public GroupLog {
 public:
  /// Free bytes of the disk that holds the store; for a store in memory: plenty.
  using FreeBytes = std::function<std::uint64_t()>;

  /// Reads where every log ends. `kv` must outlive it.
  static Result<std::unique_ptr<EventLog>> open(Kv& kv, FreeBytes free_bytes);

  Result<std::optional<std::string>> read(View view, std::string_view key) const override;
  Result<void> scan(View view, std::string_view prefix, const RowVisitor& visit) const override;
  [[nodiscard]] LogHead head(LogId log) const override;
  [[nodiscard]] Result<std::optional<Position>> position_of(LogId log,
                                                            StreamId stream,
                                                            Revision revision) const override;
  Result<void> admits() const override;
  [[nodiscard]] std::optional<std::vector<std::int64_t>> outcome_hours(LogId log) const override;
  Result<Snapshot> append(const Group& group) override;
  Result<void> sync(std::uint64_t through) override;
  Result<void> confirm() override;
  void finish_erasure(const std::vector<Slot>& slots) override;

  /// Number of the newest group; the next has one more.
  [[nodiscard]] std::uint64_t newest_group() const { return newest_group_; }

  /// The first key slot that no event names.
  [[nodiscard]] Slot first_free_slot() const { return Slot{highest_slot_ + 1}; }

  /// Slots whose destruction was decided but perhaps not done before the last stop.
  Result<std::vector<Slot>> unfinished_erasures() const;
  /// All logs that have events.
  [[nodiscard]] std::vector<LogId> logs() const;
  /// Root and size of the tree over all events appended so far.
  [[nodiscard]] Frontier frontier(LogId log) const;

 private:
  struct LogTail {
    LogHead head;
    Frontier frontier;
  };

  EventLog(Kv& kv, FreeBytes free_bytes) : kv_{kv}, free_bytes_{std::move(free_bytes)} {}

  Result<void> load();
  Result<void> read_outcome_counts();
  void put_events(KvBatch& batch, const Group& group);
  void put_log_events(KvBatch& batch, const Group& group, LogId log);
  void put_beside(KvBatch& batch, const RecordedEvent& event);
  void put_commit(KvBatch& batch);
  Result<void> put_erasures(KvBatch& batch, const Group& group);
  void count_outcomes(KvBatch& batch, const Group& group);

  Kv& kv_;
  FreeBytes free_bytes_;
  mutable std::mutex mutex_;  // guards tails_, which heads are also read from other threads
  std::unordered_map<LogId, LogTail> tails_;
  std::unordered_map<LogId, OutcomeHours> outcome_hours_;  // guarded by mutex_
  std::set<LogId> unconfirmed_;  // logs that grew since the last confirm(); committing thread
  std::vector<Slot> finished_erasures_;  // guarded by mutex_; their rows go with the next group
  std::uint64_t newest_group_ = 0;
  std::atomic<std::uint64_t> durable_through_{0};
  std::uint32_t highest_slot_ = 0;
};

}  // namespace muster
