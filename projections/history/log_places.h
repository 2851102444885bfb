/// Positions by time, and open parts by position. Positions and times of a log both only grow, so
/// everything here is a search by halves.
#pragma once

#include <string>

#include "storage/log/log_reader.h"

namespace muster {

/// A log as far as it is published. Borrows the reader.
struct LogView {
  const LogReader& reader;
  LogId log{};
  std::uint64_t size = 0;
};

/// The open part at `position`, which must be below the size.
Result<std::string> open_part_at(const LogView& view, std::uint64_t position);
Result<EventHeader> header_at(const LogView& view, std::uint64_t position);

/// How many events have a time before `time`; with kThrough, or that time.
enum class Bound : bool { kBefore, kThrough };
Result<std::uint64_t> events_until(const LogView& view, Micros time, Bound bound);

/// The largest number of events up to `count` that does not end inside a command.
Result<std::uint64_t> whole_commands(const LogView& view, std::uint64_t count);

/// How many events of a stream lie at positions below `end`.
Result<std::uint64_t> revisions_below(const LogView& view, StreamId stream, std::uint64_t end);

}  // namespace muster
