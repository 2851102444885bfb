/// A port that is ours before anything listens on it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "engine/core/result.h"

namespace muster {

/// Bound with SO_REUSEPORT and never listening, so that the server's own sockets can join it. Keeps
/// the port until destroyed.
class ReservedPort {
 public:
  /// `port` 0 lets the system choose. kUnavailable "cannot_listen" when another process listens
  /// there: SO_REUSEPORT alone would give each of us half of the connections.
  static Result<ReservedPort> reserve(const std::string& host, std::uint16_t port);
  ~ReservedPort();

  ReservedPort(ReservedPort&& other) noexcept
      : descriptor_{std::exchange(other.descriptor_, -1)}, port_{other.port_} {}

  ReservedPort& operator=(ReservedPort&&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  ReservedPort(int descriptor, std::uint16_t port) : descriptor_{descriptor}, port_{port} {}

  int descriptor_;
  std::uint16_t port_;
};

}  // namespace muster
