#include "api/webhooks/webhook_runner.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "api/audit/event_document.h"
#include "api/http/address.h"
#include "api/webhooks/signature.h"
#include "engine/core/instant.h"
#include "projections/history/event_search.h"
#include "storage/tree/merkle.h"

namespace muster {
namespace {

/// How often it is looked whether there is anything to send.
constexpr std::chrono::milliseconds kIdle{50};
/// The bookmark is kept at most this often: what was delivered since comes again after a crash.
constexpr std::chrono::milliseconds kKeepEvery{50};
constexpr std::size_t kAnswerBytesMax = std::size_t{64} * 1024;
constexpr std::uint64_t kLookedAtMax = 1024;

bool is_wanted(const WebhookState& webhook, const EventHeader& header) {
  return webhook.types.empty() || std::ranges::any_of(webhook.types, [&](const std::string& type) {
           EventFilter filter;
           filter.type = type;
           return filter.matches(header);
         });
}

/// Whether the fault is this server's: then nothing is skipped and nothing counted.
bool is_ours(const Failure& why) {
  return why.code == Errc::kCorrupt || why.code == Errc::kIo || why.rule == "invalid_secret";
}

/// Doubled with each attempt, and between half of that and all of it: receivers that came back are
/// not asked by everybody at once.
std::int64_t pause_micros(const WebhookSettings& settings,
                          std::uint32_t attempts,
                          Entropy& entropy) {
  const std::int64_t first = settings.retry_first.count() * 1000;
  const std::int64_t most = settings.retry_max.count() * 1000;
  const std::int64_t whole = std::min(most, first << std::min<std::uint32_t>(attempts - 1, 20));
  std::array<std::uint8_t, 4> bytes{};
  entropy.fill(bytes);
  std::uint32_t random = 0;
  std::memcpy(&random, bytes.data(), sizeof(random));
  return whole / 2 + whole / 2 * static_cast<std::int64_t>(random) / 0xFFFFFFFFLL;
}

}  // namespace

WebhookRunner::WebhookRunner(const Services& services,
                             WebhookTarget target,
                             std::filesystem::path path)
    : services_{services}, path_{std::move(path)}, target_{std::move(target)} {
  caller_.log = target_.log;
  caller_.tenant = target_.tenant;
  bookmark_.next = target_.webhook.since + 1;
  thread_.start("webhook", [this] { work(); });
}

WebhookRunner::~WebhookRunner() = default;

WebhookState WebhookRunner::webhook() const {
  const std::lock_guard lock{mutex_};
  return target_.webhook;
}

DeliveryStatus WebhookRunner::status() const {
  const std::uint64_t size = services_.published.now()->size_of(caller_.log);
  const std::lock_guard lock{mutex_};
  DeliveryStatus status = counts_;
  status.log = target_.log;
  status.id = target_.webhook.id;
  status.next = bookmark_.next;
  status.lag = size > bookmark_.next ? size - bookmark_.next : 0;
  status.dead_letters = bookmark_.dead.size();
  return status;
}

std::vector<DeadLetter> WebhookRunner::dead_letters() const {
  const std::lock_guard lock{mutex_};
  return bookmark_.dead;
}

Result<std::size_t> WebhookRunner::redeliver() {
  const std::lock_guard lock{mutex_};
  if (!counts_.stopped.empty()) {
    return failure(Errc::kUnavailable, "webhook_stopped", counts_.stopped);
  }
  redelivers_ = !bookmark_.dead.empty();
  return bookmark_.dead.size();
}

void WebhookRunner::work() {
  std::chrono::milliseconds pause{0};
  while (thread_.sleep(pause)) {
    const auto more = turn();
    if (!more) {
      // Going on would skip what it could not do.
      const std::lock_guard lock{mutex_};
      counts_.stopped = more.error().rule + ": " + more.error().reason;
      break;
    }
    pause = *more ? std::chrono::milliseconds{0} : kIdle;
  }
  (void)keep_bookmark();  // else it is delivered again
}

Result<void> WebhookRunner::open_bookmark() {
  MUSTER_TRY(auto found, read_bookmark_file(path_));
  const auto point = services_.published.now();
  const std::lock_guard lock{mutex_};
  if (found) {
    bookmark_ = *std::move(found);
    if (bookmark_.epoch != raw(point->epoch)) {
      // What a restore lost was delivered; what came instead of it was not.
      bookmark_.next = std::min(bookmark_.next, point->size_of(caller_.log));
      std::erase_if(bookmark_.dead,
                    [&](const DeadLetter& letter) { return letter.position >= bookmark_.next; });
    }
  }
  bookmark_.epoch = raw(point->epoch);
  opened_ = true;
  return {};
}

Result<bool> WebhookRunner::turn() {
  if (!opened_) {
    MUSTER_CHECKED(open_bookmark());
  }
  bool redelivers = false;
  {
    const std::lock_guard lock{mutex_};
    redelivers = std::exchange(redelivers_, false);
  }
  if (redelivers) {
    MUSTER_CHECKED(redeliver_letters());
  }
  if (retry_at_ != Micros{} && services_.domain.clock.now() < retry_at_) {
    return false;
  }
  MUSTER_TRY(const bool more, deliver_next());
  if (dirty_ && std::chrono::steady_clock::now() - kept_at_ >= kKeepEvery) {
    MUSTER_CHECKED(keep_bookmark());
  }
  return more;
}

Result<bool> WebhookRunner::read_definition(const ReadPoint& point) {
  const WebhookState known = webhook();
  MUSTER_TRY(const auto found, services_.catalog.find_webhook(point, caller_.log, known.id));
  if (found == nullptr || found->head.stream != known.head.stream) {
    return false;
  }
  const std::lock_guard lock{mutex_};
  target_.webhook = *found;
  return true;
}

/// Passes over what is not wanted, and tries the first event that is.
Result<bool> WebhookRunner::deliver_next() {
  // As it is where the events are looked at: what was asked for before an event is never passed
  // over.
  const auto point = services_.published.now();
  MUSTER_TRY(const bool exists, read_definition(*point));
  if (!exists) {
    return false;
  }
  const WebhookState definition = webhook();
  const std::uint64_t size = point->size_of(caller_.log);
  const std::uint64_t begin = bookmark_.next;
  if (begin >= size) {
    return false;
  }
  std::uint64_t at = begin;
  std::string wanted;
  MUSTER_CHECKED(services_.log.each_open_part(
      caller_.log,
      Position{begin},
      [&](Position position, std::string_view open_part) -> Result<bool> {
        MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
        at = raw(position);
        if (is_wanted(definition, parsed.header())) {
          wanted = open_part;
          return false;
        }
        ++at;
        return at < size && at - begin < kLookedAtMax;
      }));
  if (wanted.empty()) {
    MUSTER_CHECKED(pass(at));
    return at < size;
  }
  const auto taken = attempt(definition, wanted);
  if (!taken) {
    if (thread_.stopping()) {
      return false;  // the attempt was ended, which says nothing of the receiver
    }
    if (is_ours(taken.error())) {
      return taken.error();
    }
    MUSTER_CHECKED(note_failure(at, taken.error()));
    return false;
  }
  MUSTER_CHECKED(pass(at + 1));
  return true;
}

Result<void> WebhookRunner::pass(std::uint64_t next) {
  retry_at_ = Micros{};
  dirty_ = true;
  const std::lock_guard lock{mutex_};
  bookmark_.next = next;
  counts_.failing = 0;
  return {};
}

Result<void> WebhookRunner::note_failure(std::uint64_t position, const Failure& why) {
  const Micros now = services_.domain.clock.now();
  std::uint32_t attempts = 0;
  {
    const std::lock_guard lock{mutex_};
    attempts = ++counts_.failing;
    counts_.last_error = why.rule + (why.reason.empty() ? "" : ": " + why.reason);
  }
  if (attempts < services_.settings.webhooks.attempts_max) {
    retry_at_ = Micros{
        raw(now) + pause_micros(services_.settings.webhooks, attempts, services_.domain.entropy)};
    return {};
  }
  {
    const std::lock_guard lock{mutex_};
    if (bookmark_.dead.size() >= kDeadLettersMax) {
      return failure(Errc::kUnavailable,
                     "dead_letters_full",
                     "a thousand events were put aside; have them delivered again");
    }
    bookmark_.dead.push_back(
        {bookmark_.epoch, position, attempts, raw(now), counts_.last_error.substr(0, 200)});
  }
  MUSTER_CHECKED(pass(position + 1));
  return keep_bookmark();
}

Result<void> WebhookRunner::redeliver_letters() {
  for (const DeadLetter& letter : dead_letters()) {
    MUSTER_TRY(
        const std::string open_part,
        open_part_at({services_.log, caller_.log, services_.published.now()->size_of(caller_.log)},
                     letter.position));
    const auto taken = attempt(webhook(), open_part);
    if (!taken) {
      const std::lock_guard lock{mutex_};
      counts_.last_error = taken.error().rule;
      return is_ours(taken.error()) ? Result<void>{taken.error()} : Result<void>{};
    }
    {
      const std::lock_guard lock{mutex_};
      std::erase(bookmark_.dead, letter);
    }
    MUSTER_CHECKED(keep_bookmark());
  }
  return {};
}

Result<std::string> WebhookRunner::body_of(std::string_view open_part, const EventHeader& header) {
  const auto point = services_.published.now();
  const Context context{services_, no_request_, caller_, *point};
  MUSTER_TRY(HistoryReader reader, HistoryReader::of(context));
  std::string event;
  MUSTER_CHECKED(append_shared_event(event, context, open_part, reader, false));
  std::string body;
  JsonWriter writer{body};
  writer.begin_object();
  writer.member("type", header.type);
  writer.member("timestamp", to_rfc3339(header.time));
  writer.raw_member("data", event);
  writer.end_object();
  return body;
}

Result<void> WebhookRunner::attempt(const WebhookState& webhook, std::string_view open_part) {
  MUSTER_TRY(const OpenPart parsed, OpenPart::parse(open_part));
  ClientRequest request;
  request.method = "POST";
  MUSTER_TRY(request.body, body_of(open_part, parsed.header()));
  // The leaf hash is the event's own, whatever happens to it and wherever it is sent.
  const std::string id = "msg_" + to_base64url(as_view(leaf_hash(open_part)));
  const std::int64_t seconds = raw(services_.domain.clock.now()) / 1'000'000;
  MUSTER_TRY(const std::string signature,
             webhook_signature(webhook.secret, id, seconds, request.body));
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(seconds)},
                     {"webhook-signature", signature}};
  {
    const std::lock_guard lock{mutex_};
    ++counts_.attempts;
  }
  MUSTER_CHECKED(post(webhook, request));
  const std::lock_guard lock{mutex_};
  ++counts_.delivered;
  return {};
}

