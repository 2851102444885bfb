/// A moment in the history of a log, as requests name it: a position, or a time.
#pragma once

#include <optional>
#include <string_view>

#include "api/directory/operation.h"
#include "projections/history/log_places.h"

namespace muster {

/// The log of the caller's tenant, as the request sees it.
LogView log_view(const Context& context);

struct Moment {
  std::optional<std::uint64_t> position;
  Micros time{};  // without a position
};

/// The query parameter `name`; nothing when absent.
Result<std::optional<Moment>> read_position_or_time(const Request& request, std::string_view name);

/// Answers show milliseconds, so a time without more than these means the whole of its last one.
Micros through(Micros time);

/// How many events there were at `name`: a position with what lies before it, or a time; never half
/// a command. Nothing when absent. Positions and times that are not reached yet are refused.
Result<std::optional<std::uint64_t>> read_moment(const Context& context, std::string_view name);

/// Sees to it that no event gets a time up to that of `name`, or lies before `point` without being
/// seen at it: what is answered for that time holds for ever. Nothing happens for times up to the
/// newest event's and for positions. May wait for a commit; afterwards a newer point is to be read.
Result<void> settle_moment(const Context& context, std::string_view name);

}  // namespace muster
