/// Conditions of a request: If-Match, If-None-Match, Muster-Min-Position (contract 1.6, RFC 9110
/// section 13).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/http/request.h"
#include "api/http/response.h"
#include "engine/core/result.h"
#include "projections/published.h"

namespace muster {

/// In a tag, begins what is about the answer alone and not about the revision of what it shows.
/// Conditions of writes pass over it.
inline constexpr char kShownMark = '+';

/// The entity tags of a header value; `*` gives any = true.
struct EntityTags {
  std::vector<std::string> tags;
  bool any = false;
  bool given = false;

  [[nodiscard]] bool match(std::string_view etag) const;
};

/// Unreadable tags match nothing.
EntityTags entity_tags(const Request& request, std::string_view header);

/// 412 or 304 instead of `response` when the request's conditions say so. A response without ETag
/// ignores them.
enum class Names : std::uint8_t { kResource, kCollection };

Response apply_read_conditions(const Request& request,
                               Response response,
                               Names path_names = Names::kResource);

/// Muster-Min-Position: the position that a read must see and `point` does not show yet. Nothing
/// when there is nothing to wait for, which includes values that check_min_position() refuses.
std::optional<std::uint64_t> position_ahead(const Request& request,
                                            const ReadPoint& point,
                                            LogId log);

/// kUnavailable "position_not_reached" when the request wants to see more events than are
/// published, kPrecondition "other_epoch" when a restore has lost it since, kInvalidSyntax
/// "invalid_min_position" for what is no position.
Result<void> check_min_position(const Request& request, const ReadPoint& point, LogId log);

}  // namespace muster
