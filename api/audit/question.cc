#include "api/audit/question.h"

#include <algorithm>

#include "api/directory/parameters.h"
#include "engine/administration/prepare.h"
#include "engine/core/instant.h"
#include "engine/core/json.h"

namespace muster {
namespace {

Failure invalid(std::string_view name, std::string_view reason) {
  return failure_at(Errc::kInvalidSyntax, "invalid_parameter", name, reason);
}

/// Clients are named by their id, or by their stream, which finds those that are gone, too.
Result<std::optional<StreamId>> read_client(const Context& context) {
  const auto text = read_text(context.request, "client");
  if (!text) {
    return std::optional<StreamId>{};
  }
  if (const auto uuid = Uuid::parse(*text)) {
    return std::optional{StreamId{*uuid}};
  }
  MUSTER_TRY(const auto client,
             context.services.catalog.find_client(context.point, context.log(), *text));
  if (client == nullptr) {
    return invalid("client", "names no client; one that is gone is named by its stream");
  }
  return std::optional{client->head.stream};
}

Result<bool> read_newest_first(const Request& request) {
  const auto order = read_text(request, "order");
  if (!order || *order == "newest") {
    return true;
  }
  if (*order != "oldest") {
    return invalid("order", "must be newest or oldest");
  }
  return false;
}

/// What was asked for, without how much at once.
std::string text_of(const Request& request) {
  auto parameters = request.query_parameters();
  std::ranges::sort(parameters);
  std::string text{request.path()};
  for (const auto& [name, value] : parameters) {
    if (name != "cursor" && name != "limit") {
      append_pointer_token(text, name);
      append_pointer_token(text, value);
    }
  }
  return text;
}

/// The positions that `from` and `to` leave, both inclusive.
Result<void> narrow(const Context& context, AuditCursor& at) {
  const LogView view = log_view(context);
  MUSTER_TRY(const auto from, read_position_or_time(context.request, "from"));
  MUSTER_TRY(const auto to, read_position_or_time(context.request, "to"));
  if (from && from->position) {
    at.begin = *from->position;
  } else if (from) {
    MUSTER_TRY(at.begin, events_until(view, from->time, Bound::kBefore));
  }
  if (to && to->position) {
    at.end = std::min(at.end, *to->position == ~0ULL ? at.end : *to->position + 1);
  } else if (to) {
    MUSTER_TRY(at.end, events_until(view, through(to->time), Bound::kThrough));
  }
  at.begin = std::min(at.begin, at.end);
  return {};
}

}  // namespace

Result<void> check_known(const Request& request, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : request.query_parameters()) {
    if (std::ranges::find(known, name) == known.end()) {
      return invalid(name, "is no parameter of this operation");
    }
  }
  return {};
}

Result<std::optional<StreamId>> read_stream(const Request& request, std::string_view name) {
  const auto text = read_text(request, name);
  if (!text) {
    return std::optional<StreamId>{};
  }
  const auto uuid = Uuid::parse(*text);
  if (!uuid) {
    return invalid(name, "must be a UUID in lower case");
  }
  return std::optional{StreamId{*uuid}};
}

Result<EventFilter> read_event_filter(const Context& context) {
  const Request& request = context.request;
  EventFilter filter;
  MUSTER_TRY(filter.stream, read_stream(request, "stream"));
  filter.type = read_text(request, "type").value_or("");
  MUSTER_TRY(filter.actor, read_stream(request, "actor"));
  MUSTER_TRY(filter.client, read_client(context));
  filter.request_id = read_text(request, "request_id").value_or("");
  return filter;
}

Result<std::optional<std::uint64_t>> read_first_position(const Context& context,
                                                         std::string_view name) {
  MUSTER_TRY(const auto moment, read_position_or_time(context.request, name));
  if (!moment) {
    return std::optional<std::uint64_t>{};
  }
  if (moment->position) {
    return moment->position;
  }
  MUSTER_TRY(const std::uint64_t before,
             events_until(log_view(context), moment->time, Bound::kBefore));
  return std::optional{before};
}

Result<EventQuestion> read_event_question(const Context& context, std::optional<StreamId> stream) {
  const Request& request = context.request;
  MUSTER_CHECKED(check_known(request,
                             {stream ? "" : "stream",
                              "type",
                              "actor",
                              "client",
                              "request_id",
                              "from",
                              "to",
                              "order",
                              "limit",
                              "cursor"}));
  EventQuestion question;
  question.text = text_of(request);
  MUSTER_TRY(question.filter, read_event_filter(context));
  if (stream) {
    question.filter.stream = stream;
  }
  MUSTER_TRY(question.newest_first, read_newest_first(request));
  MUSTER_TRY(question.limit, read_limit(request));
  const LogView view = log_view(context);
  if (const auto cursor = read_text(request, "cursor")) {
    MUSTER_TRY(question.at, read_cursor(*cursor, question.text, context.point, context.log()));
    return question;
  }
  question.at = {context.point.epoch, view.size, 0, view.size};
  MUSTER_CHECKED(narrow(context, question.at));
  return question;
}

}  // namespace muster
