#include "api/server/cors.h"

#include <algorithm>
#include <utility>

#include "api/auth/tokens.h"
#include "api/http/percent.h"

namespace muster {
namespace {

constexpr std::string_view kAllowedHeaders =
    "Authorization, Content-Type, If-Match, If-None-Match, X-Idempotency-Key, Idempotency-Key, "
    "Prefer, Muster-Min-Position, Last-Event-ID, X-Request-Id, traceparent";
constexpr std::string_view kExposedHeaders =
    "ETag, Muster-Position, Muster-Receipt, Muster-Receipt-Leaves, Preference-Applied, Link, "
    "X-Idempotent-Replayed, Retry-After, X-Request-Id, Muster-Request-Id, "
    "WWW-Authenticate, Location";
/// Two hours: browsers keep a preflight's answer no longer.
constexpr std::string_view kMaxAge = "7200";

/// The next segment of `path`, decoded.
std::string next_segment(std::string_view& path) {
  if (path.empty()) {
    return {};
  }
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  std::string segment;
  append_percent_decoded(segment, path.substr(0, end), Plus::kIsPlus);
  path.remove_prefix(end);
  return segment;
}

struct Place {
  std::string tenant;
  std::string workspace;
};

/// Whose list of origins holds for a path. A preflight has no token, so only the path can tell.
Place place_of(std::string_view path) {
  std::string first = next_segment(path);
  std::string second = next_segment(path);
  if (first == "audit") {
    return {std::move(second), "admin"};
  }
  if (first != "api") {
    return {std::move(first), std::move(second)};  // /{tid}/{wid}/...
  }
  // /api/<product>/{tid}/<family>/...; the root's operations are those of the tenant `system`.
  std::string tenant = next_segment(path);
  std::string family = next_segment(path);
  if (tenant == kRootTenant && family != "configuration" && path == "/configuration") {
    // The older path has the tenant behind the family: /api/identity/system/{tid}/configuration.
    std::swap(tenant, family);
  }
  const bool is_system = tenant == kRootTenant || family == "system" || family == "configuration";
  return {std::move(tenant), is_system ? "system" : "admin"};
}

std::shared_ptr<const WorkspaceState> workspace_of(const Services& services, const Place& place) {
  const auto point = services.published.now();
  const auto tenant = services.catalog.find_tenant(*point, place.tenant);
  if (!tenant || *tenant == nullptr) {
    return nullptr;
  }
  const auto workspace = services.catalog.find_workspace(*point, (*tenant)->log, place.workspace);
  return workspace ? *workspace : nullptr;
}

}  // namespace

void add_cors_headers(const Services& services, const Request& request, Response& response) {
  const std::string_view origin = request.header("origin");
  if (origin.empty()) {
    return;
  }
  const auto workspace = workspace_of(services, place_of(request.path()));
  if (workspace == nullptr || workspace->cors_origins.empty()) {
    return;
  }
  const auto& origins = workspace->cors_origins;
  const bool any = std::ranges::find(origins, "*") != origins.end();
  if (!any) {
    // Also when the origin is not listed: a cache must not give that answer to one that is.
    response.add_header("Vary", "Origin");
    if (std::ranges::find(origins, origin) == origins.end()) {
      return;
    }
  }
  response.add_header("Access-Control-Allow-Origin", any ? "*" : origin);
  const bool is_preflight =
      request.method == Method::kOptions && request.has_header("access-control-request-method");
  if (!is_preflight) {
    response.add_header("Access-Control-Expose-Headers", kExposedHeaders);
    return;
  }
  response.add_header("Access-Control-Allow-Methods", response.header("Allow"));
  response.add_header("Access-Control-Allow-Headers", kAllowedHeaders);
  response.add_header("Access-Control-Max-Age", kMaxAge);
}

}  // namespace muster
