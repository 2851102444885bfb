#include "storage/log/event_log.h"

#include <algorithm>
#include <set>

#include "engine/core/check.h"
#include "engine/events/open_part.h"
#include "storage/log/group_record.h"
#include "storage/recovery.h"

namespace muster {
namespace {

void put_rows(KvBatch& batch, const Group& group) {
  std::vector<const RowChange*> rows;
  rows.reserve(group.rows.size());
  std::ranges::transform(
      group.rows, std::back_inserter(rows), [](const RowChange& change) { return &change; });
  // In order of key the store finds the place of each row next to that of the one before.
  std::ranges::sort(rows, [](const RowChange* left, const RowChange* right) {
    return left->view != right->view ? left->view < right->view : left->key < right->key;
  });
  for (const RowChange* change : rows) {
    if (change->value) {
      batch.put(family_of(change->view), change->key, *change->value);
    } else {
      batch.erase(family_of(change->view), change->key);
    }
  }
}

/// Below this a group is refused while the store can still write what it has in memory: RocksDB
/// needs room to flush its memtables beside the group itself.
constexpr std::uint64_t kFreeBytesMin = 12ULL * 1024 * 1024;
/// Above this nobody needs to ask how much is in memory: it is bounded to half of it.
constexpr std::uint64_t kFreeBytesAmple = 512ULL * 1024 * 1024;

std::string write_u32(std::uint32_t value) {
  std::string out;
  put_little_endian_32(out, value);
  return out;
}

std::string write_u64(std::uint64_t value) {
  std::string out;
  put_little_endian_64(out, value);
  return out;
}

Failure damaged_meta(std::string_view what) {
  return failure(Errc::kCorrupt, "meta_damaged", what);
}

/// Without its heads a log would be taken for an empty one and be written over.
Result<void> refuse_log_without_meta(const Kv& kv) {
  const auto records = kv.iterate(Family::kLog, KvRange::all());
  records->seek_to_first();
  if (records->valid()) {
    return failure(
        Errc::kCorrupt,
        "views_missing",
        "there is a log, but nothing that was derived from it; run muster-replay rebuild");
  }
  return records->status();
}

std::set<LogId> logs_of(const Group& group) {
  std::set<LogId> logs;
  for (const RecordedEvent& event : group.events) {
    logs.insert(event.log);
  }
  for (const RecordedOutcome& outcome : group.outcomes) {
    logs.insert(outcome.log);
  }
  return logs;
}

}  // namespace

Result<std::unique_ptr<EventLog>> EventLog::open(Kv& kv, FreeBytes free_bytes) {
  std::unique_ptr<EventLog> log{new EventLog{kv, std::move(free_bytes)}};
  MUSTER_CHECKED(log->load());
  return log;
}

Result<void> EventLog::load() {
  MUSTER_TRY(const auto commit, read_commit_row(kv_));
  if (commit) {
    newest_group_ = commit->group;
    durable_through_ = commit->group;  // recovery has written it out, or it survived a sync
  } else {
    MUSTER_CHECKED(refuse_log_without_meta(kv_));
  }
  std::string value;
  MUSTER_TRY(const bool has_slots, kv_.get(Family::kMeta, kSlotsKey, value));
  if (has_slots) {
    highest_slot_ = ByteReader{value}.little_endian_32();
  }
  bool ok = true;
  MUSTER_CHECKED(kv_.scan(
      Family::kMeta, KvRange::of_prefix(kHeadKeyPrefix), [&](std::string_view key, auto row) {
        const auto size = parse_head_row(row);
        ByteReader place{key.substr(kHeadKeyPrefix.size())};
        const LogId log{place.big_endian_32()};
        ok = ok && size && place.finished();
        tails_[log].head.size = size.value_or(0);
        return ok;
      }));
  if (!ok) {
    return damaged_meta("the row that says where a log ends is damaged");
  }
  for (auto& [log, tail] : tails_) {
    MUSTER_TRY(const bool has_time, kv_.get(Family::kMeta, time_key(log), value));
    tail.head.time = Micros{static_cast<std::int64_t>(ByteReader{value}.little_endian_64())};
    MUSTER_TRY(const bool has_frontier, kv_.get(Family::kTree, frontier_key(log), value));
    if (!has_time || !has_frontier) {
      return damaged_meta("the newest time or the tree of a log is missing");
    }
    MUSTER_TRY(tail.frontier, Frontier::parse(value));
    if (tail.frontier.size() != tail.head.size) {
      return damaged_meta("the tree of a log has another size than the log");
    }
  }
  return read_outcome_counts();
}

Result<std::optional<std::string>> EventLog::read(View view, std::string_view key) const {
  std::string value;
  MUSTER_TRY(const bool found, kv_.get(family_of(view), key, value));
  return found ? std::optional{std::move(value)} : std::nullopt;
}

Result<void> EventLog::scan(View view, std::string_view prefix, const RowVisitor& visit) const {
  return kv_.scan(family_of(view), KvRange::of_prefix(prefix), [&](auto key, auto value) {
    visit(key, value);
    return true;
  });
}

LogHead EventLog::head(LogId log) const {
  const std::lock_guard lock{mutex_};
  const auto found = tails_.find(log);
  return found == tails_.end() ? LogHead{} : found->second.head;
}

Result<std::optional<Position>> EventLog::position_of(LogId log,
                                                      StreamId stream,
                                                      Revision revision) const {
  const std::string key = stream_entry_key(log, stream, revision);
  std::string value;
  MUSTER_TRY(const bool found, kv_.get(Family::kStreams, key, value));
  if (!found) {
    return std::optional<Position>{};
  }
  MUSTER_TRY(const StreamEntry entry, parse_stream_entry(key, value));
  return std::optional{entry.position};
}

Frontier EventLog::frontier(LogId log) const {
  const std::lock_guard lock{mutex_};
  const auto found = tails_.find(log);
  return found == tails_.end() ? Frontier{} : found->second.frontier;
}

std::vector<LogId> EventLog::logs() const {
  const std::lock_guard lock{mutex_};
  std::vector<LogId> logs;
  for (const auto& [log, tail] : tails_) {
    logs.push_back(log);
  }
  std::ranges::sort(logs);
  return logs;
}

Result<void> EventLog::admits() const {
  const std::uint64_t free = free_bytes_();
  if (free >= kFreeBytesAmple || free >= kFreeBytesMin + kv_.stats().memtable_bytes) {
    return {};
  }
  return failure(Errc::kUnavailable,
                 "disk_full",
                 "the disk of the data directory is almost full; nothing was changed; make room");
}

void EventLog::put_beside(KvBatch& batch, const RecordedEvent& event) {
  for (std::size_t i = 0; i < event.segments.size(); ++i) {
    batch.put(Family::kSegments,
              segment_key(event.log, event.position, static_cast<std::uint8_t>(i)),
              event.segments[i]);
  }
  for (const Attachment& attachment : event.attachments) {
    batch.put(Family::kAttachments, attachment_key(event.log, attachment.digest), attachment.bytes);
  }
  batch.put(
      Family::kStreams,
      stream_entry_key(event.log, event.stream, event.revision),
      write_stream_entry({event.revision, event.position, event.code, event.has_own_segment}));
}

void EventLog::put_log_events(KvBatch& batch, const Group& group, LogId log) {
  const std::lock_guard lock{mutex_};
  LogTail& tail = tails_[log];
  GroupRecord record;
  record.group = group.number;
  record.durable_through = durable_through_.load();
  record.first = Position{tail.head.size};
  std::string leaves;
  std::vector<TreeNode> nodes;
  for (const RecordedEvent& event : group.events) {
    if (event.log != log) {
      continue;
    }
    check(raw(event.position) == tail.head.size, "positions have no gap");
    record.open_parts.push_back(event.open_part);
    leaves.append(as_view(event.leaf));
    tail.frontier.append(event.leaf, nodes);
    tail.head = {tail.head.size + 1, event.time};
    put_beside(batch, event);
  }
  for (const RecordedOutcome& outcome : group.outcomes) {
    if (outcome.log == log) {
      record.outcomes.emplace_back(outcome.key, outcome.value);
    }
  }
  batch.put(
      Family::kLog, group_record_key(log, record.first, group.number), write_group_record(record));
  if (record.open_parts.empty()) {
    return;
  }
  batch.put(Family::kTree, leaves_key(log, record.first), leaves);
  for (const TreeNode& node : nodes) {
    batch.put(Family::kTree, node_key(log, node.level, node.index), as_view(node.hash));
  }
  batch.put(Family::kTree, frontier_key(log), tail.frontier.serialise());
  unconfirmed_.insert(log);
  batch.put(Family::kMeta, head_key(log), write_head_row(tail.head.size));
  batch.put(
      Family::kMeta, time_key(log), write_u64(static_cast<std::uint64_t>(raw(tail.head.time))));
}

void EventLog::put_events(KvBatch& batch, const Group& group) {
  for (const LogId log : logs_of(group)) {
    put_log_events(batch, group, log);
  }
}

Result<void> EventLog::put_erasures(KvBatch& batch, const Group& group) {
  for (const auto& [log, stream] : group.erased_streams) {
    const KvRange range = KvRange::of_prefix(stream_prefix(log, stream));
    MUSTER_CHECKED(
        kv_.scan(Family::kStreams, range, [&, log = log](std::string_view key, auto value) {
          const auto entry = parse_stream_entry(key, value);
          if (entry && entry->has_own_segment) {
            batch.erase(Family::kSegments, segment_key(log, entry->position, 0));
          }
          return true;
        }));
    // Those of this very group are in the batch already, so their deletions come after them.
    for (const RecordedEvent& event : group.events) {
      if (event.log == log && event.stream == stream && event.has_own_segment) {
        batch.erase(Family::kSegments, segment_key(event.log, event.position, 0));
      }
    }
  }
  for (const Slot slot : group.erased_slots) {
    batch.put(Family::kMeta, erasing_key(slot), {});
  }
  const std::lock_guard lock{mutex_};
  for (const Slot slot : finished_erasures_) {
    batch.erase(Family::kMeta, erasing_key(slot));
  }
  finished_erasures_.clear();
  return {};
}

/// From counts and not from the records: there may be as many as two hours of writes bring.
Result<void> EventLog::read_outcome_counts() {
  const auto read = [&](std::string_view key, std::string_view value) {
    ByteReader place{key.substr(kOutcomesKeyPrefix.size())};
    const LogId log{place.big_endian_32()};
    outcome_hours_[log].add(place.big_endian_32(), ByteReader{value}.little_endian_64());
    return true;
  };
  return kv_.scan(Family::kMeta, KvRange::of_prefix(kOutcomesKeyPrefix), read);
}

std::optional<std::vector<std::int64_t>> EventLog::outcome_hours(LogId log) const {
  const std::lock_guard lock{mutex_};
  std::vector<std::int64_t> hours;
  if (const auto found = outcome_hours_.find(log); found != outcome_hours_.end()) {
    for (const auto& [hour, count] : found->second.counts()) {
      hours.push_back(hour);
    }
  }
  return hours;
}

/// Counts the records of a group, and drops those that are too old or too many.
void EventLog::count_outcomes(KvBatch& batch, const Group& group) {
  const std::lock_guard lock{mutex_};
  std::set<std::pair<LogId, std::int64_t>> counted;
  for (const RecordedOutcome& outcome : group.outcomes) {
    ByteReader key{outcome.key};
    key.take(4);
    const std::int64_t hour = key.big_endian_32();
    OutcomeHours& hours = outcome_hours_[outcome.log];
    const auto dropped = hours.add(hour);
    counted.emplace(outcome.log, hour);
    for (const std::int64_t old : dropped) {
      batch.erase(Family::kMeta, outcomes_key(outcome.log, old));
    }
    if (!dropped.empty()) {
      batch.erase_range(Family::kIdempotency,
                        idempotency_row_key(outcome.log, 0, {}),
                        idempotency_row_key(outcome.log, hours.kept_from(), {}));
    }
  }
  for (const auto& [log, hour] : counted) {
    const auto& counts = outcome_hours_[log].counts();
    if (const auto found = counts.find(hour); found != counts.end()) {
      batch.put(Family::kMeta, outcomes_key(log, hour), write_u64(found->second));
    }
  }
}

void EventLog::put_commit(KvBatch& batch) {
  const CommitRow row{newest_group_, durable_through_.load()};
  batch.put(Family::kMeta, kCommitKey, write_commit_row(row));
}

Result<GroupLog::Snapshot> EventLog::append(const Group& group) {
  check(group.number == newest_group_ + 1, "group numbers have no gap");
  const auto batch = kv_.new_batch();
  std::uint32_t highest_slot = highest_slot_;
  for (const RecordedEvent& event : group.events) {
    highest_slot = std::max(highest_slot, raw(event.highest_slot));
  }
  put_events(*batch, group);
  put_rows(*batch, group);
  MUSTER_CHECKED(put_erasures(*batch, group));
  count_outcomes(*batch, group);
  if (highest_slot != highest_slot_) {
    highest_slot_ = highest_slot;
    batch->put(Family::kMeta, kSlotsKey, write_u32(highest_slot_));
  }
  newest_group_ = group.number;
  put_commit(*batch);
  MUSTER_CHECKED(kv_.write(*batch));
  return Snapshot{kv_.snapshot()};
}

Result<void> EventLog::sync(std::uint64_t through) {
  MUSTER_CHECKED(kv_.sync());
  durable_through_ = through;
  return {};
}

Result<void> EventLog::confirm() {
  if (newest_group_ == 0) {
    return {};
  }
  const auto batch = kv_.new_batch();
  // Heads again, so that recovery can name positions when the group itself is damaged.
  for (const LogId log : unconfirmed_) {
    batch->put(Family::kMeta, head_key(log), write_head_row(head(log).size));
  }
  unconfirmed_.clear();
  put_commit(*batch);
  MUSTER_CHECKED(kv_.write(*batch));
  return kv_.sync();
}

void EventLog::finish_erasure(const std::vector<Slot>& slots) {
  const std::lock_guard lock{mutex_};
  finished_erasures_.insert(finished_erasures_.end(), slots.begin(), slots.end());
}

Result<std::vector<Slot>> EventLog::unfinished_erasures() const {
  std::vector<Slot> slots;
  MUSTER_CHECKED(kv_.scan(
      Family::kMeta, KvRange::of_prefix(kErasingKeyPrefix), [&](std::string_view key, auto) {
        slots.push_back(Slot{ByteReader{key.substr(kErasingKeyPrefix.size())}.big_endian_32()});
        return true;
      }));
  return slots;
}

}  // namespace muster
