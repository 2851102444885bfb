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
  bool of_pool = false;
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

/// Used again and again, so that its memory is got once.
struct LogChunk {
  /// Values of group records, of which the first `record_count` are in use; a deque, so that views
  /// into one stay valid when others come.
  std::deque<std::string> records;
  std::size_t record_count = 0;
  std::vector<RawGroup> groups;
  std::vector<RawEvent> events;
  std::vector<RawSegment> segments;
  std::string segment_bytes;
  /// How many threads have still to go through it.
  std::atomic<std::size_t> pending = 0;

  void clear() {
    record_count = 0;
    groups.clear();
    events.clear();
    segments.clear();
    segment_bytes.clear();
  }

  std::string_view add_record(std::string_view value) {
    if (record_count == records.size()) {
      records.emplace_back();
    }
    return records[record_count++].assign(value);
  }

  [[nodiscard]] std::string_view bytes_of(const RawSegment& segment) const {
    return std::string_view{segment_bytes}.substr(segment.offset, segment.bytes);
  }
};

}  // namespace muster
