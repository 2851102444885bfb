#include "replay/progress_line.h"

#include <cstdio>
#include <optional>
#include <utility>

#include <unistd.h>

namespace muster::replay {

ProgressLine::ProgressLine(Clock& clock, bool quiet)
    : clock_{clock}, quiet_{quiet}, terminal_{::isatty(STDERR_FILENO) == 1} {}

void ProgressLine::begin(std::string unit, std::uint64_t total) {
  const std::lock_guard lock{mutex_};
  Progress::Options options;
  options.unit = std::move(unit);
  options.total = total > 0 ? std::optional{total} : std::nullopt;
  options.terminal = terminal_;
  progress_ = std::make_unique<Progress>(std::move(options), clock_.now());
}

void ProgressLine::update(std::uint64_t done) {
  const std::lock_guard lock{mutex_};
  if (quiet_ || progress_ == nullptr) {
    return;
  }
  progress_->update(done, done);
  if (const auto line = progress_->render(clock_.now())) {
    static_cast<void>(std::fputs(line->c_str(), stderr));
  }
}

void ProgressLine::end() {
  const std::lock_guard lock{mutex_};
  if (!quiet_ && progress_ != nullptr) {
    static_cast<void>(std::fputs(progress_->finish(clock_.now()).c_str(), stderr));
  }
  progress_.reset();
}

}  // namespace muster::replay
