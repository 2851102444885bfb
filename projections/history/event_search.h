/// Finds events of a log by what their open parts say. What is personal is not looked at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/history/log_places.h"

namespace muster {

/// All conditions must hold.
struct EventFilter {
  std::optional<StreamId> stream;
  /// The name of an event, or of an aggregate for all its events: "user".
  std::string type;
  std::optional<StreamId> actor;
  std::optional<StreamId> client;
  std::string request_id;

  [[nodiscard]] bool matches(const EventHeader& header) const;
};

/// Positions from `begin` on, below `end`.
struct EventRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool newest_first = false;

  [[nodiscard]] bool empty() const { return begin >= end; }
};

struct FoundEvents {
  std::vector<std::string> open_parts;  // in the order asked for
  std::uint64_t examined = 0;
  EventRange rest;  // what was not looked at; empty when the search is complete
};

/// How many events one search looks at: at 4 us each, 40 ms. With `stream` only its own count.
inline constexpr std::uint64_t kEventsExaminedMax = 10'000;

struct SearchBounds {
  std::size_t limit = 20;
  std::uint64_t examined_max = kEventsExaminedMax;
};

/// The first events in the order of the range, which must lie below the view's size.
Result<FoundEvents> search_events(const LogView& view,
                                  const EventFilter& filter,
                                  const EventRange& range,
                                  const SearchBounds& bounds);

}  // namespace muster
