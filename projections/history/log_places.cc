#include "projections/history/log_places.h"

#include <limits>

namespace muster {
namespace {

constexpr Revision kNewest{std::numeric_limits<std::uint64_t>::max()};

/// The newest event of a stream up to `through`; revision 0 when there is none.
Result<StreamEntry> entry_at(const LogView& view, StreamId stream, Revision through) {
  StreamEntry found;
  MUSTER_CHECKED(
      view.reader.each_entry_back(view.log, stream, through, [&](const StreamEntry& entry) {
        found = entry;
        return false;
      }));
  return found;
}

/// The first number from `low` on, below `high`, for which `holds`, which never holds no more once
/// it does; `high` when there is none.
template <class Holds>
Result<std::uint64_t> first_where(std::uint64_t low, std::uint64_t high, const Holds& holds) {
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    MUSTER_TRY(const bool held, holds(middle));
    if (held) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

Result<std::string> open_part_at(const LogView& view, std::uint64_t position) {
  std::string found;
  MUSTER_CHECKED(view.reader.each_open_part(
      view.log, Position{position}, [&](Position, std::string_view open_part) {
        found = open_part;
        return Result<bool>{false};
      }));
  if (found.empty()) {
    return failure(Errc::kCorrupt, "log_incomplete", "a position below the size is not in the log");
  }
  return found;
}

Result<EventHeader> header_at(const LogView& view, std::uint64_t position) {
  MUSTER_TRY(const std::string open_part, open_part_at(view, position));
  MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
  return parsed.header();
}

Result<std::uint64_t> events_until(const LogView& view, Micros time, Bound bound) {
  return first_where(0, view.size, [&](std::uint64_t position) -> Result<bool> {
    MUSTER_TRY(const EventHeader header, header_at(view, position));
    return bound == Bound::kBefore ? header.time >= time : header.time > time;
  });
}

Result<std::uint64_t> whole_commands(const LogView& view, std::uint64_t count) {
  if (count == 0) {
    return count;
  }
  MUSTER_TRY(const EventHeader last, header_at(view, count - 1));
  return last.part == last.parts ? count : raw(last.command);
}

Result<std::uint64_t> revisions_below(const LogView& view, StreamId stream, std::uint64_t end) {
  MUSTER_TRY(const StreamEntry newest, entry_at(view, stream, kNewest));
  if (raw(newest.revision) == 0 || raw(newest.position) < end) {
    return raw(newest.revision);
  }
  MUSTER_TRY(const std::uint64_t first,
             first_where(1, raw(newest.revision), [&](std::uint64_t revision) -> Result<bool> {
               MUSTER_TRY(const StreamEntry entry, entry_at(view, stream, Revision{revision}));
               return raw(entry.position) >= end;
             }));
  return first - 1;
}

}  // namespace muster
