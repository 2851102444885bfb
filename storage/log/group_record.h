/// Group records: the bytes that are the truth. One per log and group, in the family log.1.
///
///   key    = log (4, big-endian) | position of the first event (8, big-endian) |
///            group number (8, big-endian)
///   value  = version (1 byte, 1) | group number (varint) | durable_through (varint) |
///            first position (varint) | count of events (varint) | open part (text)* |
///            count of outcomes (varint) | { key (text) | value (text) }* |
///            CRC-32C of all bytes before it (4, little-endian)
///   text   = length (varint) | bytes
///
/// A record without events carries only outcomes of refused commands; its first position is that of
/// the next event. `durable_through` is the newest group known synced when this one was written.
/// Beside it lie what an open part names by digest:
///   segments.1     log (4) | position (8, big-endian) | number (1)  -> sealed segment
///   attachments.1  log (4) | SHA-256 of the value (32)              -> the value
/// A segment may only ever be deleted, an attachment never.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/ports/group_log.h"

namespace muster {

struct GroupRecord {
  std::uint64_t group = 0;
  std::uint64_t durable_through = 0;
  Position first{};
  std::vector<std::string_view> open_parts;
  std::vector<std::pair<std::string_view, std::string_view>> outcomes;
};

std::string group_record_key(LogId log, Position first, std::uint64_t group);

/// Nothing for a key of another shape.
struct GroupRecordKey {
  LogId log{};
  Position first{};
  std::uint64_t group = 0;
};

Result<GroupRecordKey> parse_group_record_key(std::string_view key);

std::string write_group_record(const GroupRecord& record);
/// The views point into `value`. kCorrupt "group_record_damaged" when it is not intact.
Result<GroupRecord> parse_group_record(std::string_view value);

std::string segment_key(LogId log, Position position, std::uint8_t number);
std::string attachment_key(LogId log, const Digest& digest);

/// streams.1: which events a stream has, so that its history is a range.
///   log (4) | stream (16) | revision (8, big-endian) ->
///     position (varint) | event code (varint) | 1 when segment 0 of the event is the stream's own
struct StreamEntry {
  Revision revision{};
  Position position{};
  EventCode code{};
  bool has_own_segment = false;
};

std::string stream_prefix(LogId log, StreamId stream);
std::string stream_entry_key(LogId log, StreamId stream, Revision revision);
std::string write_stream_entry(const StreamEntry& entry);
Result<StreamEntry> parse_stream_entry(std::string_view key, std::string_view value);

/// tree.1: the Merkle tree over the open parts of one log.
///   'L' | log (4) | first position (8, big-endian)       -> leaf hashes of one group, 32 bytes
///   each 'N' | log (4) | level (1) | index (8, big-endian)    -> hash of a complete subtree,
///   levels 8, 16.. 'F' | log (4)                                        -> frontier
std::string leaves_key(LogId log, Position first);
std::string node_key(LogId log, std::uint32_t level, std::uint64_t index);
std::string frontier_key(LogId log);

/// kMeta rows beside those of storage/recovery.h.
///   "time/" log (4, big-endian)      -> microseconds of the newest event (8, little-endian)
///   "slots"                          -> highest key slot named by an event (4, little-endian)
///   "erasing/" slot (4, big-endian)  -> nothing: the slot is to be destroyed
///   "outcomes/" log (4) hour (4, both big-endian)
///                                    -> idempotency records of the hour (8, little-endian)
///   "rebuilding"                     -> nothing: rows are being derived anew and are incomplete
inline constexpr std::string_view kTimeKeyPrefix = "time/";
inline constexpr std::string_view kSlotsKey = "slots";
inline constexpr std::string_view kErasingKeyPrefix = "erasing/";
inline constexpr std::string_view kOutcomesKeyPrefix = "outcomes/";
inline constexpr std::string_view kRebuildingKey = "rebuilding";
std::string time_key(LogId log);
std::string erasing_key(Slot slot);
std::string outcomes_key(LogId log, std::int64_t hour);

}  // namespace muster
