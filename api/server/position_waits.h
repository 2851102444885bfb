/// Reads that wait for a position that is not published yet (Muster-Min-Position). They wait in a
/// list of their own, so that they keep no thread of a connection or a pool.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/core/result.h"
#include "projections/published.h"

namespace muster {

class PositionWaits {
 public:
  using Clock = std::chrono::steady_clock;

  /// Longer than a group takes to become durable, shorter than a client's patience.
  static constexpr std::chrono::milliseconds kPatience{1'000};
  static constexpr std::size_t kWaitingMax = 1024;

  /// `published` outlives this object.
  explicit PositionWaits(const Published& published);
  /// Calls what still waits.
  ~PositionWaits();
  PositionWaits(const PositionWaits&) = delete;
  PositionWaits& operator=(const PositionWaits&) = delete;

  /// Calls `then` on the thread of this object when the log holds `position`, or at `deadline`;
  /// it must not block. kUnavailable "too_many_wait" when too many wait already. Any thread.
  Result<void> wait(LogId log,
                    std::uint64_t position,
                    Clock::time_point deadline,
                    std::function<void()> then);

 private:
  struct Waiting {
    LogId log{};
    std::uint64_t position = 0;
    Clock::time_point deadline;
    std::function<void()> then;
  };

  void work();
  /// Takes those out whose wait is over; all of them at the end.
  std::vector<Waiting> take_over(bool all);

  const Published& published_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace muster
