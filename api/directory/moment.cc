#include "api/directory/moment.h"

#include <algorithm>

#include "api/directory/parameters.h"
#include "api/server/submit.h"
#include "engine/administration/prepare.h"
#include "engine/core/instant.h"
#include "storage/time_floor.h"

namespace muster {
namespace {

Failure invalid(std::string_view name, std::string_view reason) {
  return failure_at(Errc::kInvalidSyntax, "invalid_parameter", name, reason);
}

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
}

/// A command that changes nothing: it is answered when all before it are published.
Decide wait_for_turn(LogId log) {
  return [log](StateReader&, Micros) -> Result<Decision> {
    Decision decision;
    decision.subject = {log, Aggregate::kTenant, {}, "-"};
    return decision;
  };
}

}  // namespace

LogView log_view(const Context& context) {
  return {context.services.log, context.log(), context.point.size_of(context.log())};
}

Result<std::optional<Moment>> read_position_or_time(const Request& request, std::string_view name) {
  const auto text = read_text(request, name);
  if (!text) {
    return std::optional<Moment>{};
  }
  if (is_number(*text)) {
    MUSTER_TRY(const auto position, read_number(request, name));
    return std::optional{Moment{position, {}}};
  }
  const auto time = parse_rfc3339(*text);
  if (!time) {
    return invalid(name, "must be a position, or a time as RFC 3339 has it");
  }
  return std::optional{Moment{std::nullopt, *time}};
}

Micros through(Micros time) {
  return raw(time) % 1000 == 0 ? Micros{raw(time) + 999} : time;
}

Result<std::optional<std::uint64_t>> read_moment(const Context& context, std::string_view name) {
  const LogView view = log_view(context);
  MUSTER_TRY(const auto moment, read_position_or_time(context.request, name));
  if (!moment) {
    return std::optional<std::uint64_t>{};
  }
  std::uint64_t count = 0;
  if (moment->position) {
    if (*moment->position >= view.size) {
      return invalid(name, "is a position that is not reached yet");
    }
    count = *moment->position + 1;
  } else {
    if (moment->time > context.services.time_floor.now()) {
      return invalid(name, "is a time that is not reached yet");
    }
    MUSTER_TRY(count, events_until(view, through(moment->time), Bound::kThrough));
  }
  MUSTER_TRY(count, whole_commands(view, count));
  return std::optional{count};
}

Result<void> settle_moment(const Context& context, std::string_view name) {
  MUSTER_TRY(const auto moment, read_position_or_time(context.request, name));
  const LogView view = log_view(context);
  if (!moment || moment->position || moment->time > context.services.time_floor.now()) {
    return {};
  }
  if (view.size > 0) {
    MUSTER_TRY(const EventHeader newest, header_at(view, view.size - 1));
    if (through(moment->time) <= newest.time) {
      return {};
    }
  }
  MUSTER_CHECKED(context.services.time_floor.raise(through(moment->time)));
  // Commands that were decided before may have got earlier times and not be published yet.
  MUSTER_CHECKED(
      submit_and_wait(context.services.commands, context.log(), wait_for_turn(context.log())));
  return {};
}

}  // namespace muster
