#include "engine/sequencer/clock_guard.h"

namespace muster {

Result<void> ClockGuard::check() const {
  const std::int64_t jump = offset_now() - offset_.load(std::memory_order_relaxed);
  if (jump <= kClockJumpMicrosMax && jump >= -kClockJumpMicrosMax) {
    return {};
  }
  return failure(Errc::kUnavailable,
                 "clock_jumped",
                 "the system clock jumped by more than an hour; check it, then run "
                 "'muster clock accept'");
}

}  // namespace muster
