/// The randomness of the operating system, through OpenSSL's generator.
#pragma once

#include "engine/ports/entropy.h"

namespace muster {

/// Draws a few KiB at a time per thread; bytes given out are wiped from the buffer, and a forked
/// child starts with an empty one.
class SystemEntropy final : public Entropy {
 public:
  SystemEntropy();
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace muster
