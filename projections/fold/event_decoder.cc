#include "projections/fold/event_decoder.h"

#include <array>
#include <unordered_map>

#include "engine/sequencer/draft.h"
#include "storage/log/group_record.h"

namespace muster {
namespace {

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

bool is_stored(const LogChunk& chunk, const RawEvent& raw, std::size_t number) {
  for (std::size_t i = 0; i < raw.segments; ++i) {
    if (chunk.segments[raw.first_segment + i].number == number) {
      return true;
    }
  }
  return false;
}

/// Whether segment 0 may be the stream's own. A request's segment takes its place when the actor
/// is the stream itself and the event has nothing to seal.
bool may_have_own(const ScannedEvent& scanned) {
  const EventFacts* facts = facts_of(scanned.type);
  return facts != nullptr && facts->has_sealed && !scanned.sealed.empty() &&
         scanned.sealed[0].subject == scanned.stream;
}

}  // namespace

void EventDecoder::report(const ScannedEvent& scanned, std::string_view rule, std::string text) {
  findings_.found({rule, scanned.log, scanned.position, scanned.stream, std::move(text)});
}

std::optional<std::string_view> EventDecoder::intact_segment(const ScannedEvent& scanned,
                                                             const LogChunk& chunk,
                                                             const RawEvent& raw,
                                                             std::size_t number) {
  for (std::size_t i = 0; i < raw.segments; ++i) {
    const RawSegment& segment = chunk.segments[raw.first_segment + i];
    if (segment.number != number) {
      continue;
    }
    const std::string_view bytes = chunk.bytes_of(segment);
    if (sealer_.digest(bytes) == scanned.sealed[number].digest) {
      return bytes;
    }
    report(scanned,
           "segment_altered",
           "sealed segment " + std::to_string(number) + " is not the one that was recorded");
  }
  return std::nullopt;
}

void EventDecoder::check_foreign(const ScannedEvent& scanned,
                                 const LogChunk& chunk,
                                 const RawEvent& raw) {
  for (std::size_t number = may_have_own(scanned) ? 1 : 0; number < scanned.sealed.size();
       ++number) {
    if (is_stored(chunk, raw, number)) {
      static_cast<void>(intact_segment(scanned, chunk, raw, number));
    } else {
      losses_.push_back({scanned.position, scanned.sealed[number].subject});
    }
  }
  for (std::size_t i = 0; i < raw.segments; ++i) {
    if (chunk.segments[raw.first_segment + i].number >= scanned.sealed.size()) {
      report(scanned, "segment_unexpected", "there is a sealed segment that the event does not name");
    }
  }
}

bool EventDecoder::opens_as_request(const ScannedEvent& scanned, std::string_view segment) {
  const SegmentContext context{scanned.log, scanned.stream, kRequestSegmentType, 1, 0};
  return sealer_.open(context, segment).has_value();
}

OwnSegment EventDecoder::open_own(const ScannedEvent& scanned,
                                  const LogChunk& chunk,
                                  const RawEvent& raw,
                                  std::string& plaintext) {
  if (!may_have_own(scanned)) {
    return OwnSegment::kNone;
  }
  // Only own segments are ever deleted, so one that is missing was one.
  if (!is_stored(chunk, raw, 0)) {
    return OwnSegment::kLost;
  }
  const auto segment = intact_segment(scanned, chunk, raw, 0);
  if (!segment) {
    return OwnSegment::kNone;
  }
  const SegmentContext context{
      scanned.log, scanned.stream, scanned.type, muster::raw(scanned.version), 0};
  auto opened = sealer_.open(context, *segment);
  if (opened) {
    plaintext = std::move(*opened);
    return OwnSegment::kOpened;
  }
  const bool surely_own = scanned.sealed.size() > 1;
  if (opened.error().code == Errc::kGone) {
    if (!surely_own) {
      return OwnSegment::kNone;
    }
    report(scanned, "erased_segment_kept", "the key is destroyed, but the segment is still stored");
    return OwnSegment::kLost;
  }
  if (surely_own || !opens_as_request(scanned, *segment)) {
    report(scanned, "segment_unopenable", opened.error().rule + ": " + opened.error().reason);
  }
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
                                                         const RawEvent& raw) {
  check_foreign(scanned, chunk, raw);
  DecodedEvent decoded;
  std::string plaintext;
  decoded.own = open_own(scanned, chunk, raw, plaintext);
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
  auto event = decode_event(stored);
  if (!event) {
    if (event.error().rule == "unknown_event") {
      return event.error();
    }
    report(scanned, "event_unreadable", event.error().reason);
    return std::optional<DecodedEvent>{};
  }
  decoded.event = std::move(*event);
  decoded.code = facts_of(scanned.type)->code;
  return std::optional{std::move(decoded)};
}

}  // namespace muster
