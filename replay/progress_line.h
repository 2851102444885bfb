/// Progress on standard error: one line written over and over on a terminal, a line every few
/// seconds elsewhere.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "engine/core/progress.h"
#include "engine/ports/clock.h"

namespace muster::replay {

/// Any thread may update; stages follow one another.
class ProgressLine {
 public:
  ProgressLine(Clock& clock, bool quiet);

  /// What is counted from now on, in the plural; `total` 0 is unknown.
  void begin(std::string unit, std::uint64_t total);
  void update(std::uint64_t done);
  void end();

 private:
  Clock& clock_;
  bool quiet_;
  bool terminal_ = false;
  std::mutex mutex_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace muster::replay
