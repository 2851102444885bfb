#include "storage/log/log_reader.h"

#include "engine/sequencer/draft.h"
#include "storage/log/group_record.h"
#include "storage/tree/merkle.h"

namespace muster {
namespace {

Failure missing(std::string_view what) {
  return failure(Errc::kCorrupt, "log_incomplete", what);
}

bool begins_with_own_key(const EventHeader& header) {
  return !header.sealed.empty() && header.sealed[0].subject == header.stream;
}

Slot own_slot(const EventHeader& header) {
  return begins_with_own_key(header) ? header.sealed[0].slot : Slot{0};
}

}  // namespace

EventMeta LoggedEvent::meta() const {
  return {header.log,
          header.position,
          header.time,
          header.stream,
          header.revision,
          leaf,
          own_slot(header)};
}

Result<void> LogReader::each_open_part(LogId log, Position from, const RawVisitor& visit) const {
  std::uint64_t next = raw(from);
  // The group that holds `from` may begin before it.
  std::string prefix;
  put_big_endian_32(prefix, raw(log));
  const auto walk = kv_.iterate(Family::kLog, KvRange::of_prefix(prefix), snapshot_.get());
  walk->seek_for_prev(group_record_key(log, from, ~0ULL));
  if (!walk->valid()) {
    walk->seek_to_first();
  }
  for (; walk->valid(); walk->next()) {
    MUSTER_TRY(const GroupRecord record, parse_group_record(walk->value()));
    std::uint64_t position = raw(record.first);
    for (const std::string_view open_part : record.open_parts) {
      if (position >= raw(from)) {
        if (position != next) {
          return missing("positions of the log have a gap before " + std::to_string(position));
        }
        MUSTER_TRY(const bool go_on, visit(Position{position}, open_part));
        if (!go_on) {
          return {};
        }
        ++next;
      }
      ++position;
    }
  }
  return walk->status();
}

Result<std::string> LogReader::open_part_at(LogId log, Position position) const {
  std::string found;
  bool seen = false;
  MUSTER_CHECKED(each_open_part(log, position, [&](Position, std::string_view open_part) {
    found = open_part;
    seen = true;
    return Result<bool>{false};
  }));
  if (!seen) {
    return missing("position " + std::to_string(raw(position)) + " is not in the log");
  }
  return found;
}

Result<std::vector<std::string>> LogReader::attachments_of(const EventHeader& header) const {
  std::vector<std::string> attachments;
  for (const AttachedReference& reference : header.attached) {
    std::string value;
    MUSTER_TRY(const bool found,
               kv_.get(Family::kAttachments,
                       attachment_key(header.log, reference.digest),
                       value,
                       snapshot_.get()));
    if (!found || sealer_.digest(value) != reference.digest) {
      return missing("an attachment of position " + std::to_string(raw(header.position)) +
                     " is missing or damaged");
    }
    attachments.push_back(std::move(value));
  }
  return attachments;
}

Result<std::optional<std::string>> LogReader::own_segment(const EventHeader& header) const {
  const EventInfo* info = find_event(header.type);
  if (!begins_with_own_key(header) || info == nullptr || !info->has_sealed()) {
    return std::optional<std::string>{};
  }
  std::string segment;
  MUSTER_TRY(const bool found,
             kv_.get(Family::kSegments,
                     segment_key(header.log, header.position, 0),
                     segment,
                     snapshot_.get()));
  if (!found) {
    return failure(Errc::kGone, "erased", "the segment is gone");
  }
  if (sealer_.digest(segment) != header.sealed[0].digest) {
    return missing("the sealed segment of position " + std::to_string(raw(header.position)) +
                   " is not the one that was recorded");
  }
  // A stream that asked for its own change sealed the request with the same key; that segment
  // comes first when the event itself had nothing to seal.
  const StreamId requester = header.actor.is_nil() ? header.client : header.actor;
  if (header.sealed.size() == 1 && requester == header.stream) {
    const SegmentContext request{header.log, header.stream, kRequestSegmentType, 1, 0};
    if (sealer_.open(request, segment)) {
      return std::optional<std::string>{};
    }
  }
  const SegmentContext context{header.log, header.stream, header.type, raw(header.version), 0};
  MUSTER_TRY(std::string plaintext, sealer_.open(context, segment));
  return std::optional{std::move(plaintext)};
}

Result<LoggedEvent> LogReader::decode(std::string_view open_part) const {
  MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
  LoggedEvent logged;
  logged.header = parsed.header();
  logged.open_part = open_part;
  logged.leaf = leaf_hash(open_part);
  MUSTER_TRY(const auto attachments, attachments_of(logged.header));
  auto plaintext = own_segment(logged.header);
  if (!plaintext && plaintext.error().code != Errc::kGone) {
    return plaintext.error();
  }
  logged.sealed_lost = !plaintext.has_value();
  std::optional<JsonDocument> sealed;
  if (plaintext && *plaintext) {
    auto document = parse_json(**plaintext);
    if (!document) {
      return missing("a sealed segment does not hold JSON");
    }
    sealed = std::move(*document);
  }
  StoredEvent stored{logged.header.type, logged.header.version, parsed.data(), {}, attachments};
  if (sealed) {
    stored.sealed = sealed->root();
  }
  MUSTER_TRY(logged.event, decode_event(stored));
  return logged;
}

Result<LoggedEvent> LogReader::read(LogId log, Position position) const {
  MUSTER_TRY(const std::string open_part, open_part_at(log, position));
  MUSTER_TRY(LoggedEvent event, decode(open_part));
  event.open_part = {};
  return event;
}

Result<void> LogReader::each_entry_back(LogId log,
                                        StreamId stream,
                                        Revision through,
                                        const EntryVisitor& visit) const {
  const KvRange range = KvRange::of_prefix(stream_prefix(log, stream));
  const auto entries = kv_.iterate(Family::kStreams, range, snapshot_.get());
  entries->seek_for_prev(stream_entry_key(log, stream, through));
  while (entries->valid()) {
    MUSTER_TRY(const StreamEntry entry, parse_stream_entry(entries->key(), entries->value()));
    if (!visit(entry)) {
      break;
    }
    entries->prev();
  }
  return entries->status();
}

Result<std::vector<LoggedEvent>> LogReader::history(LogId log,
                                                    StreamId stream,
                                                    Revision through) const {
  std::vector<Position> positions;
  Result<void> entries;
  MUSTER_CHECKED(kv_.scan(
      Family::kStreams,
      KvRange::of_prefix(stream_prefix(log, stream)),
      [&](std::string_view key, std::string_view value) {
        const auto entry = parse_stream_entry(key, value);
        if (!entry) {
          entries = entry.error();
          return false;
        }
        if (entry->revision <= through) {
          positions.push_back(entry->position);
        }
        return entry->revision < through;
      },
      snapshot_.get()));
  MUSTER_CHECKED(std::move(entries));
  std::vector<LoggedEvent> events;
  for (const Position position : positions) {
    MUSTER_TRY(LoggedEvent event, read(log, position));
    events.push_back(std::move(event));
  }
  return events;
}

Result<AnyState> LogReader::fold(LogId log, StreamId stream, Revision through) const {
  MUSTER_TRY(const auto events, history(log, stream, through));
  AnyState state;
  for (const LoggedEvent& event : events) {
    evolve(state, event.meta(), event.event);
  }
  return state;
}

}  // namespace muster
