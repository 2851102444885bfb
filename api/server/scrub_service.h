/// Drives the scrub beside a running server, at a bounded rate and a low priority.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "api/server/background_thread.h"
#include "projections/scrub/scrubber.h"

namespace muster {

struct ScrubSettings {
  std::uint64_t bytes_per_second = 0;  // 0: no scrub
  /// A pass begins this long after the one before began, or when that is over.
  std::chrono::milliseconds every{std::chrono::hours{1}};
  Scrubber::OnFinding on_finding = [](const ScrubFinding&) {
  };
};

class ScrubService {
 public:
  ScrubService(const ScrubPorts& ports, Clock& clock, ScrubSettings settings);
  ScrubService(const ScrubService&) = delete;
  ScrubService& operator=(const ScrubService&) = delete;
  /// Keeps the place.
  ~ScrubService();

  /// Any thread.
  [[nodiscard]] const Scrubber& scrubber() const { return scrubber_; }

  [[nodiscard]] bool is_on() const { return settings_.bytes_per_second > 0; }

  /// For operators and tests: the JSON of GET /scrub.
  [[nodiscard]] std::string status() const;

 private:
  void work();

  ScrubSettings settings_;
  Scrubber scrubber_;
  BackgroundThread thread_;  // last: it uses the others
};

}  // namespace muster
