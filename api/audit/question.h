/// What is asked of the log: query parameters of history. An unknown one is refused: a misspelt
/// filter that is passed over would answer another question than the one that was asked.
#pragma once

#include <initializer_list>

#include "api/audit/cursor.h"
#include "api/directory/moment.h"
#include "projections/history/event_search.h"

namespace muster {

Result<void> check_known(const Request& request, std::initializer_list<std::string_view> known);

/// A UUID in lower case; nothing when absent.
Result<std::optional<StreamId>> read_stream(const Request& request, std::string_view name);

/// stream, type, actor, client, request_id.
Result<EventFilter> read_event_filter(const Context& context);

/// `from` as the first position wanted; nothing when absent. It may be the end of the log.
Result<std::optional<std::uint64_t>> read_first_position(const Context& context,
                                                         std::string_view name);

/// A page of events that was asked for.
struct EventQuestion {
  EventFilter filter;
  AuditCursor at;  // what to look at
  bool newest_first = true;
  std::size_t limit = 0;
  std::string text;  // the question itself, for cursors
};

/// stream, type, actor, client, request_id, from, to, order, limit, cursor; `stream` instead of
/// the parameter, when given.
Result<EventQuestion> read_event_question(const Context& context, std::optional<StreamId> stream);

}  // namespace muster
