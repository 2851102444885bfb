/// How much one validation may cost. A schema and an instance that are each within their bounds can
/// together still mean hours (a thousand alternatives for each of a million elements); so every
/// step is charged beforehand, and a validation that runs out of budget is a refusal.
#pragma once

#include <cstdint>

namespace muster {

class Work {
 public:
  /// Whether `units` more may be spent; a unit is about 10 ns.
  bool charge(std::uint64_t units) {
    spent_ += units;
    return spent_ <= kUnitsMax;
  }

  [[nodiscard]] bool exhausted() const { return spent_ > kUnitsMax; }

 private:
  // About 0.3 s. An honest instance of 1 MiB with a type and a length for each of its members takes
  // a tenth of it.
  static constexpr std::uint64_t kUnitsMax = 32'000'000;

  std::uint64_t spent_ = 0;
};

}  // namespace muster
