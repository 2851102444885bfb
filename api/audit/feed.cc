/// The feed: the events of a log as they come, each consumer from where it was.
#include <algorithm>
#include <charconv>

#include "api/audit/feed_consumer.h"
#include "api/audit/handlers.h"
#include "api/audit/operations.h"
#include "api/audit/question.h"
#include "api/directory/parameters.h"
#include "engine/administration/prepare.h"

namespace muster {
namespace {

constexpr std::string_view kOperation = "auditFeed";

/// Below what the server allows for a piece of an answer.
constexpr std::uint64_t kWaitSecondsMax = 25;
constexpr std::uint64_t kWaitSecondsDefault = 20;

struct FeedPlace {
  std::uint32_t epoch = 1;  // ids without one are of a directory that was never restored
  std::uint64_t position = 0;
};

std::optional<FeedPlace> parse_id(std::string_view text) {
  FeedPlace place;
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    const auto [stopped, error] = std::from_chars(at, at + dot, place.epoch);
    if (error != std::errc{} || stopped != at + dot) {
      return std::nullopt;
    }
    at += dot + 1;
  }
  const auto [stopped, error] = std::from_chars(at, end, place.position);
  return error == std::errc{} && stopped == end ? std::optional{place} : std::nullopt;
}

Failure beyond(std::string_view what, std::uint64_t size) {
  return failure(Errc::kPrecondition,
                 "position_beyond_log",
                 std::string{what} + " is beyond the log, which has " + std::to_string(size) +
                     " events: it is of another directory, or of events that a restore lost");
}

/// Where the consumer that had seen `id` goes on.
Result<std::uint64_t> place_after(const Context& context, std::string_view id) {
  const auto seen = parse_id(id);
  if (!seen) {
    return failure_at(
        Errc::kInvalidSyntax, "invalid_parameter", "Last-Event-ID", "is no id that a feed gave");
  }
  const std::uint64_t size = context.point.size_of(context.log());
  if (!context.point.has_kept(Epoch{seen->epoch}, context.log(), seen->position + 1)) {
    return failure(Errc::kPrecondition,
                   "other_epoch",
                   "the position is of epoch " + std::to_string(seen->epoch) +
                       ", the directory is in epoch " + std::to_string(raw(context.point.epoch)) +
                       ": it was restored, and events after the backup were lost. Compare what you "
                       "have with the log, then go on with `from`");
  }
  if (seen->position >= size) {
    return beyond("Last-Event-ID", size);
  }
  return seen->position + 1;
}

/// A consumer that comes back sends the address it began with, and where it was: the id counts.
Result<std::uint64_t> read_place(const Context& context) {
  if (const std::string_view id = context.request.header("last-event-id"); !id.empty()) {
    return place_after(context, id);
  }
  const std::uint64_t size = context.point.size_of(context.log());
  if (context.request.query_parameter("from") == "now") {
    return size;
  }
  MUSTER_TRY(const auto from, read_first_position(context, "from"));
  if (from.value_or(0) > size) {
    return beyond("from", size);
  }
  return from.value_or(0);
}

Result<std::chrono::milliseconds> read_wait(const Request& request) {
  MUSTER_TRY(const auto seconds, read_number(request, "wait"));
  if (seconds.value_or(0) > kWaitSecondsMax) {
    return failure_at(Errc::kInvalidSyntax,
                      "invalid_parameter",
                      "wait",
                      "must be at most " + std::to_string(kWaitSecondsMax) + " seconds");
  }
  return std::chrono::milliseconds{seconds.value_or(kWaitSecondsDefault) * 1000};
}

const Operation& feed_operation() {
  const auto table = audit_operations();
  return *std::ranges::find(table, kOperation, &Operation::id);
}

}  // namespace

Result<Step> audit_feed(const Context& context) {
  const Request& request = context.request;
  MUSTER_CHECKED(check_known(
      request, {"stream", "type", "actor", "client", "request_id", "from", "wait", "open"}));
  FeedConsumer::Start start;
  MUSTER_TRY(start.question.filter, read_event_filter(context));
  MUSTER_TRY(start.question.with_open, read_flag(request, "open"));
  MUSTER_TRY(start.from, read_place(context));
  MUSTER_TRY(const std::chrono::milliseconds wait, read_wait(request));
  start.form = feed_form_of(request);
  start.life = start.form == FeedForm::kOne ? wait : context.services.settings.feed.life;
  MUSTER_TRY(start.place, context.services.followers.take_place());
  MUSTER_TRY(const HistoryReader reader, HistoryReader::of(context));
  MUSTER_CHECKED(reader.note(kOperation));
  Response response;
  response.content_type = media_type_of(start.form);
  response.add_header("Cache-Control", "no-store");
  response.add_header("Vary", "Accept");
  // Proxies that collect answers would keep events to themselves.
  response.add_header("X-Accel-Buffering", "no");
  response.stream(std::make_shared<FeedConsumer>(context, feed_operation(), std::move(start)));
  return Step{std::move(response)};
}

}  // namespace muster
