/// Idempotency records: what became of a command, found again by the client's key.
///
///   key   = log (4, big-endian) | hour since 1970 (4, big-endian) | first 16 bytes of the digest
///   of
///           (client, method, route, key)
///   value = version (1 byte, 1) | request HMAC (32) | kind (1 byte: 0 accepted, 1 refused) |
///           accepted: log size (varint) | aggregate letter (1) | pool stream (16) | stream (16) |
///                     revision (varint) | events (varint) | id (text)
///           refused:  code (1) | rule (text) | reason (text) |
///                     count of faults (varint) | {pointer, rule, reason (texts)}*
/// where text = length (varint) | bytes. Keys begin with the hour so that old ones go by range.
///
/// The value never holds a body: the answer is rendered again from the stream at that revision. The
/// id is a person's only if the caller chose it so; the record goes after 24 hours.
#pragma once

#include <string>
#include <variant>

#include "engine/sequencer/command.h"

namespace muster {

inline constexpr std::int64_t kIdempotencyHours = 24;

std::string idempotency_row_key(LogId log, std::int64_t hour, const Digest& key);
std::int64_t hour_of(Micros time);

struct StoredOutcome {
  Digest request{};
  std::variant<Accepted, Failure> outcome;
};

std::string encode_outcome(const StoredOutcome& outcome);
Result<StoredOutcome> decode_outcome(LogId log, std::string_view value);

/// Refusals that a retry should see again; the others it should overcome (contract N-05).
bool is_replayed(const Failure& failure);

}  // namespace muster
