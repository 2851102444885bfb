/// Webhooks: the events of tenants, delivered to where they asked. A projection that follows the
/// log: it never holds up a write, and what one webhook does not take holds up no other.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "api/server/background_thread.h"
#include "api/server/deliveries.h"
#include "api/server/services.h"

namespace muster {

class WebhookRunner;

class Webhooks final : public Deliveries {
 public:
  /// Of a server; each has a thread. Those beyond are told as stopped.
  static constexpr std::size_t kRunnersMax = 64;

  /// Bookmarks lie in `data`/webhooks. `services` outlive this object.
  Webhooks(const Services& services, const std::filesystem::path& data);
  /// Ends what is under way.
  ~Webhooks() override;

  [[nodiscard]] std::vector<DeliveryStatus> status() const override;
  [[nodiscard]] DeliveryStatus status_of(StreamId webhook) const override;
  [[nodiscard]] std::vector<DeadLetter> dead_letters(StreamId webhook) const override;
  Result<std::size_t> redeliver(StreamId webhook) override;

 private:
  using RunnerPtr = std::shared_ptr<WebhookRunner>;

  void work();
  /// Starts and ends runners, until they are those of the directory.
  Result<void> follow_directory();
  [[nodiscard]] RunnerPtr runner_of(StreamId webhook) const;

  const Services& services_;
  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<StreamId, RunnerPtr> runners_;
  std::vector<DeliveryStatus> surplus_;  // those that have no runner
  BackgroundThread thread_;              // last: it uses the others
};

}  // namespace muster
