/// Events as JSON.
#pragma once

#include <string>
#include <string_view>

#include "api/audit/reader.h"
#include "engine/core/json_writer.h"
#include "engine/events/open_part.h"

namespace muster {

/// Where an event came from: actor, client, client_id, request_id, as far as it says.
Result<void> origin_members(JsonWriter& writer, const EventHeader& header, HistoryReader& reader);

/// Position, time, type, revision and origin: enough to look the event up.
Result<void> append_event_reference(std::string& out,
                                    const EventHeader& header,
                                    HistoryReader& reader);

/// As append_event, for documents that are shown to several readers: answers whether personal
/// values are in it, and does not note so. With `with_open`, the open part as it lies in the log,
/// which the leaf hash is of.
Result<bool> append_shared_event(std::string& out,
                                 const Context& context,
                                 std::string_view open_part,
                                 HistoryReader& reader,
                                 bool with_open);

/// The whole event: its place, origin and leaf hash, `data` (public values, those of older versions
/// as this program understands them), `personal` when the reader may see it, and `hidden`: the
/// names of values that are not shown, and why: personal, secret, erased.
Result<void> append_event(std::string& out,
                          const Context& context,
                          std::string_view open_part,
                          HistoryReader& reader);

}  // namespace muster
