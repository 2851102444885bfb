/// What the health end points say. Set by whoever knows, read by the management listener.
#pragma once

#include <atomic>
#include <cstdint>

namespace muster {

enum class Phase : std::uint8_t {
  kStarting,  // opening the directory: alive, not ready
  kServing,
  kDraining,  // finishing what is under way: alive, not ready
};

struct Health {
  std::atomic<Phase> phase{Phase::kStarting};
};

}  // namespace muster
