#include "projections/history/event_search.h"

#include <algorithm>

namespace muster {
namespace {

/// Events are stored to be read forwards: backwards they are read in pieces of so many.
constexpr std::uint64_t kPiece = 256;

class Search {
 public:
  Search(const LogView& view,
         const EventFilter& filter,
         const EventRange& range,
         const SearchBounds& bounds)
      : view_{view}, filter_{filter}, bounds_{bounds} {
    found_.rest = range;
  }

  Result<FoundEvents> run() {
    if (filter_.stream) {
      MUSTER_CHECKED(in_stream());
    } else {
      MUSTER_CHECKED(found_.rest.newest_first ? backwards() : forwards());
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] bool is_full() const {
    return found_.open_parts.size() >= bounds_.limit || found_.examined >= bounds_.examined_max;
  }

  /// Looks at the event at `position`, the next of the range.
  Result<void> take(std::uint64_t position, std::string_view open_part) {
    MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
    if (filter_.matches(parsed.header())) {
      found_.open_parts.emplace_back(open_part);
    }
    pass(position);
    ++found_.examined;
    return {};
  }

  /// Everything up to and including `position`, in the order of the range, is done.
  void pass(std::uint64_t position) {
    if (found_.rest.newest_first) {
      found_.rest.end = position;
    } else {
      found_.rest.begin = position + 1;
    }
  }

  Result<void> forwards() {
    if (found_.rest.empty()) {
      return {};
    }
    return view_.reader.each_open_part(
        view_.log,
        Position{found_.rest.begin},
        [&](Position position, std::string_view open_part) -> Result<bool> {
          MUSTER_CHECKED(take(raw(position), open_part));
          return !is_full() && !found_.rest.empty();
        });
  }

  Result<void> backwards() {
    while (!found_.rest.empty() && !is_full()) {
      const std::uint64_t end = found_.rest.end;
      const std::uint64_t begin = std::max(found_.rest.begin, end - std::min(end, kPiece));
      std::vector<std::string> piece;
      MUSTER_CHECKED(view_.reader.each_open_part(
          view_.log, Position{begin}, [&](Position position, std::string_view open_part) {
            piece.emplace_back(open_part);
            return Result<bool>{raw(position) + 1 < end};
          }));
      for (std::uint64_t at = piece.size(); at > 0 && !is_full(); --at) {
        MUSTER_CHECKED(take(begin + at - 1, piece[at - 1]));
      }
    }
    return {};
  }

  /// Of a stream there is an index, so nothing else is looked at.
  Result<void> in_stream() {
    MUSTER_TRY(std::uint64_t low, revisions_below(view_, *filter_.stream, found_.rest.begin));
    MUSTER_TRY(std::uint64_t high, revisions_below(view_, *filter_.stream, found_.rest.end));
    while (low < high && !is_full()) {
      const std::uint64_t count = std::min(high - low, kPiece);
      const std::uint64_t through = found_.rest.newest_first ? high : low + count;
      MUSTER_TRY(auto positions, positions_back(Revision{through}, count));
      if (!found_.rest.newest_first) {
        std::ranges::reverse(positions);
      }
      for (auto at = positions.begin(); at != positions.end() && !is_full(); ++at) {
        MUSTER_TRY(const std::string open_part, open_part_at(view_, *at));
        MUSTER_CHECKED(take(*at, open_part));
        found_.rest.newest_first ? --high : ++low;
      }
    }
    if (low >= high) {
      found_.rest.begin = found_.rest.end;
    }
    return {};
  }

  Result<std::vector<std::uint64_t>> positions_back(Revision through, std::uint64_t count) {
    std::vector<std::uint64_t> positions;
    MUSTER_CHECKED(view_.reader.each_entry_back(
        view_.log, *filter_.stream, through, [&](const StreamEntry& entry) {
          positions.push_back(raw(entry.position));
          return positions.size() < count;
        }));
    if (positions.size() < count) {
      return failure(Errc::kCorrupt, "stream_incomplete", "the index of a stream has a gap");
    }
    return positions;
  }

  const LogView& view_;
  const EventFilter& filter_;
  SearchBounds bounds_;
  FoundEvents found_;
};

bool is_of_type(std::string_view type, std::string_view wanted) {
  return wanted.empty() || type == wanted ||
         (type.size() > wanted.size() && type.starts_with(wanted) && type[wanted.size()] == '.');
}

}  // namespace

bool EventFilter::matches(const EventHeader& header) const {
  return (!stream || header.stream == *stream) && is_of_type(header.type, type) &&
         (!actor || header.actor == *actor) && (!client || header.client == *client) &&
         (request_id.empty() || header.request_id == request_id);
}

Result<FoundEvents> search_events(const LogView& view,
                                  const EventFilter& filter,
                                  const EventRange& range,
                                  const SearchBounds& bounds) {
  return Search{view, filter, range, bounds}.run();
}

}  // namespace muster
