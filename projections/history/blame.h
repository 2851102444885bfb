/// Blame: which event made each value of a document what it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "projections/history/log_places.h"

namespace muster {

struct BlamedValue {
  std::string pointer;
  std::string value;  // JSON; empty when it is hidden
  bool hidden = false;
  std::size_t event = 0;  // place in Blame::events
};

struct Blame {
  AnyState state;
  std::vector<EventHeader> events;
  std::vector<BlamedValue> values;  // in the order of the document; none when it is gone
};

/// Of the document that the stream has after the events below `end`. What is hidden is blamed as a
/// whole. An element of a list that names itself by `id` or `group` keeps its blame when others
/// come and go before it. kInvalid "history_too_long" as walk_stream() says.
Result<Blame> blame_stream(const LogView& view,
                           StreamId stream,
                           std::uint64_t end,
                           std::string_view tenant_id,
                           bool shows_personal);

}  // namespace muster
