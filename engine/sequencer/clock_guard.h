/// ClockGuard: notices that the wall clock jumped. One event from a far future would force every
/// later one beyond it, so a jump of more than an hour stops writes until an operator accepts it.
#pragma once

#include <atomic>

#include "engine/core/result.h"
#include "engine/ports/clock.h"

namespace muster {

inline constexpr std::int64_t kClockJumpMicrosMax = 3'600'000'000LL;
/// Behind the newest event by more than this: writes go on, health says degraded.
inline constexpr std::int64_t kClockBehindMicrosMax = 10'000'000LL;

/// Any thread may call.
class ClockGuard {
 public:
  explicit ClockGuard(Clock& clock) : clock_{clock}, offset_{offset_now()} {}

  /// kUnavailable "clock_jumped" while a jump is not accepted.
  [[nodiscard]] Result<void> check() const;

  /// Takes the present time as right.
  void accept() { offset_.store(offset_now()); }

 private:
  [[nodiscard]] std::int64_t offset_now() const {
    return raw(clock_.now()) - raw(clock_.boot_time());
  }

  Clock& clock_;
  std::atomic<std::int64_t> offset_;
};

}  // namespace muster
