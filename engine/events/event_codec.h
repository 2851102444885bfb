/// Events to bytes and back, and the table of all events. Only event_codec.cc instantiates the
/// templates; everybody else sees these functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/core/result.h"
#include "engine/events/all.h"

namespace muster {

/// Public values above this size do not lie in the open part but beside it, named by their digest.
inline constexpr std::size_t kPublicValueBytesMax = 1024;

struct EncodedEvent {
  /// JSON object of the public members. A value that is attached reads {"attached":N}, where N is
  /// its place in `attachments`.
  std::string data;
  /// JSON object of the personal and secret members; empty when the event has none set.
  std::string sealed;
  std::vector<std::string> attachments;

  bool operator==(const EncodedEvent&) const = default;
};

EncodedEvent encode_event(const AnyEvent& event);

/// What is at hand to decode an event. `sealed` is absent when the segment was erased: personal and
/// secret members then have their empty values.
struct StoredEvent {
  std::string_view type;
  EventVersion version{};
  JsonValue data;
  std::optional<JsonValue> sealed;
  std::span<const std::string> attachments;
};

/// kCorrupt "unknown_event" for a type or version this program does not know: a reader must stop
/// there, because skipping it would build a state that never existed.
Result<AnyEvent> decode_event(const StoredEvent& stored);

const EventName& name_of(const AnyEvent& event);

struct FieldInfo {
  std::string_view name;
  std::string_view type;
  Privacy privacy;
  std::string_view note;
  std::vector<FieldInfo> members;  // of a record or of a list's records
};

struct EventInfo {
  EventName event;
  std::vector<FieldInfo> fields;
  /// An event with every member set, the same for the same seed; for golden and fuzz tests.
  AnyEvent (*arbitrary)(std::uint64_t seed);

  /// True when some member is personal or secret, so that the event may carry a segment.
  [[nodiscard]] bool has_sealed() const;
};

/// All events in the order of the list.
const std::vector<EventInfo>& every_event();
/// Null when the type is unknown.
const EventInfo* find_event(std::string_view type);
/// The JSON Schema (2020-12) of the public or of the sealed members of an event.
std::string schema_of(const EventInfo& event, bool sealed);

}  // namespace muster
