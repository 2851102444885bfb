/// Folds one log: a reader, as many threads as there are lanes, and as many passes as bounded
/// memory asks for.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/sequencer/idempotency.h"
#include "projections/fold/bounded_queue.h"
#include "projections/fold/chunk_reader.h"
#include "projections/fold/fold_ports.h"
#include "projections/fold/order_fold.h"
#include "projections/fold/stream_fold.h"

namespace muster {

struct FoldOptions {
  std::size_t threads = 2;
  /// States of users held at once, about 2 KiB each.
  std::size_t users_max = 500'000;
  /// Called by the thread that called the fold, about once a MiB of log, with the number of events
  /// folded so far.
  std::function<void(std::uint64_t events)> on_progress = [](std::uint64_t) {
  };
};

/// Beside the lanes of the threads a RowSink has two more: for what follows from the order of the
/// log, and for what the reading thread puts.
constexpr std::size_t lanes_of(const FoldOptions& options) {
  return options.threads + 2;
}

/// What is known of a log at its end, beside its rows.
struct FoldedLog {
  LogId log{};
  Frontier frontier;
  Micros newest_time{};
  std::uint64_t newest_group = 0;
  Slot highest_slot{};
  std::optional<Digest> kept_root;
  std::int64_t outcomes_from_hour = 0;             // see RowSink::end_log()
  std::unordered_map<LogId, std::string> tenants;  // that were made in this log
  /// What is left of erased people: streams with sealed segments, slots with keys.
  std::vector<StreamId> kept_segments;
  std::vector<Slot> kept_keys;
  std::uint64_t events_folded = 0;
};

class LogFold final : private OutcomeSink {
 public:
  struct Subject {
    LogId log{};
    std::string_view tenant_id;
    std::uint64_t kept_size = 0;      // see OrderFold
    std::uint64_t folded_before = 0;  // events of other logs, for on_progress
  };

  LogFold(const FoldPorts& ports, const FoldOptions& options, Subject subject);

  /// Once. Fails when the log cannot be read to its end; everything else is a finding.
  Result<FoldedLog> run();

 private:
  Result<void> outcome(std::string_view key, std::string_view value) override;
  Result<void> read_log();
  Result<void> fold_pass();
  Result<void> emit_states();
  Result<void> put_sums();
  void work(std::size_t lane);
  void finish_chunk(LogChunk& chunk);
  [[nodiscard]] bool is_wanted(const RawEvent& event) const;
  void check_foreign_losses();
  void fail(const Failure& failure);
  [[nodiscard]] Result<void> outcome_so_far();
  FoldedLog conclude();

  FoldPorts ports_;
  const FoldOptions& options_;
  Subject subject_;
  bool first_pass_ = true;
  std::vector<std::unique_ptr<StreamFold>> lanes_;
  std::vector<LogChunk> chunks_;
  BoundedQueue<LogChunk*> free_;
  std::vector<std::unique_ptr<BoundedQueue<LogChunk*>>> queues_;  // one per lane
  OrderFold order_;
  PoolStates pools_;
  std::unordered_map<LogId, std::string> tenants_;
  OutcomeHours outcome_hours_;
  std::atomic<std::uint64_t> folded_{0};
  std::atomic<bool> failed_{false};
  std::mutex failure_mutex_;
  std::optional<Failure> failure_;  // the first
};

}  // namespace muster
