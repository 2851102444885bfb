#include "api/directory/as_of.h"

#include "api/directory/access.h"
#include "api/directory/conditions.h"
#include "api/directory/moment.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/server/read_recorder.h"
#include "engine/administration/prepare.h"
#include "projections/as_of/rows_as_of.h"

namespace muster {
namespace {

constexpr std::string_view kAt = "at";

/// The readers of one request about the past, in the place of those of now.
class PastReaders {
 public:
  PastReaders(const Context& now, std::uint64_t size)
      : streams_{{now.services.log, now.log(), size}, now.services.views, now.tenant()},
        rows_{now.services.kv, streams_},
        catalog_{rows_},
        users_{rows_, cache_},
        groups_{rows_, users_},
        lists_{rows_},
        point_{point_of(now, size)},
        services_{services_of(now.services)} {}

  [[nodiscard]] const Services& services() const { return services_; }

  [[nodiscard]] const ReadPoint& point() const { return point_; }

 private:
  static ReadPoint point_of(const Context& now, std::uint64_t size) {
    ReadPoint point = now.point;
    point.sizes = std::make_shared<const std::vector<LogSize>>(
        std::vector<LogSize>{LogSize{now.log(), size}});
    point.as_of = true;
    return point;
  }

  Services services_of(const Services& now) {
    return Services{now.domain,
                    now.commands,
                    now.views,
                    now.published,
                    catalog_,
                    users_,
                    groups_,
                    lists_,
                    now.log,
                    now.schemas,
                    now.plans,
                    now.foldings,
                    now.hashing,
                    now.scanning,
                    now.keyless,
                    now.answers,
                    now.limits,
                    now.positions,
                    now.tokens,
                    now.settings,
                    now.idempotency_mac,
                    now.configuration,
                    now.tree_heads,
                    now.read_recorder,
                    now.kv,
                    now.time_floor,
                    now.erasures,
                    now.followers,
                    now.deliveries};
  }

  StreamsAsOf streams_;
  RowsAsOf rows_;
  Catalog catalog_;
  DocumentCache cache_{0};
  Users users_;
  Groups groups_;
  Directory lists_;
  ReadPoint point_;
  Services services_;
};

Result<void> require(Permissions allowed, AsOf shows) {
  const bool enough = allowed.has(Permission::kReadHistory) &&
                      (shows == AsOf::kPublic || allowed.has(Permission::kReadPersonalHistory));
  if (enough) {
    return {};
  }
  return failure(Errc::kForbidden,
                 "missing_permission",
                 shows == AsOf::kPublic
                     ? "the caller's roles do not allow 'read_history' here, which 'at' needs"
                     : "the caller's roles do not allow 'read_personal_history' here, which 'at' "
                       "needs");
}

bool has_tenant_wide(const Context& context, const Operation& operation) {
  if (context.caller.administers_tenant) {
    return true;
  }
  const Permissions allowed = permissions_in_tenant(context);
  return (!operation.permission || allowed.has(*operation.permission)) &&
         require(allowed, operation.as_of).has_value();
}

Result<Permissions> permissions_here(const Context& context) {
  if (!context.request.path_parameter("ipID").empty()) {
    MUSTER_TRY(const auto pool, find_pool(context));
    return permissions_on(context, *pool);
  }
  if (!context.request.path_parameter("wid").empty()) {
    MUSTER_TRY(const auto workspace, find_workspace(context));
    return permissions_in(context, *workspace);
  }
  return permissions_in_tenant(context);
}

/// What the path names must have been the same pool and the same workspace, and have let the caller
/// in.
Result<void> check_same(const Context& now, const Context& then, const Operation& operation) {
  MUSTER_CHECKED(check_access(then, operation));
  if (!now.request.path_parameter("ipID").empty()) {
    MUSTER_TRY(const auto pool_now, find_pool(now));
    MUSTER_TRY(const auto pool_then, find_pool(then));
    if (pool_now->head.stream != pool_then->head.stream) {
      return not_found("pool");
    }
  }
  if (!now.request.path_parameter("wid").empty()) {
    MUSTER_TRY(const auto workspace_now, find_workspace(now));
    MUSTER_TRY(const auto workspace_then, find_workspace(then));
    if (workspace_now->head.stream != workspace_then->head.stream) {
      return not_found("workspace");
    }
  }
  return {};
}

std::string as_of_text(Epoch epoch, std::uint64_t size) {
  return std::to_string(raw(epoch)) + "." + (size == 0 ? "none" : std::to_string(size - 1));
}

Result<Response> answer_at(const Context& now, const Operation& operation) {
  MUSTER_TRY(const auto size, read_moment(now, kAt));
  if (!size) {
    return failure_at(
        Errc::kInvalidSyntax, "invalid_parameter", kAt, "must be a position or a time");
  }
  const PastReaders past{now, *size};
  std::vector<StreamId> shown;
  Context then{past.services(), now.request, now.caller, past.point()};
  then.shown = &shown;
  if (!has_tenant_wide(now, operation)) {
    MUSTER_CHECKED(check_same(now, then, operation));
  }
  MUSTER_TRY(Step step, operation.handler(then));
  MUSTER_CHECKED(now.services.read_recorder.note(now.caller, operation.id, shown));
  Response response = apply_read_conditions(now.request, std::move(std::get<Response>(step)));
  response.add_header("Muster-As-Of", as_of_text(now.point.epoch, *size));
  response.add_header("Cache-Control", "no-store");
  return response;
}

}  // namespace

Failure no_past() {
  return failure_at(Errc::kInvalidSyntax,
                    "invalid_parameter",
                    kAt,
                    "is not for this operation, which answers as of now");
}

bool asks_as_of(const Operation& operation, const Request& request) {
  const bool in_families =
      operation.family == ApiFamily::kAdmin || operation.family == ApiFamily::kSystem;
  return in_families && request.query_parameter(kAt).has_value();
}

Result<void> check_access_as_of(const Context& now, const Operation& operation) {
  if (operation.as_of == AsOf::kNever) {
    MUSTER_CHECKED(check_access(now, operation));
    return no_past();
  }
  if (operation.family == ApiFamily::kSystem && !now.caller.scopes.has(Scope::kAudit)) {
    return failure(Errc::kForbidden, "missing_scope", "the token lacks the scope 'audit'");
  }
  if (has_tenant_wide(now, operation)) {
    return {};
  }
  MUSTER_CHECKED(check_access(now, operation));
  MUSTER_TRY(const Permissions allowed, permissions_here(now));
  return require(allowed, operation.as_of);
}

Result<Response> answer_as_of(const Context& now, const Operation& operation) {
  MUSTER_CHECKED(settle_moment(now, kAt));
  // What was on its way while the moment was settled is published by now.
  const auto point = now.services.published.now();
  return answer_at({now.services, now.request, now.caller, *point}, operation);
}

}  // namespace muster
