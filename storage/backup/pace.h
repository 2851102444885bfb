/// Pace: keeps work that nobody waits for below so many bytes a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace muster {

/// One thread.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  /// Sleeps for about so long; false when the work is to end.
  using Sleep = std::function<bool(std::chrono::milliseconds)>;

  /// 0 bytes a second: as fast as it goes.
  Pace(std::uint64_t bytes_per_second, Sleep sleep)
      : bytes_per_second_{bytes_per_second}, sleep_{std::move(sleep)} {}

  /// After `bytes` of work. False when the work is to end.
  [[nodiscard]] bool after(std::uint64_t bytes);

 private:
  std::uint64_t bytes_per_second_;
  Sleep sleep_;
  Clock::time_point due_{};  // when what was done so far may have been done
};

}  // namespace muster
