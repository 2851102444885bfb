/// The header of an open part, read straight off its bytes.
///
/// Open parts have one spelling only (engine/events/open_part.h: fixed order, no white space), so
/// a walk over the whole log needs no JSON parser for what stands around an event's members. What
/// is not spelled exactly so was not written by write_open_part and counts as damaged.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/events/open_part.h"

namespace muster {

/// As EventHeader, without what a fold does not look at. Views point into the open part.
struct ScannedEvent {
  LogId log{};
  Position position{};
  Micros time{};
  std::string_view type;
  EventVersion version{};
  StreamId stream;
  std::string_view stream_text;
  /// On whose behalf, as ids are spelled; empty for the operator's own tools.
  std::string_view requester;
  Revision revision{};
  Digest previous{};
  Position command{};
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
  std::string_view data;  // the JSON object of the public members
  std::vector<SealedReference> sealed;
  std::vector<AttachedReference> attached;
};

/// False unless `open_part` is one. Reuses the memory of `out`. `data` is a balanced object, but
/// not proven to be JSON.
bool scan_open_part(std::string_view open_part, ScannedEvent& out);

/// The text of the stream's id and of the type, without looking at anything else; empty when they
/// are not where they belong.
std::string_view stream_text_in(std::string_view open_part);
std::string_view type_in(std::string_view open_part);

}  // namespace muster
