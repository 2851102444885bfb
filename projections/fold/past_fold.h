/// The rows that were: what a fold of streams puts into View::kPast.
///
/// A row ends when a command leaves its state without it, so states are compared where commands
/// end. What rows of users depend on beside their state, the pool as it was then, is folded along
/// by every lane: there are few events of pools, and they lie before those of their users.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "projections/fold/event_decoder.h"
#include "projections/fold/fold_ports.h"
#include "projections/fold/log_chunk.h"

namespace muster {

/// One thread at a time.
class PastFold {
 public:
  PastFold(const FoldPorts& ports, LogId log)
      : views_{ports.views}, log_{log}, decoder_{ports.kv, ports.sealer, unheard_} {}

  /// An event of a pool, in the order of the log. What is wrong with it is reported elsewhere.
  Result<void> follow_pool(const LogChunk& chunk, const RawEvent& event);

  /// Before the log is read once more.
  void begin_next_pass() { pools_.clear(); }

  /// Appends what is told of the rows of `before` that `after` lacks, both of one stream, at the
  /// ends of commands. `lost`: its personal values cannot be read any more.
  void add(const AnyState& before, const AnyState& after, bool lost, std::vector<Row>& past);

 private:
  /// Findings of events that others look at, too.
  class Unheard final : public FindingSink {
   public:
    void found(Finding) override {}
  };

  void derive(const AnyState& state, std::vector<Row>& out);

  const Views& views_;
  LogId log_;
  Unheard unheard_;
  EventDecoder decoder_;
  ScannedEvent scanned_;  // the event at hand
  std::unordered_map<StreamId, AnyState> pools_;
  RowSet rows_;
  std::vector<Row> before_;
  std::vector<Row> after_;
  std::vector<Row> ended_;
};

}  // namespace muster
