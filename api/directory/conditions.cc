#include "api/directory/conditions.h"

#include <algorithm>
#include <charconv>

#include "api/http/problem.h"
#include "engine/administration/prepare.h"

namespace muster {
namespace {

struct GivenPosition {
  std::uint32_t epoch = 0;
  std::uint64_t position = 0;
};

/// <epoch>.<position>, as Muster-Position gave it.
std::optional<GivenPosition> parse_position(std::string_view text) {
  GivenPosition given;
  const char* end = text.data() + text.size();
  const auto [dot, epoch_error] = std::from_chars(text.data(), end, given.epoch);
  if (epoch_error != std::errc{} || dot == end || *dot != '.') {
    return std::nullopt;
  }
  const auto [stopped, error] = std::from_chars(dot + 1, end, given.position);
  return error == std::errc{} && stopped == end ? std::optional{given} : std::nullopt;
}

}  // namespace

// Both conditions compare without regard to W/. If-None-Match must (RFC 9110 section 13.1.2); for
// If-Match that is lenient, and harmless: our tags are strong, and proxies that compress bodies
// mark them as weak without changing what they name.
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

Response apply_read_conditions(const Request& request, Response response, Names path_names) {
  const std::string_view etag = response.header("ETag");
  if (etag.empty()) {
    return response;
  }
  const EntityTags wanted = entity_tags(request, "if-match");
  if (path_names == Names::kResource && wanted.given && !wanted.match(etag)) {
    return problem(failure(Errc::kPrecondition,
                           "precondition_failed",
                           "If-Match names another version than the current one"),
                   request.request_id);
  }
  // A look-up by POST has no cached answer to fall back on.
  const bool cacheable = request.method == Method::kGet || request.method == Method::kHead;
  const EntityTags known = entity_tags(request, "if-none-match");
  if (cacheable && known.given && known.match(etag)) {
    // RFC 9110 section 15.4.5: with the fields that a 200 would have had and caches keep.
    Response unchanged = empty_response(304);
    unchanged.add_header("ETag", etag);
    return unchanged;
  }
  return response;
}

std::optional<std::uint64_t> position_ahead(const Request& request,
                                            const ReadPoint& point,
                                            LogId log) {
  const auto wanted = parse_position(request.header("muster-min-position"));
  const bool waits =
      wanted && wanted->epoch == raw(point.epoch) && wanted->position >= point.size_of(log);
  return waits ? std::optional{wanted->position} : std::nullopt;
}

Result<void> check_min_position(const Request& request, const ReadPoint& point, LogId log) {
  const std::string_view text = request.header("muster-min-position");
  if (text.empty()) {
    return {};
  }
  const auto wanted = parse_position(text);
  if (!wanted) {
    return failure_at(Errc::kInvalidSyntax,
                      "invalid_min_position",
                      "Muster-Min-Position",
                      "must be <epoch>.<position>, as Muster-Position gave it");
  }
  if (wanted->epoch != raw(point.epoch)) {
    return point.has_kept(Epoch{wanted->epoch}, log, wanted->position + 1) &&
                   wanted->position + 1 != 0
               ? Result<void>{}
               : failure(Errc::kPrecondition,
                         "other_epoch",
                         "the position is of epoch " + std::to_string(wanted->epoch) +
                             ", the directory is in epoch " + std::to_string(raw(point.epoch)) +
                             " since it was restored, and what that position had is lost; read "
                             "again without it");
  }
  if (wanted->position >= point.size_of(log)) {
    return failure(
        Errc::kUnavailable, "position_not_reached", "the directory has not reached that position");
  }
  return {};
}

}  // namespace muster
