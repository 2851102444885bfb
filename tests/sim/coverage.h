/// Counts what happened, so that a run that never reached something is a failure and not a success.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace muster::sim {

class Coverage {
 public:
  void reached(const std::string& point) { ++counts_[point]; }

  [[nodiscard]] std::uint64_t count(const std::string& point) const {
    const auto found = counts_.find(point);
    return found == counts_.end() ? 0 : found->second;
  }

  [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint64_t> counts_;
};

/// Everything that a long enough run must have reached.
std::vector<std::string> every_point();

}  // namespace muster::sim
