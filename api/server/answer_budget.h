/// Bounds what large answers hold in memory until their clients have read them: a page of a hundred
/// users can be 80 MB, and a client that does not read keeps it for as long as a write may take.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "api/http/response.h"
#include "engine/core/result.h"

namespace muster {

/// Any thread.
class AnswerBudget {
 public:
  static constexpr std::size_t kHeldBytesMax = std::size_t{256} * 1024 * 1024;
  /// Smaller ones are bounded by the number of connections.
  static constexpr std::size_t kCountedBytesMin = std::size_t{64} * 1024;

  /// The answer, counted until it is sent or given up. kUnavailable "server_busy" while too much
  /// waits to be read; one answer is always let through, whatever its size.
  Result<Response> json(std::string text);

 private:
  std::shared_ptr<std::atomic<std::size_t>> held_bytes_ =
      std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace muster
