/// Entropy: the only source of randomness. Tests and simulations give a seeded one.
#pragma once

#include <cstdint>
#include <span>

#include "engine/core/ids.h"

namespace muster {

/// Any thread may call.
class Entropy {
 public:
  Entropy() = default;
  Entropy(const Entropy&) = delete;
  Entropy& operator=(const Entropy&) = delete;
  virtual ~Entropy() = default;

  /// Fills `out` with bytes nobody can guess. Cannot fail: a system without randomness aborts.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// RFC 9562 section 5.7: 48 bits of milliseconds, then 74 random bits. Two of one millisecond are
/// in no order.
Uuid make_uuid_v7(Entropy& entropy, Micros now);

}  // namespace muster
