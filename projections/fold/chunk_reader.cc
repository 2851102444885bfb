#include "projections/fold/chunk_reader.h"

#include <algorithm>

#include "projections/fold/scanned_event.h"
#include "storage/log/group_record.h"

namespace muster {
namespace {

/// Large enough that handing a chunk from thread to thread costs nothing, small enough that all
/// chunks under way fit into a few MiB.
constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
constexpr std::string_view kUserPrefix = "user.";
constexpr std::string_view kPoolPrefix = "pool.";

template <class... Events>
consteval std::size_t named_so(EventList<Events...>, std::string_view prefix) {
  return (std::size_t{Events::describe().event.name.starts_with(prefix)} + ... + 0);
}

// Streams of users and of pools are told from all others by the names of their events.
static_assert(named_so(UserState::Events{}, kUserPrefix) == UserState::Events::kCount);
static_assert(named_so(AllEvents{}, kUserPrefix) == UserState::Events::kCount);
static_assert(named_so(PoolState::Events{}, kPoolPrefix) == PoolState::Events::kCount);
static_assert(named_so(AllEvents{}, kPoolPrefix) == PoolState::Events::kCount);

std::string log_prefix(LogId log) {
  std::string prefix;
  put_big_endian_32(prefix, raw(log));
  return prefix;
}

std::string place_text(LogId log, std::uint64_t position) {
  return "log " + std::to_string(raw(log)) + ", position " + std::to_string(position);
}

Position position_in(std::string_view segment_key) {
  return Position{ByteReader{segment_key.substr(4)}.big_endian_64()};
}

}  // namespace

ChunkReader::ChunkReader(const Kv& kv, Options options)
    : options_{std::move(options)},
      prefix_{log_prefix(options_.log)},
      records_{kv.iterate(Family::kLog, KvRange::of_prefix(prefix_))},
      segments_{kv.iterate(Family::kSegments, KvRange::of_prefix(prefix_))} {
  records_->seek_to_first();
  segments_->seek_to_first();
}

Result<bool> ChunkReader::next(LogChunk& chunk) {
  chunk.clear();
  std::size_t bytes = 0;
  while (records_->valid() && bytes + chunk.segment_bytes.size() < kChunkBytes) {
    bytes += records_->value().size();
    MUSTER_CHECKED(add_record(chunk));
    records_->next();
  }
  if (!records_->valid()) {
    MUSTER_CHECKED(records_->status());
    skip_stray_segments(Position{~std::uint64_t{0}});
  }
  MUSTER_CHECKED(segments_->valid() ? Result<void>{} : segments_->status());
  return chunk.record_count > 0;
}

Result<void> ChunkReader::add_record(LogChunk& chunk) {
  const std::string_view value = chunk.add_record(records_->value());
  const auto damaged = [&](std::string_view rule, const std::string& why) {
    return failure(Errc::kCorrupt, rule, place_text(options_.log, next_position_) + ": " + why);
  };
  const auto key = parse_group_record_key(records_->key());
  const auto record = parse_group_record(value);
  if (!key || !record) {
    return damaged("group_record_damaged", key ? record.error().reason : key.error().reason);
  }
  if (key->first != record->first || key->group != record->group) {
    return damaged("group_record_damaged", "the group record belongs to another key");
  }
  if (raw(record->first) != next_position_) {
    return damaged("log_incomplete",
                   "the next group record begins at " + std::to_string(raw(record->first)));
  }
  if (record->group <= last_group_) {
    return damaged("group_record_damaged", "group numbers do not ascend");
  }
  last_group_ = record->group;
  chunk.groups.push_back({record->group, chunk.events.size(), record->open_parts.size()});
  for (const std::string_view open_part : record->open_parts) {
    add_event(chunk, open_part);
  }
  for (const auto& [outcome_key, outcome_value] : record->outcomes) {
    if (options_.outcomes != nullptr) {
      MUSTER_CHECKED(options_.outcomes->outcome(outcome_key, outcome_value));
    }
  }
  return {};
}

void ChunkReader::add_event(LogChunk& chunk, std::string_view open_part) {
  RawEvent event;
  event.open_part = open_part;
  event.position = Position{next_position_++};
  event.stream_hash = std::hash<std::string_view>{}(stream_text_in(open_part));
  const std::string_view type = type_in(open_part);
  event.of_user = type.starts_with(kUserPrefix);
  event.of_pool = type.starts_with(kPoolPrefix);
  if (!options_.wanted || options_.wanted(event)) {
    add_segments(chunk, event);
    chunk.events.push_back(event);
  }
}

void ChunkReader::add_segments(LogChunk& chunk, RawEvent& event) {
  skip_stray_segments(event.position);
  event.first_segment = static_cast<std::uint32_t>(chunk.segments.size());
  for (; segments_->valid() && position_in(segments_->key()) == event.position; segments_->next()) {
    const std::string_view bytes = segments_->value();
    chunk.segments.push_back({static_cast<std::uint8_t>(segments_->key().back()),
                              chunk.segment_bytes.size(),
                              bytes.size()});
    chunk.segment_bytes.append(bytes);
    ++event.segments;
  }
}

void ChunkReader::skip_stray_segments(Position before) {
  for (; segments_->valid() && position_in(segments_->key()) < before; segments_->next()) {
    report_stray(position_in(segments_->key()));
  }
}

void ChunkReader::report_stray(Position position) {
  if (options_.findings != nullptr) {
    options_.findings->found(
        {"segment_unexpected", options_.log, position, {}, "a sealed segment belongs to no event"});
  }
}

Result<std::vector<LogId>> logs_in(const Kv& kv) {
  std::vector<LogId> logs;
  const auto rows = kv.iterate(Family::kLog, KvRange::all());
  rows->seek_to_first();
  while (rows->valid()) {
    const std::uint32_t log = ByteReader{rows->key()}.big_endian_32();
    logs.push_back(LogId{log});
    const std::string next = KvRange::of_prefix(log_prefix(LogId{log})).to;
    if (next.empty()) {
      break;
    }
    rows->seek(next);
  }
  MUSTER_CHECKED(rows->status());
  return logs;
}

Result<std::uint64_t> events_in(const Kv& kv, LogId log) {
  const auto rows = kv.iterate(Family::kLog, KvRange::of_prefix(log_prefix(log)));
  rows->seek_to_last();
  if (!rows->valid()) {
    MUSTER_CHECKED(rows->status());
    return std::uint64_t{0};
  }
  MUSTER_TRY(const GroupRecord record, parse_group_record(rows->value()));
  return raw(record.first) + record.open_parts.size();
}

}  // namespace muster
