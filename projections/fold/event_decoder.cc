#include "projections/fold/event_decoder.h"

#include <array>
#include <unordered_map>

#include "engine/sequencer/draft.h"
#include "storage/log/group_record.h"

namespace muster {
namespace {

/// Beyond this many a log is so damaged that more of them say nothing new.
constexpr std::size_t kForeignLossesMax = 100'000;

struct EventFacts {
  EventCode code{};
  bool has_sealed = false;
};

/// Null for a type that this program does not know.
const EventFacts* facts_of(std::string_view type) {
  static const auto kFacts = [] {
    std::unordered_map<std::string_view, EventFacts> facts;
    for (const EventInfo& info : every_event()) {
      facts.emplace(info.event.name, EventFacts{info.event.code, info.has_sealed()});
    }
    return facts;
  }();
  const auto found = kFacts.find(type);
  return found == kFacts.end() ? nullptr : &found->second;
}

std::optional<std::string_view> stored_segment(const LogChunk& chunk,
                                               const RawEvent& event,
                                               std::size_t number) {
  for (std::size_t i = 0; i < event.segments; ++i) {
    const RawSegment& segment = chunk.segments[event.first_segment + i];
    if (segment.number == number) {
      return chunk.bytes_of(segment);
    }
  }
  return std::nullopt;
}

/// Whether segment 0 may be the stream's own.
bool may_have_own(const ScannedEvent& scanned) {
  const EventFacts* facts = facts_of(scanned.type);
  return facts != nullptr && facts->has_sealed && !scanned.sealed.empty() &&
         scanned.sealed[0].subject == scanned.stream;
}

/// A request's segment takes the place of the stream's own when the request came from the stream
/// itself and the event had nothing to seal.
bool may_be_request(const ScannedEvent& scanned) {
  return scanned.sealed.size() == 1 && scanned.requester == scanned.stream_text;
}

}  // namespace

void EventDecoder::report(const ScannedEvent& scanned, std::string_view rule, std::string text) {
  findings_.found({rule, scanned.log, scanned.position, scanned.stream, std::move(text)});
}

bool EventDecoder::is_intact(const ScannedEvent& scanned,
                             std::size_t number,
                             std::string_view segment) {
  if (sealer_.digest(segment) == scanned.sealed[number].digest) {
    return true;
  }
  report(scanned,
         "segment_altered",
         "sealed segment " + std::to_string(number) + " is not the one that was recorded");
  return false;
}

void EventDecoder::check_foreign(const ScannedEvent& scanned,
                                 const LogChunk& chunk,
                                 const RawEvent& event) {
  for (std::size_t number = has_own_segment(scanned, chunk, event) ? 1 : 0;
       number < scanned.sealed.size();
       ++number) {
    if (const auto segment = stored_segment(chunk, event, number)) {
      static_cast<void>(is_intact(scanned, number, *segment));
    } else if (losses_.size() < kForeignLossesMax) {
      losses_.push_back({scanned.position, scanned.sealed[number].subject});
    }
  }
  for (std::size_t i = 0; i < event.segments; ++i) {
    if (chunk.segments[event.first_segment + i].number >= scanned.sealed.size()) {
      report(
          scanned, "segment_unexpected", "there is a sealed segment that the event does not name");
    }
  }
}

Result<EventCode> EventDecoder::code_of(const ScannedEvent& scanned) {
  if (const EventFacts* facts = facts_of(scanned.type)) {
    return facts->code;
  }
  return failure(Errc::kCorrupt,
                 "unknown_event",
                 "log " + std::to_string(raw(scanned.log)) + ", position " +
                     std::to_string(raw(scanned.position)) + ": an event of type '" +
                     std::string{scanned.type} +
                     "', which this program does not know; use the version that wrote it");
}

bool EventDecoder::has_own_segment(const ScannedEvent& scanned,
                                   const LogChunk& chunk,
                                   const RawEvent& event) {
  if (!may_have_own(scanned)) {
    return false;
  }
  const auto segment = stored_segment(chunk, event, 0);
  // Only own segments are ever deleted, so one that is missing was one.
  if (!may_be_request(scanned) || !segment) {
    return true;
  }
  const SegmentContext context{scanned.log, scanned.stream, kRequestSegmentType, 1, 0};
  const auto opened = sealer_.open(context, *segment);
  return !opened && opened.error().code != Errc::kGone;
}

OwnSegment EventDecoder::open_own(const ScannedEvent& scanned,
                                  const LogChunk& chunk,
                                  const RawEvent& event,
                                  std::string& plaintext) {
  if (!has_own_segment(scanned, chunk, event)) {
    return OwnSegment::kNone;
  }
  const auto segment = stored_segment(chunk, event, 0);
  if (!segment) {
    return OwnSegment::kMissing;
  }
  if (!is_intact(scanned, 0, *segment)) {
    return OwnSegment::kNone;
  }
  const SegmentContext context{scanned.log, scanned.stream, scanned.type, raw(scanned.version), 0};
  auto opened = sealer_.open(context, *segment);
  if (opened) {
    plaintext = std::move(*opened);
    return OwnSegment::kOpened;
  }
  if (opened.error().code == Errc::kGone) {
    return OwnSegment::kLocked;
  }
  report(scanned, "segment_unopenable", opened.error().rule + ": " + opened.error().reason);
  return OwnSegment::kNone;
}

Result<bool> EventDecoder::read_attachments(const ScannedEvent& scanned) {
  attachments_.clear();
  for (const AttachedReference& reference : scanned.attached) {
    std::string& value = attachments_.emplace_back();
    MUSTER_TRY(const bool found,
               kv_.get(Family::kAttachments, attachment_key(scanned.log, reference.digest), value));
    if (!found || value.size() != reference.bytes || sealer_.digest(value) != reference.digest) {
      report(scanned,
             found ? "attachment_altered" : "attachment_missing",
             "attachment " + to_hex(as_view(reference.digest)) +
                 (found ? " is not the one that was recorded" : " is not stored"));
      return false;
    }
  }
  return true;
}

Result<std::optional<DecodedEvent>> EventDecoder::decode(const ScannedEvent& scanned,
                                                         const LogChunk& chunk,
                                                         const RawEvent& event) {
  check_foreign(scanned, chunk, event);
  DecodedEvent decoded;
  std::string plaintext;
  decoded.own = open_own(scanned, chunk, event, plaintext);
  MUSTER_TRY(const bool attached, read_attachments(scanned));
  const auto data = parse_json(scanned.data);
  std::optional<JsonDocument> sealed;
  if (decoded.own == OwnSegment::kOpened) {
    if (auto document = parse_json(plaintext)) {
      sealed = std::move(*document);
    }
  }
  if (!data || !attached || (decoded.own == OwnSegment::kOpened && !sealed)) {
    report(scanned, "event_unreadable", "what belongs to the event is not readable JSON");
    return std::optional<DecodedEvent>{};
  }
  StoredEvent stored{scanned.type, scanned.version, data->root(), {}, attachments_};
  if (sealed) {
    stored.sealed = sealed->root();
  }
  auto read = decode_event(stored);
  if (!read) {
    if (read.error().rule == "unknown_event") {
      return read.error();
    }
    report(scanned, "event_unreadable", read.error().reason);
    return std::optional<DecodedEvent>{};
  }
  decoded.event = std::move(*read);
  return std::optional{std::move(decoded)};
}

}  // namespace muster
