/// Collects what a verification finds: the first ones with their text, the rest as a number.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "projections/fold/row_sink.h"

namespace muster::replay {

/// Stands where a finding has no log.
inline constexpr LogId kNoLog{0xFFFF'FFFF};

/// Any thread.
class Findings final : public FindingSink {
 public:
  static constexpr std::size_t kShownMax = 20;

  void found(Finding finding) override;
  /// Something that lies at no place of a log.
  void found(std::string_view rule, std::string text);

  [[nodiscard]] std::vector<Finding> shown() const;
  [[nodiscard]] std::uint64_t count() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Finding> shown_;
  std::uint64_t count_ = 0;
};

/// "log 1 position 17 stream 0190...: segment_missing: ..."
std::string text_of(const Finding& finding);

}  // namespace muster::replay
