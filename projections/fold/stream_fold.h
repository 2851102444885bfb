/// Folds the streams of one lane: every stream belongs to the lane that its hash says, so lanes
/// share nothing.
///
/// States of users are held for a range of hashes only, and the range is halved whenever there are
/// too many; the next pass over the log takes up where it ended. Rows that ended wait with the
/// state, because only a stream whose range was folded to the end puts any. All other states are
/// few, are folded in the first pass, and stay.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "projections/fold/event_decoder.h"
#include "projections/fold/fold_ports.h"
#include "projections/fold/log_chunk.h"
#include "projections/fold/past_fold.h"

namespace muster {

/// The last states of pools by their streams; those that are gone are not in it.
using PoolStates = std::unordered_map<StreamId, PoolState>;
using TallySums = std::map<std::string, Counters>;

/// One thread at a time.
class StreamFold {
 public:
  struct Lane {
    std::size_t index = 0;
    std::size_t count = 1;
    std::size_t users_max = 0;  // states held at once
  };

  /// What the rows of states depend on beside them.
  struct Surroundings {
    std::string_view tenant_id;
    const PoolStates& pools;
  };

  StreamFold(const FoldPorts& ports, LogId log, Lane lane)
      : ports_{ports},
        log_{log},
        lane_{lane},
        decoder_{ports.kv, ports.sealer, ports.findings},
        past_{ports, log} {}

  /// Whether this pass needs the event. While a pass runs, add() may still pass over it.
  [[nodiscard]] bool wants(const RawEvent& event) const;
  /// The next chunk of the log: folds the lane's events, and in the first pass sets what
  /// OrderFold needs.
  Result<void> add(LogChunk& chunk);
  /// After the last chunk of the first pass.
  void collect_pools(PoolStates& pools) const;
  void collect_tenants(std::unordered_map<LogId, std::string>& tenants) const;
  /// After the last chunk of a pass: puts the rows of all states that were folded in it.
  Result<void> emit(const Surroundings& around);
  /// False when all streams have been folded; else the log is to be read once more.
  bool begin_next_pass();

  [[nodiscard]] std::uint64_t folded_events() const { return folded_events_; }

  [[nodiscard]] Slot highest_slot() const { return highest_slot_; }

  [[nodiscard]] const TallySums& tallies() const { return tallies_; }

  /// Streams that end erased, and what is left of them: streams that still have sealed segments,
  /// and slots that still hold keys.
  [[nodiscard]] const std::vector<StreamId>& erased() const { return erased_; }

  [[nodiscard]] const std::vector<StreamId>& kept_segments() const { return kept_segments_; }

  [[nodiscard]] const std::vector<Slot>& kept_keys() const { return kept_keys_; }

  [[nodiscard]] const std::vector<ForeignLoss>& foreign_losses() const {
    return decoder_.foreign_losses();
  }

 private:
  struct FoldedStream {
    AnyState state;
    AnyState before;     // before the command at hand, while there is one
    Position command{};  // its first event
    bool in_command = false;
    std::vector<Row> past;       // rows that ended
    std::string_view aggregate;  // the word before the dot in the names of its events
    bool of_user = false;
    std::uint32_t place = 0;  // in the range of hashes
    bool stored = false;      // some own segment is there
    bool lost = false;        // what was in some own segment is gone
    Position first_lost{};
  };

  void scan(RawEvent& event);
  [[nodiscard]] bool is_held(const RawEvent& event) const;
  [[nodiscard]] bool is_mine(const RawEvent& event) const;
  Result<void> fold(const LogChunk& chunk, const RawEvent& event);
  void check_chain(const FoldedStream& stream);
  Result<void> put_stream_row(const LogChunk& chunk, const RawEvent& event);
  void note_own_segment(FoldedStream& stream, OwnSegment own);
  void apply(FoldedStream& stream, const DecodedEvent& decoded, const RawEvent& event);
  void end_command(FoldedStream& stream);
  void halve_range();
  void settle(const FoldedStream& stream);
  Result<void> put_rows(const FoldedStream& stream, const Surroundings& around);
  void report(std::string_view rule, std::string text);

  FoldPorts ports_;
  LogId log_;
  Lane lane_;
  EventDecoder decoder_;
  PastFold past_;
  ScannedEvent scanned_;  // the event at hand
  bool first_pass_ = true;
  std::unordered_map<StreamId, FoldedStream> streams_;
  std::size_t users_ = 0;  // and rows of theirs that ended
  std::uint64_t range_begin_ = 0;
  std::uint64_t pass_end_ = std::uint64_t{1} << 32U;  // the end of the range when the pass began
  std::uint64_t range_end_ = std::uint64_t{1} << 32U;
  RowSet rows_;

  std::uint64_t folded_events_ = 0;
  Slot highest_slot_{};
  TallySums tallies_;
  std::vector<StreamId> erased_;
  std::vector<StreamId> kept_segments_;
  std::vector<Slot> kept_keys_;
};

}  // namespace muster
