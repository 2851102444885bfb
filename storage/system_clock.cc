#include "storage/system_clock.h"

#include <time.h>

#include "engine/core/check.h"

namespace muster {

namespace {

Micros read_clock(clockid_t clock) {
  timespec time{};
  check(clock_gettime(clock, &time) == 0, "clock_gettime failed");
  return Micros{std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000};
}

}  // namespace

Micros SystemClock::now() {
  return read_clock(CLOCK_REALTIME);
}

Micros SystemClock::boot_time() {
  return read_clock(CLOCK_BOOTTIME);
}

}  // namespace muster
