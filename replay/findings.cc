#include "replay/findings.h"

namespace muster::replay {

void Findings::found(Finding finding) {
  const std::lock_guard lock{mutex_};
  ++count_;
  if (shown_.size() < kShownMax) {
    shown_.push_back(std::move(finding));
  }
}

void Findings::found(std::string_view rule, std::string text) {
  found(Finding{rule, kNoLog, {}, {}, std::move(text)});
}

std::vector<Finding> Findings::shown() const {
  const std::lock_guard lock{mutex_};
  return shown_;
}

std::uint64_t Findings::count() const {
  const std::lock_guard lock{mutex_};
  return count_;
}

std::string text_of(const Finding& finding) {
  std::string text{finding.rule};
  text += ": ";
  if (finding.log != kNoLog) {
    text += "log " + std::to_string(raw(finding.log));
    if (finding.position) {
      text += " position " + std::to_string(raw(*finding.position));
    }
    if (finding.stream) {
      text += " stream " + finding.stream->text();
    }
    text += ": ";
  }
  return text + finding.text;
}

}  // namespace muster::replay
