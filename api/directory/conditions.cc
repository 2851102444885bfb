#include "api/directory/conditions.h"

#include <algorithm>
#include <charconv>

#include "api/http/problem.h"

namespace muster {

bool EntityTags::match(std::string_view etag) const {
  return any || std::ranges::find(tags, etag) != tags.end();
}

EntityTags entity_tags(const Request& request, std::string_view header) {
  EntityTags parsed;
  parsed.given = request.has_header(header);
  if (!parsed.given) {
    return parsed;
  }
  const std::string joined = request.joined_header(header);
  std::string_view rest = joined;
  while (!rest.empty()) {
    const auto begin = rest.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) {
      break;
    }
    rest.remove_prefix(begin);
    if (rest.front() == '*') {
      parsed.any = true;
      rest.remove_prefix(1);
      continue;
    }
    if (rest.starts_with("W/")) {
      rest.remove_prefix(2);
    }
    // A tag never holds a comma of ours; clients that forget the quotes are understood too.
    const auto end = rest.front() == '"' ? rest.find('"', 1) : rest.find_first_of(" \t,");
    const auto size =
        std::min(rest.front() == '"' && end != std::string_view::npos ? end + 1 : end, rest.size());
    std::string tag{rest.substr(0, size)};
    if (!tag.starts_with('"')) {
      tag.insert(tag.begin(), '"');
      tag.push_back('"');
    }
    parsed.tags.push_back(std::move(tag));
    rest.remove_prefix(size);
  }
  return parsed;
}

Response apply_read_conditions(const Request& request, Response response) {
  const std::string_view etag = response.header("ETag");
  if (etag.empty()) {
    return response;
  }
  const EntityTags wanted = entity_tags(request, "if-match");
  if (wanted.given && !wanted.match(etag)) {
    return problem(failure(Errc::kPrecondition,
                           "precondition_failed",
                           "If-Match names another version than the current one"),
                   request.request_id);
  }
  // A look-up by POST has no cached answer to fall back on.
  const bool cacheable = request.method == Method::kGet || request.method == Method::kHead;
  const EntityTags known = entity_tags(request, "if-none-match");
  if (cacheable && known.given && known.match(etag)) {
    Response unchanged = empty_response(304);
    unchanged.add_header("ETag", etag);
    return unchanged;
  }
  return response;
}

Result<void> check_min_position(const Request& request, const ReadPoint& point, LogId log) {
  const std::string_view wanted = request.header("muster-min-position");
  if (wanted.empty()) {
    return {};
  }
  // <epoch>.<position>, as Muster-Position gave it.
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
  const char* end = wanted.data() + wanted.size();
  const auto [dot, epoch_error] = std::from_chars(wanted.data(), end, epoch);
  const bool has_dot = epoch_error == std::errc{} && dot != end && *dot == '.';
  const auto [stopped, position_error] =
      has_dot ? std::from_chars(dot + 1, end, position)
              : std::from_chars_result{end, std::errc::invalid_argument};
  if (position_error != std::errc{} || stopped != end) {
    return failure(Errc::kInvalidSyntax,
                   "invalid_min_position",
                   "Muster-Min-Position is <epoch>.<position>, as Muster-Position gave it");
  }
  if (epoch != raw(point.epoch)) {
    return failure(Errc::kPrecondition,
                   "other_epoch",
                   "the position is from before a restore of the directory; read again without it");
  }
  if (position >= point.size_of(log)) {
    return failure(
        Errc::kUnavailable, "position_not_reached", "the directory has not reached that position");
  }
  return {};
}

}  // namespace muster
