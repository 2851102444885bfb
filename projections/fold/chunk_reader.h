/// Reads one log from its beginning, with the sealed segments beside it, as fast as the disk gives
/// it: two walks in step instead of a look-up per event.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "projections/fold/log_chunk.h"
#include "projections/fold/row_sink.h"
#include "storage/kv.h"

namespace muster {

/// Hears what lies in group records beside events.
class OutcomeSink {
 public:
  OutcomeSink() = default;
  OutcomeSink(const OutcomeSink&) = delete;
  OutcomeSink& operator=(const OutcomeSink&) = delete;
  virtual ~OutcomeSink() = default;

  virtual Result<void> outcome(std::string_view key, std::string_view value) = 0;
};

/// One thread.
class ChunkReader {
 public:
  struct Options {
    LogId log{};
    /// Only the first pass over a log says what it finds and what became of commands.
    FindingSink* findings = nullptr;
    OutcomeSink* outcomes = nullptr;
    /// Leaves events out; all are in when there is none.
    std::function<bool(const RawEvent&)> wanted{};
  };

  ChunkReader(const Kv& kv, Options options);

  /// Fills `chunk` with what comes next; false at the end of the log. kCorrupt
  /// "group_record_damaged" or "log_incomplete", with the position, when the log cannot be read on:
  /// nothing behind such a place can be trusted.
  Result<bool> next(LogChunk& chunk);

 private:
  Result<void> add_record(LogChunk& chunk);
  void add_event(LogChunk& chunk, std::string_view open_part);
  void add_segments(LogChunk& chunk, RawEvent& event);
  void skip_stray_segments(Position before);
  void report_stray(Position position);

  Options options_;
  std::string prefix_;
  std::unique_ptr<KvIterator> records_;
  std::unique_ptr<KvIterator> segments_;
  std::uint64_t next_position_ = 0;
  std::uint64_t last_group_ = 0;
};

/// The logs that have group records.
Result<std::vector<LogId>> logs_in(const Kv& kv);
/// How many events `log` has by its last group record.
Result<std::uint64_t> events_in(const Kv& kv, LogId log);

}  // namespace muster
