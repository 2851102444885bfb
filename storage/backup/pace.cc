#include "storage/backup/pace.h"

#include <algorithm>

namespace muster {
namespace {

/// Shorter sleeps cost more than they are worth; time not used for longer than this is not made up.
constexpr std::chrono::milliseconds kSleepMin{10};
constexpr std::chrono::milliseconds kSaved{100};

}  // namespace

bool Pace::after(std::uint64_t bytes) {
  if (bytes_per_second_ == 0) {
    return sleep_(std::chrono::milliseconds{0});
  }
  const auto now = Clock::now();
  const auto cost = std::chrono::duration<double>{static_cast<double>(bytes) /
                                                  static_cast<double>(bytes_per_second_)};
  due_ = std::max(due_, now - kSaved) + std::chrono::duration_cast<Clock::duration>(cost);
  const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(due_ - now);
  return sleep_(ahead < kSleepMin ? std::chrono::milliseconds{0} : ahead);
}

}  // namespace muster
