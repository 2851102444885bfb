/// The families that follow from the log, and what is said about one of them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "storage/kv.h"
#include "storage/seal/digest.h"

namespace muster::replay {

inline constexpr std::array kDerivedFamilies{Family::kStreams,
                                             Family::kTree,
                                             Family::kStates,
                                             Family::kUsers,
                                             Family::kUserKeys,
                                             Family::kUserIndex,
                                             Family::kGroups,
                                             Family::kCounts,
                                             Family::kIdempotency,
                                             Family::kPast};

/// From which hour on idempotency rows of each log are certain to be there: older ones are dropped
/// whenever the log sees fit, so they are neither compared nor counted nor rebuilt.
using OutcomeHours = std::map<LogId, std::int64_t>;
/// Whether a row takes part. True for every family but kIdempotency.
bool takes_part(Family family, std::string_view key, const OutcomeHours& hours);

/// The hash of a view: SHA-256 over its rows in ascending order of key, each row as
/// key length (4 bytes, big-endian) | key | value length (4 bytes, big-endian) | value.
class ViewHash {
 public:
  void add(std::string_view key, std::string_view value);

  [[nodiscard]] std::uint64_t rows() const { return rows_; }

  /// Once.
  Digest finish() { return hash_.finish(); }

 private:
  Sha256 hash_;
  std::uint64_t rows_ = 0;
};

struct ViewSummary {
  Family family{};
  std::uint64_t rows = 0;
  Digest hash{};
};

}  // namespace muster::replay
