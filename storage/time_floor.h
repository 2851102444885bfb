/// TimeFloor: what was promised about the past.
///
/// Whoever asks what there was at a time that lies after the newest event is told; so no event may
/// get that time, or an earlier one, afterwards, even when the wall clock is set back or the
/// process dies. The floor is kept in DIR/time-floor: microseconds since 1970 (decimal), a blank,
/// CRC-32C of that text (8 hexadecimal digits), a line feed. Without the file there is none.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "engine/core/result.h"
#include "engine/ports/clock.h"

namespace muster {

/// The clock by which events get their times. Any thread.
class TimeFloor final : public Clock {
 public:
  /// `clock` outlives it. kCorrupt "time_floor_damaged".
  static Result<std::unique_ptr<TimeFloor>> open(const std::filesystem::path& directory,
                                                 Clock& clock);

  /// Later than the floor.
  Micros now() override;

  Micros boot_time() override { return clock_.boot_time(); }

  /// From the return on, even after a kill, now() is later than `time`. Times that it has given out
  /// before may still be on their way into the log.
  Result<void> raise(Micros time);

 private:
  TimeFloor(std::filesystem::path path, Clock& clock) : path_{std::move(path)}, clock_{clock} {}

  std::filesystem::path path_;
  Clock& clock_;
  std::atomic<std::int64_t> floor_{0};
  std::mutex mutex_;  // of the file
};

}  // namespace muster
