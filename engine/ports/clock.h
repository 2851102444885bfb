/// Clock: the only source of time.
#pragma once

#include "engine/core/ids.h"

namespace muster {

/// Any thread may call.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// Wall time. May jump both ways.
  virtual Micros now() = 0;
  /// Time since the machine started, sleep included (CLOCK_BOOTTIME). Never steps, so that a jump
  /// of the wall clock shows as a change of the difference between the two.
  virtual Micros boot_time() = 0;
};

}  // namespace muster
