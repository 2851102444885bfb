/// Events as they lie in the log, read back the way the log does.
#pragma once

#include <memory>
#include <string>

#include "engine/events/event_codec.h"

namespace muster {

/// Decodes what encode_event() made. Bytes that are no JSON fail as parse_json() does.
inline Result<AnyEvent> decode_stored(const EventName& name, const EncodedEvent& bytes) {
  MUSTER_TRY(const JsonDocument data, parse_json(bytes.data));
  StoredEvent stored{name.name, name.version, data.root(), std::nullopt, bytes.attachments};
  if (bytes.sealed.empty()) {
    return decode_event(stored);
  }
  MUSTER_TRY(const JsonDocument sealed, parse_json(bytes.sealed));
  stored.sealed = sealed.root();
  return decode_event(stored);
}

/// An event of the same type with no member set.
inline AnyEvent empty_event(const EventInfo& info) {
  AnyEvent event = info.arbitrary(1);
  std::visit([]<class Event>(Event& concrete) { concrete = Event{}; }, event);
  return event;
}

/// Calls `visit(field, member)` for each declared member of whatever event this is.
template <class Visitor>
void each_member(AnyEvent& event, const Visitor& visit) {
  std::visit(
      [&]<class Event>(Event& concrete) {
        for_each_field<Event>(
            [&](const auto& declared) { visit(declared, concrete.*declared.member); });
      },
      event);
}

}  // namespace muster
