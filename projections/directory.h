/// Lists of what is no user, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/ports/views.h"
#include "projections/published.h"

namespace muster {

enum class PoolOrder : std::uint8_t { kName, kId };

/// Which page of the pools (contract 1.9).
struct PoolListQuery {
  std::size_t limit = 20;
  PoolOrder sort = PoolOrder::kName;
  bool descending = false;
  /// Ids of pools, exclusive, in the chosen order. With `before` the page is the last `limit` pools
  /// before it.
  std::optional<std::string> after;
  std::optional<std::string> before;
  /// Part of the id or the name, whatever its case; empty for all.
  std::string search_phrase;
  /// Only pools that belong to this workspace or are connected with it.
  std::optional<std::string> workspace = {};
  /// Only pools that it holds for; empty: all.
  std::function<Result<bool>(const PoolState&)> visible = {};
};

/// How many pools a search may look at: at 5 us each, half a second.
inline constexpr std::size_t kPoolsExaminedMax = 100'000;
/// How many states a list without pages may hold.
inline constexpr std::size_t kUncheckedMax = 100;
inline constexpr std::size_t kListedMax = 10'000;

/// Any thread.
class Directory {
 public:
  /// `kv` outlives this object.
  explicit Directory(const KvReads& kv) : kv_{kv} {}

  /// Pools that are not being deleted. kInvalidSyntax "unknown_cursor" when the order is by name
  /// and there is no pool with the id of the cursor; kInvalid "search_too_wide" beyond
  /// kPoolsExaminedMax.
  [[nodiscard]] Result<std::vector<PoolState>> list_pools(const ReadPoint& point,
                                                          LogId log,
                                                          const PoolListQuery& query) const;
  /// How many pools `query` finds on all its pages; kInvalid "search_too_wide" as above.
  [[nodiscard]] Result<std::uint64_t> count_pools(const ReadPoint& point,
                                                  LogId log,
                                                  const PoolListQuery& query) const;
  /// In order of name. These three: kTooLarge "too_many_to_list" beyond kListedMax.
  [[nodiscard]] Result<std::vector<SchemaState>> list_schemas(const ReadPoint& point,
                                                              LogId log) const;
  /// Those that their users are not compared with yet, in order of id, kUncheckedMax at most.
  [[nodiscard]] Result<std::vector<SchemaState>> list_unchecked_schemas(const ReadPoint& point,
                                                                        LogId log) const;
  /// In order of id.
  [[nodiscard]] Result<std::vector<WorkspaceState>> list_workspaces(const ReadPoint& point,
                                                                    LogId log) const;
  [[nodiscard]] Result<std::vector<ClientState>> list_clients(const ReadPoint& point,
                                                              LogId log) const;
  [[nodiscard]] Result<std::vector<WebhookState>> list_webhooks(const ReadPoint& point,
                                                                LogId log) const;
  /// All tenants in order of id, however many.
  [[nodiscard]] Result<std::vector<TenantState>> list_tenants(const ReadPoint& point) const;

  /// Standard users and jit users of a pool.
  [[nodiscard]] Result<Counters> pool_users(const ReadPoint& point, LogId log, StreamId pool) const;
  /// How many pools and users refer to a schema.
  [[nodiscard]] Result<std::int64_t> schema_uses(const ReadPoint& point,
                                                 LogId log,
                                                 std::string_view schema_id) const;

 private:
  const KvReads& kv_;
};

}  // namespace muster
