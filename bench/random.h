/// SplitMix64 (Steele, Lea and Flood, 2014): small, fast, and the same numbers for ever, which the
/// distributions of the standard library do not promise.
#pragma once

#include <cstdint>

namespace muster {

class BenchRandom {
 public:
  explicit BenchRandom(std::uint64_t seed) : state_{seed} {}

  /// An own sequence for each (seed, stream).
  BenchRandom(std::uint64_t seed, std::uint64_t stream)
      : state_{mixed(seed) ^ mixed(stream + 0x632BE59BD9B4E019U)} {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    return mixed(state_);
  }

  /// From 0 to `bound` - 1; `bound` must not be 0. The bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  static std::uint64_t mixed(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
    return value ^ (value >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace muster
