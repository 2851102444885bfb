#include "api/audit/operations.h"

#include <algorithm>
#include <iterator>

#include "api/audit/handlers.h"

namespace muster {
namespace {

constexpr std::string_view kRoot = "/audit/{tid}";

struct Entry {
  std::string_view id;
  std::string_view path;
  OperationHandler handler;
  std::vector<int> statuses;
};

std::vector<Entry> history_entries() {
  const std::vector<int> statuses{200, 400, 401, 403, 404, 429};
  return {
      {"auditEvents", "/events", audit_events, {200, 400, 401, 403, 429}},
      {"auditFeed", "/feed", audit_feed, {200, 400, 401, 403, 412, 429}},
      {"auditStreamHistory", "/streams/{streamID}/history", stream_history, statuses},
      {"auditPoolHistory", "/pools/{ipID}/history", pool_history, statuses},
      {"auditSchemaHistory", "/schemas/{schID}/history", schema_events, statuses},
      {"auditGroupHistory", "/pools/{ipID}/groups/{groupID}/history", group_history, statuses},
      {"auditUserHistory", "/pools/{ipID}/users/{userID}/history", user_history, statuses},
  };
}

std::vector<Entry> erasure_entries() {
  return {
      {"auditErasures", "/erasures", list_of_erasures, {200, 400, 401, 403, 429}},
      {"auditErasure", "/erasures/{streamID}", erasure_of_stream, {200, 400, 401, 403, 404, 429}},
  };
}

std::vector<Entry> blame_entries() {
  const std::vector<int> statuses{200, 400, 401, 403, 404, 422, 429};
  return {
      {"auditStreamBlame", "/streams/{streamID}/blame", stream_blame, statuses},
      {"auditPoolBlame", "/pools/{ipID}/blame", pool_blame, statuses},
      {"auditSchemaBlame", "/schemas/{schID}/blame", schema_blame, statuses},
      {"auditGroupBlame", "/pools/{ipID}/groups/{groupID}/blame", group_blame, statuses},
      {"auditUserBlame", "/pools/{ipID}/users/{userID}/blame", user_blame, statuses},
      {"auditDiff", "/diff", audit_diff, statuses},
      {"auditUserDiff", "/pools/{ipID}/users/{userID}/diff", user_diff, statuses},
  };
}

/// All of them look at many events, and may wait until it is written down who asked: none runs on
/// a connection's thread.
Operation make_operation(const Entry& entry) {
  Operation operation;
  operation.id = entry.id;
  operation.method = Method::kGet;
  operation.pattern = std::string{kRoot} + std::string{entry.path};
  operation.family = ApiFamily::kAudit;
  operation.scope = Scope::kAudit;
  operation.handler = entry.handler;
  operation.permission = Permission::kReadHistory;
  operation.work = Work::kScan;
  operation.statuses = entry.statuses;
  return operation;
}

}  // namespace

std::span<const Operation> audit_operations() {
  static const std::vector<Operation> kTable = [] {
    std::vector<Operation> table;
    for (const auto& entries : {history_entries(), blame_entries(), erasure_entries()}) {
      std::ranges::transform(entries, std::back_inserter(table), make_operation);
    }
    return table;
  }();
  return kTable;
}

}  // namespace muster
