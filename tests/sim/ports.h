/// Clock, randomness and keys of a simulated world.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/ports/clock.h"
#include "engine/ports/entropy.h"
#include "engine/ports/sealer.h"
#include "tests/sim/dice.h"

namespace muster::sim {

class SimClock final : public Clock {
 public:
  Micros now() override { return Micros{raw(boot_) + offset_}; }

  Micros boot_time() override { return boot_; }

  void advance(std::int64_t micros) { boot_ = Micros{raw(boot_) + micros}; }

  /// Somebody sets the wall clock.
  void step(std::int64_t micros) { offset_ += micros; }

 private:
  Micros boot_{1'000'000};
  std::int64_t offset_ = 1'800'000'000'000'000;
};

class SimEntropy final : public Entropy {
 public:
  explicit SimEntropy(std::uint64_t seed) : dice_{seed} {}

  void fill(std::span<std::uint8_t> out) override {
    for (std::size_t i = 0; i < out.size();) {
      std::uint64_t word = dice_.next();
      for (int k = 0; k < 8 && i < out.size(); ++k, ++i, word >>= 8U) {
        out[i] = static_cast<std::uint8_t>(word);
      }
    }
  }

 private:
  Dice dice_;
};

/// Keys that survive crashes as the slot file does, and a cipher that is none but opens only in
/// the place a segment was sealed for:
///
///   segment = slot (4, big-endian) | salt (8) | text under a stream of (slot, salt) |
///             CRC-32C of place and text (4)
class SimSealer final : public Sealer {
 public:
  explicit SimSealer(Entropy& entropy) : entropy_{entropy} {}

  Result<Slot> reserve_slot(LogId log) override;
  Result<std::string> seal(Slot slot,
                           const SegmentContext& context,
                           std::string_view plaintext) override;
  Result<std::string> open(const SegmentContext& context, std::string_view segment) override;
  Digest digest(std::string_view bytes) override;
  Result<void> erase_slot(Slot slot) override;

  /// What a start does: everything from `first_free` on goes back into stock. An erased key there
  /// would be a key that was destroyed though nothing says so.
  Result<void> begin_reserving(Slot first_free);

  /// From now on erasures fail.
  void fail_erasures() { failing_ = true; }

  void end_fault() { failing_ = false; }

  [[nodiscard]] bool is_erased(Slot slot) const;
  [[nodiscard]] std::size_t erased() const;

 private:
  Entropy& entropy_;
  std::vector<bool> erased_{false};  // by slot; 0 is none
  std::uint32_t next_ = 1;
  bool failing_ = false;
};

}  // namespace muster::sim
