/// A stretch of one log on its way through the threads of a fold.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"

namespace muster {

/// Filled by the reader, except where it says otherwise.
struct RawEvent {
  std::string_view open_part;  // into the chunk's records
  Position position{};
  std::uint64_t stream_hash = 0;
  bool of_user = false;
  std::uint32_t first_segment = 0;  // in the chunk's segments
  std::uint32_t segments = 0;

  // Set in the first pass by the one thread whose stream it is, read when all are done.
  Digest leaf{};
  Micros time{};
  Position command{};
  std::uint32_t part = 0;  // 0: the open part cannot be read
  std::uint32_t parts = 0;
};

struct RawSegment {
  std::uint8_t number = 0;
  std::size_t offset = 0;  // in the chunk's segment bytes
  std::size_t bytes = 0;
};

/// The events of one group record.
struct RawGroup {
  std::uint64_t number = 0;
  std::size_t first_event = 0;  // in the chunk
  std::size_t events = 0;
};

struct LogChunk {
  std::deque<std::string> records;  // values of group records; a deque, so that views stay valid
  std::vector<RawGroup> groups;
  std::vector<RawEvent> events;
  std::vector<RawSegment> segments;
  std::string segment_bytes;
  /// How many threads have still to go through it.
  std::atomic<std::size_t> pending = 0;

  [[nodiscard]] std::string_view bytes_of(const RawSegment& segment) const {
    return std::string_view{segment_bytes}.substr(segment.offset, segment.bytes);
  }
};

}  // namespace muster
