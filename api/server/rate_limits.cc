#include "api/server/rate_limits.h"

#include <algorithm>
#include <random>

namespace muster {
namespace {

// A word: 12 bits that tell whose it is, 52 bits of time up to which its requests have taken. At 16
// ticks a microsecond that lasts for nine years of one process.
constexpr unsigned kTimeBits = 52;
constexpr std::uint64_t kTimeMask = (1ULL << kTimeBits) - 1;
constexpr std::uint64_t kTicksPerMicro = 16;
constexpr std::uint64_t kTicksPerSecond = kTicksPerMicro * 1'000'000;

std::uint64_t owner_of(std::uint64_t key) {
  return key & ~kTimeMask;
}

/// The finalizer of MurmurHash3: every bit of the key moves every bit of the result.
std::uint64_t mixed(std::uint64_t key) {
  key ^= key >> 33U;
  key *= 0xFF51'AFD7'ED55'8CCDULL;
  key ^= key >> 33U;
  key *= 0xC4CE'B9FE'1A85'EC53ULL;
  return key ^ (key >> 33U);
}

std::uint64_t key_of(std::string_view text, std::uint64_t seed) {
  return mixed(std::hash<std::string_view>{}(text) ^ seed);
}

Failure limited(std::string_view reason) {
  return failure(Errc::kTooMany, "rate_limited", reason);
}

}  // namespace

RateLimits::RateLimits(const RateLimitSettings& settings, Clock& clock)
    : clock_{clock},
      started_{clock.boot_time()},
      // So that nobody can choose addresses that meet in one set.
      seed_{std::uint64_t{std::random_device{}()} << 32U | std::random_device{}()},
      of_clients_{allowance_of(settings.reads), allowance_of(settings.writes)},
      of_failures_{allowance_of(settings.failures)},
      sets_(kSets) {}

RateLimits::Allowance RateLimits::allowance_of(const RateLimit& limit) {
  if (limit.per_second == 0) {
    return {};
  }
  const std::uint64_t interval =
      std::max<std::uint64_t>(1, kTicksPerSecond / std::uint64_t{limit.per_second});
  return {interval, interval * std::max<std::uint32_t>(1, limit.burst)};
}

std::uint64_t RateLimits::now() const {
  const std::int64_t micros = raw(clock_.boot_time()) - raw(started_);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, micros)) * kTicksPerMicro & kTimeMask;
}

std::atomic<std::uint64_t>& RateLimits::place_of(std::uint64_t key, std::uint64_t now) {
  Set& set = sets_[key % kSets];
  for (auto& place : set.places) {
    const std::uint64_t word = place.load(std::memory_order_relaxed);
    if (owner_of(word) == owner_of(key) && (word & kTimeMask) != 0) {
      return place;
    }
  }
  for (auto& place : set.places) {
    std::uint64_t word = place.load(std::memory_order_relaxed);
    if ((word & kTimeMask) <= now &&
        place.compare_exchange_strong(word, owner_of(key) | now, std::memory_order_relaxed)) {
      return place;
    }
  }
  return set.places[(key >> 16U) % kPlaces];
}

bool RateLimits::take(const Allowance& allowance, std::uint64_t key) {
  const std::uint64_t present = now();
  auto& place = place_of(key, present);
  std::uint64_t word = place.load(std::memory_order_relaxed);
  while (true) {
    const std::uint64_t taken = std::max(word & kTimeMask, present) + allowance.interval;
    if (taken - present > allowance.depth) {
      return false;
    }
    if (place.compare_exchange_weak(word, owner_of(word) | taken, std::memory_order_relaxed)) {
      return true;
    }
  }
}

Result<void> RateLimits::take(Kind kind, StreamId client) {
  const Allowance& allowance = of_clients_.at(static_cast<std::size_t>(kind));
  if (allowance.interval == 0) {
    return {};
  }
  const std::uint64_t key = key_of(client.view(), seed_ + static_cast<std::uint64_t>(kind) + 1);
  return take(allowance, key)
             ? Result<void>{}
             : limited("the client has sent too many requests; send them more slowly");
}

Result<void> RateLimits::note_failure(std::string_view peer) {
  if (of_failures_.interval == 0 || take(of_failures_, key_of(peer, seed_))) {
    return {};
  }
  return limited("too many tokens or secrets from this address were refused; wait");
}

Result<void> RateLimits::check_failures(std::string_view peer) {
  if (of_failures_.interval == 0) {
    return {};
  }
  const std::uint64_t present = now();
  const std::uint64_t key = key_of(peer, seed_);
  const std::uint64_t word = place_of(key, present).load(std::memory_order_relaxed);
  const std::uint64_t taken = std::max(word & kTimeMask, present) + of_failures_.interval;
  return taken - present > of_failures_.depth
             ? limited("too many tokens or secrets from this address were refused; wait")
             : Result<void>{};
}

}  // namespace muster
