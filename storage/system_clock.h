/// The clocks of the operating system.
#pragma once

#include "engine/ports/clock.h"

namespace muster {

class SystemClock final : public Clock {
 public:
  Micros now() override;
  Micros boot_time() override;
};

}  // namespace muster
