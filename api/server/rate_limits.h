/// Rate limits: how many requests a client, or an address that failed to prove who it is, may send.
///
/// Each client has one allowance for reads and one for writes; each address has one for failures.
/// An allowance is filled at a steady rate up to its burst. It is one 64-bit word that threads
/// change without a lock, in a table of fixed size: eight words of one cache line are the places
/// where an allowance may lie. One that is full again says nothing and gives its place away. When
/// all eight are in use by others, newcomers share a place: too strict then, never too lenient.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "engine/ports/clock.h"

namespace muster {

/// `per_second` 0: no limit.
struct RateLimit {
  std::uint32_t per_second = 0;
  std::uint32_t burst = 1;
};

struct RateLimitSettings {
  RateLimit reads;
  RateLimit writes;
  /// Tokens and client secrets that were refused, of one address.
  RateLimit failures;
};

/// Any thread.
class RateLimits {
 public:
  enum class Kind : std::uint8_t { kRead, kWrite };

  /// `clock` outlives this object.
  RateLimits(const RateLimitSettings& settings, Clock& clock);

  /// kTooMany "rate_limited" when the client has sent too many of the kind.
  Result<void> take(Kind kind, StreamId client);

  /// Notes that somebody at `peer` failed to prove who it is. kTooMany when that was too often.
  Result<void> note_failure(std::string_view peer);
  /// kTooMany while somebody at `peer` has failed too often.
  Result<void> check_failures(std::string_view peer);

 private:
  static constexpr std::size_t kPlaces = 8;
  static constexpr std::size_t kSets = 8192;

  /// One cache line.
  struct alignas(64) Set {
    std::array<std::atomic<std::uint64_t>, kPlaces> places{};
  };

  /// Ticks since this object was made.
  struct Allowance {
    std::uint64_t interval = 0;  // that one request takes to come back; 0: no limit
    std::uint64_t depth = 0;     // how far ahead of now requests may take
  };

  static Allowance allowance_of(const RateLimit& limit);
  std::atomic<std::uint64_t>& place_of(std::uint64_t key, std::uint64_t now);
  bool take(const Allowance& allowance, std::uint64_t key);
  [[nodiscard]] std::uint64_t now() const;

  Clock& clock_;
  Micros started_;
  std::uint64_t seed_;
  std::array<Allowance, 2> of_clients_;
  Allowance of_failures_;
  std::vector<Set> sets_;
};

}  // namespace muster
