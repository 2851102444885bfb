/// Keys of the rows that were. On disk for ever.
///
///   past.1  log 'k' view key 0x00 0x00 end    -> past
///           log 's' stream key 0x00 0x00 end  -> past
///   past    = stream (16 bytes) since note
///
/// The first kind is for readers: a row of a view was there until the event at `end` (8 bytes,
/// big-endian), the last of its stream in the command. The second leads to all rows of one stream,
/// so that nothing is left of it when its person is erased; there `key` begins with the view, too.
/// `view` is a letter. `key` is the row's without its log, each 0x00 as 0x00 0xff, so that rows lie
/// in the order of their keys. When the row began is not kept: it follows from the stream, whose
/// first event lies at `since`. `note` is the id in rows of identifiers and addresses, the kind in
/// rows of arrivals, else empty.
///
/// Of a person who is erased only this is left: that there was a user, its arrival, and of which
/// groups it was a member. The stream's text and 0xff, which no id holds, stand for the id
/// then.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/ports/views.h"

namespace muster {

std::string past_key(const RowKey& row, Position end);
/// Prefix of the keys of all past rows whose keys begin with `beginning`, which has the log.
std::string past_prefix(View view, std::string_view beginning);
/// Prefix of the keys that lead to all past rows of a stream.
std::string past_leads_prefix(LogId log, StreamId stream);
/// Of all streams.
std::string every_past_lead(LogId log);
std::string past_lead(LogId log, StreamId stream, std::string_view past_key);

struct PastKey {
  RowKey row;
  Position end{};
};

/// Nothing for a key of another shape, such as one that leads to others.
std::optional<PastKey> parse_past_key(std::string_view key);
/// The key that a lead leads to.
std::string led_to(std::string_view lead);

struct Past {
  StreamId stream;
  Position first{};
  std::string_view note;  // into the value
};

std::string past_value(const StreamHead& head, std::string_view note);
/// Nothing for a value of another shape.
std::optional<Past> parse_past(std::string_view value);

/// In no id, because ids are UTF-8.
inline constexpr char kNobodysByte = '\xff';

/// What stands in keys for the id of a person who is erased.
std::string id_without_person(StreamId stream);

/// What stands for the key of a row when the person of the stream is erased; nothing when the row
/// has no place any more.
std::optional<RowKey> key_without_person(const RowKey& row, StreamId stream);

}  // namespace muster
