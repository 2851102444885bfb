/// What webhooks have got, for handlers, health and metrics. Implemented by api/webhooks/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

/// An event that a webhook did not take in as many attempts as it has.
struct DeadLetter {
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
  std::uint32_t attempts = 0;
  std::int64_t given_up = 0;  // microseconds
  std::string error;          // of the last attempt

  bool operator==(const DeadLetter&) const = default;
};

struct DeliveryStatus {
  LogId log{};
  std::string id;
  /// Everything before it is delivered, put aside, or not for this webhook.
  std::uint64_t next = 0;
  std::uint64_t lag = 0;  // positions of the log from `next` on
  std::uint64_t attempts = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dead_letters = 0;
  std::uint32_t failing = 0;  // attempts for the event that is tried now
  std::string last_error;
  /// Why it does not go on: something is wrong with this server. It tries again at its next start.
  std::string stopped;
};

/// Any thread.
class Deliveries {
 public:
  Deliveries() = default;
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;
  virtual ~Deliveries() = default;

  [[nodiscard]] virtual std::vector<DeliveryStatus> status() const = 0;
  /// Of a webhook by its stream; nothing for one that is not there yet.
  [[nodiscard]] virtual DeliveryStatus status_of(StreamId webhook) const = 0;
  [[nodiscard]] virtual std::vector<DeadLetter> dead_letters(StreamId webhook) const = 0;
  /// All of them are sent again, before what comes next; how many.
  virtual Result<std::size_t> redeliver(StreamId webhook) = 0;
};

}  // namespace muster
