/// Idempotency records: what became of a command, found again by the client's key.
///
///   key   = log (4, big-endian) | hour since 1970 (4, big-endian) | first 16 bytes of the digest
///   of
///           (client, method, route, key)
///   value = version (1 byte, 2) | request HMAC (32) | kind (1 byte: 0 accepted, 1 refused) |
///           accepted: log size (varint) | aggregate letter (1) | pool stream (16) | stream (16) |
///                     revision (varint) | revision of its entity tag (varint) | events (varint) |
///                     id (text, empty for a user)
///           refused:  code (1) | rule (text) | reason (text) |
///                     count of faults (varint) | {pointer, rule, reason (texts)}*
/// where text = length (varint) | bytes. Keys begin with the hour so that old ones go by range.
///
/// The value never holds a body: the answer is rendered again from the stream at that revision. Nor
/// does it hold the id of a user, which the caller may have chosen: records travel in the log, from
/// which nothing can be erased. The row goes after 24 hours.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "engine/sequencer/command.h"

namespace muster {

inline constexpr std::int64_t kIdempotencyHours = 24;
/// Records of one log; at 130 bytes each, 260 MB.
inline constexpr std::uint64_t kOutcomesMax = 2'000'000;

/// Which hours of a log have records, how many, and which of them are kept: those of the last 24
/// hours, without the oldest while there are more than `max` in all. The newest two always stay, so
/// that no record goes within the minute that clients are promised. What remains follows from the
/// records in their order alone, so that a fold of the log comes to the same.
class OutcomeHours {
 public:
  explicit OutcomeHours(std::uint64_t max = kOutcomesMax) : max_{max} {}

  /// Notes `count` more records of an hour; the hours whose records go because of it.
  std::vector<std::int64_t> add(std::int64_t hour, std::uint64_t count = 1);

  /// Records of earlier hours are dropped.
  [[nodiscard]] std::int64_t kept_from() const { return kept_from_; }

  [[nodiscard]] const std::map<std::int64_t, std::uint64_t>& counts() const { return counts_; }

 private:
  void drop_before(std::int64_t hour, std::vector<std::int64_t>& dropped);

  std::uint64_t max_;
  std::map<std::int64_t, std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::int64_t kept_from_ = 0;
};

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