Result<void> WebhookRunner::post(const WebhookState& webhook, const ClientRequest& request) {
  MUSTER_TRY(const ClientUrl url, parse_url(webhook.url));
  const bool is_kept = client_ != nullptr && client_url_ == webhook.url;
  if (!is_kept) {
    ClientOptions options;
    options.timeout = services_.settings.webhooks.timeout;
    options.answer_bytes_max = kAnswerBytesMax;
    options.user_agent = "muster-webhooks";
    if (!services_.settings.webhooks.allow_private) {
      options.allows = is_public_address;
    }
    options.gives_up = [this] {
      return thread_.stopping();
    };
    client_ = std::make_unique<HttpClient>(url, std::move(options));
    client_url_ = webhook.url;
  }
  ClientRequest sent = request;
  sent.path = url.path;
  auto answer = client_->send(sent);
  if (!answer && is_kept && answer.error().rule == "connection_failed" && !thread_.stopping()) {
    answer = client_->send(sent);  // the receiver had closed the connection
  }
  if (!answer) {
    client_.reset();
    return answer.error();
  }
  // Redirects are not followed: they could lead to what only this server reaches.
  if (answer->status < 200 || answer->status > 299) {
    return failure(Errc::kUnavailable, "status " + std::to_string(answer->status));
  }
  return {};
}

Result<void> WebhookRunner::keep_bookmark() {
  if (!opened_) {
    return {};
  }
  Bookmark bookmark;
  {
    const std::lock_guard lock{mutex_};
    bookmark = bookmark_;
  }
  MUSTER_CHECKED(write_bookmark_file(path_, bookmark));
  dirty_ = false;
  kept_at_ = std::chrono::steady_clock::now();
  return {};
}

}  // namespace muster
