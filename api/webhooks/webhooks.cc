#include "api/webhooks/webhooks.h"

#include <algorithm>

#include "api/webhooks/webhook_runner.h"
#include "storage/file_io.h"

namespace muster {
namespace {

/// How soon a new webhook gets its first event.
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

Webhooks::Webhooks(const Services& services, const std::filesystem::path& data)
    : services_{services}, folder_{data / "webhooks"} {
  thread_.start("webhooks", [this] { work(); });
}

Webhooks::~Webhooks() = default;

void Webhooks::work() {
  std::uint64_t seen = ~0ULL;
  do {
    const std::uint64_t version = services_.published.now()->states_version;
    if (version != seen && follow_directory()) {
      seen = version;
    }
  } while (thread_.sleep(kLook));
}

Result<void> Webhooks::follow_directory() {
  const auto point = services_.published.now();
  std::map<StreamId, WebhookTarget> wanted;
  MUSTER_TRY(const auto tenants, services_.directory.list_tenants(*point));
  for (const TenantState& tenant : tenants) {
    MUSTER_TRY(auto webhooks, services_.directory.list_webhooks(*point, tenant.log));
    for (WebhookState& webhook : webhooks) {
      const StreamId stream = webhook.head.stream;
      wanted.emplace(stream, WebhookTarget{tenant.log, tenant.id, std::move(webhook)});
    }
  }
  if (!wanted.empty()) {
    MUSTER_CHECKED(make_directory(folder_));
  }
  std::map<StreamId, RunnerPtr> ended;
  std::vector<DeliveryStatus> surplus;
  {
    const std::lock_guard lock{mutex_};
    ended = runners_;
  }
  std::map<StreamId, RunnerPtr> next;
  for (auto& [stream, target] : wanted) {
    const auto running = ended.extract(stream);
    if (!running.empty()) {
      next.emplace(stream, running.mapped());
    } else if (next.size() + ended.size() < kRunnersMax) {
      next.emplace(
          stream,
          std::make_shared<WebhookRunner>(services_, std::move(target), folder_ / stream.text()));
    } else {
      DeliveryStatus status;
      status.log = target.log;
      status.id = target.webhook.id;
      status.stopped = "too_many_webhooks: the server delivers to 64";
      surplus.push_back(std::move(status));
    }
  }
  {
    const std::lock_guard lock{mutex_};
    runners_ = std::move(next);
    surplus_ = std::move(surplus);
  }
  for (auto& [stream, runner] : ended) {
    runner.reset();  // waits for its thread, which keeps its bookmark once more
    std::error_code ignored;
    std::filesystem::remove(folder_ / stream.text(), ignored);
  }
  return {};
}

Webhooks::RunnerPtr Webhooks::runner_of(StreamId webhook) const {
  const std::lock_guard lock{mutex_};
  const auto found = runners_.find(webhook);
  return found == runners_.end() ? nullptr : found->second;
}

std::vector<DeliveryStatus> Webhooks::status() const {
  std::map<StreamId, RunnerPtr> runners;
  std::vector<DeliveryStatus> all;
  {
    const std::lock_guard lock{mutex_};
    runners = runners_;
    all = surplus_;
  }
  for (const auto& [stream, runner] : runners) {
    all.push_back(runner->status());
  }
  return all;
}

DeliveryStatus Webhooks::status_of(StreamId webhook) const {
  const auto runner = runner_of(webhook);
  return runner ? runner->status() : DeliveryStatus{};
}

std::vector<DeadLetter> Webhooks::dead_letters(StreamId webhook) const {
  const auto runner = runner_of(webhook);
  return runner ? runner->dead_letters() : std::vector<DeadLetter>{};
}

Result<std::size_t> Webhooks::redeliver(StreamId webhook) {
  const auto runner = runner_of(webhook);
  return runner ? runner->redeliver() : Result<std::size_t>{std::size_t{0}};
}

}  // namespace muster
