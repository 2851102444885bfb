/// Delivers the events of a log to one webhook, in their order, each until it is taken.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/auth/tokens.h"
#include "api/http/client.h"
#include "api/http/request.h"
#include "api/server/background_thread.h"
#include "api/server/services.h"
#include "api/webhooks/bookmark_file.h"

namespace muster {

/// Whose events go where.
struct WebhookTarget {
  LogId log{};
  std::string tenant;
  WebhookState webhook;
};

/// A thread of its own: however slow a receiver is, no other waits for it. Members may be called
/// from any thread.
class WebhookRunner {
 public:
  /// The directory of `path` exists. `services` outlive this object.
  WebhookRunner(const Services& services, WebhookTarget target, std::filesystem::path path);
  WebhookRunner(const WebhookRunner&) = delete;
  WebhookRunner& operator=(const WebhookRunner&) = delete;
  /// Ends the attempt that is under way, and keeps the bookmark.
  ~WebhookRunner();

  [[nodiscard]] DeliveryStatus status() const;
  [[nodiscard]] std::vector<DeadLetter> dead_letters() const;
  /// All dead letters, before what comes next.
  Result<std::size_t> redeliver();

 private:
  void work();
  Result<void> open_bookmark();
  /// Whether there is more to do at once.
  Result<bool> turn();
  Result<bool> deliver_next();
  /// False when the webhook is gone.
  Result<bool> read_definition(const ReadPoint& point);
  Result<void> redeliver_letters();
  /// Tries the event at `position`; the failure is the receiver's, or ours with kCorrupt or kIo.
  Result<void> attempt(const WebhookState& webhook, std::string_view open_part);
  Result<std::string> body_of(std::string_view open_part, const EventHeader& header);
  Result<void> post(const WebhookState& webhook, const ClientRequest& request);
  Result<void> note_failure(std::uint64_t position, const Failure& why);
  Result<void> pass(std::uint64_t next);
  Result<void> keep_bookmark();
  [[nodiscard]] WebhookState webhook() const;

  const Services& services_;
  const std::filesystem::path path_;
  const Request no_request_;
  Caller caller_;  // nobody: personal values are not sent

  mutable std::mutex mutex_;
  WebhookTarget target_;
  Bookmark bookmark_;
  DeliveryStatus counts_;
  bool redelivers_ = false;

  // Of the thread.
  bool opened_ = false;
  bool dirty_ = false;
  Micros retry_at_{};
  std::chrono::steady_clock::time_point kept_at_{};
  std::string client_url_;
  std::unique_ptr<HttpClient> client_;
  BackgroundThread thread_;  // last: it uses the others
};

}  // namespace muster
