/// Progress on standard error when that is a terminal: `backup: 37 %, 12 s left`.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <unistd.h>

#include "engine/core/progress.h"

namespace muster {

/// One thread.
class Percentage {
 public:
  explicit Percentage(std::string what) : what_{std::move(what)} {}

  void update(std::uint64_t done, std::uint64_t total) {
    const auto now = Clock::now();
    if (!terminal_ || total == 0 || now - shown_ < std::chrono::milliseconds{200}) {
      return;
    }
    shown_ = now;
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const auto took = std::chrono::duration<double>{now - began_}.count();
    const auto left = share > 0.0 ? took * (1.0 - share) / share : 0.0;
    std::fprintf(stderr,
                 "\r%s: %d %%, %s left \033[K",
                 what_.c_str(),
                 static_cast<int>(share * 100),
                 duration_text(static_cast<std::uint64_t>(left)).c_str());
  }

  void end() {
    if (terminal_) {
      std::fprintf(stderr, "\r\033[K");
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  Clock::time_point began_ = Clock::now();
  Clock::time_point shown_{};
};

}  // namespace muster
