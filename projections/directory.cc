#include "projections/directory.h"

#include <algorithm>
#include <limits>

#include "engine/text/fold.h"
#include "projections/keys.h"
#include "projections/rows.h"

namespace muster {
namespace {

/// Reads at one point.
struct At {
  const KvReads& kv;
  const ReadPoint& point;
  LogId log{};

  template <class State>
  [[nodiscard]] Result<std::optional<State>> find(Aggregate aggregate, std::string_view id) const {
    std::string row;
    const std::string key = state_key(log, aggregate, id);
    MUSTER_TRY(const bool found, kv.get(Family::kStates, key, row, point.snapshot.get()));
    if (!found) {
      return std::optional<State>{};
    }
    MUSTER_TRY(AnyState state, decode_state_row(aggregate, row));
    return std::optional{std::get<State>(std::move(state))};
  }

  /// All states of a kind, in order of id.
  template <class State>
  [[nodiscard]] Result<std::vector<State>> list(Aggregate aggregate, std::size_t limit) const {
    std::vector<State> states;
    Result<void> outcome;
    const auto visit = [&](std::string_view, std::string_view row) {
      auto state = decode_state_row(aggregate, row);
      if (!state) {
        outcome = std::move(state).error();
      } else if (states.size() == limit) {
        outcome = failure(Errc::kTooLarge, "too_many_to_list", "there are too many for one answer");
      } else {
        states.push_back(std::get<State>(*std::move(state)));
      }
      return outcome.has_value();
    };
    MUSTER_CHECKED(kv.scan(Family::kStates,
                           KvRange::of_prefix(states_prefix(log, aggregate)),
                           visit,
                           point.snapshot.get()));
    MUSTER_CHECKED(outcome);
    return states;
  }

  [[nodiscard]] Result<Counters> counters(const std::string& key) const {
    std::string value;
    MUSTER_TRY(const bool found, kv.get(Family::kCounts, key, value, point.snapshot.get()));
    return found ? decode_counters(value) : Counters{};
  }
};

/// Walks the pools between two cursors in the chosen order.
class PoolWalk {
 public:
  PoolWalk(const At& at, const PoolListQuery& query) : at_{at}, query_{query} {}

  Result<std::vector<PoolState>> page() {
    MUSTER_TRY(const KvRange range, range_of_page());
    std::vector<PoolState> pools;
    if (!range.to.empty() && range.from >= range.to) {
      return pools;
    }
    // A page before a cursor is collected from its end.
    const bool backwards = query_.descending != query_.before.has_value();
    const auto rows = at_.kv.iterate(Family::kStates, range, at_.point.snapshot.get());
    backwards ? rows->seek_to_last() : rows->seek_to_first();
    for (std::size_t seen = 0; rows->valid() && pools.size() < query_.limit; ++seen) {
      if (seen == kPoolsExaminedMax) {
        return failure(Errc::kInvalid, "search_too_wide", "too few pools match; search for more");
      }
      MUSTER_CHECKED(add(rows->key(), rows->value(), pools));
      backwards ? rows->prev() : rows->next();
    }
    MUSTER_CHECKED(rows->status());
    if (query_.before) {
      std::ranges::reverse(pools);
    }
    return pools;
  }

  /// Of all pages.
  Result<std::uint64_t> count() {
    const bool all = phrase_.empty() && !query_.visible;
    const auto rows =
        at_.kv.iterate(Family::kStates, KvRange::of_prefix(prefix()), at_.point.snapshot.get());
    std::uint64_t total = 0;
    std::vector<PoolState> found;
    rows->seek_to_first();
    for (std::size_t seen = 0; rows->valid(); ++seen, rows->next()) {
      if (seen == kPoolsExaminedMax) {
        return failure(Errc::kInvalid, "search_too_wide", "there are too many pools to count");
      }
      if (!all) {
        found.clear();
        MUSTER_CHECKED(add(rows->key(), rows->value(), found));
      }
      total += all ? 1 : found.size();
    }
    MUSTER_CHECKED(rows->status());
    return total;
  }

 private:
  [[nodiscard]] bool by_name() const { return query_.sort == PoolOrder::kName; }

  /// Where a pool stands in the chosen order.
  Result<std::string> key_of(const std::string& id) const {
    if (!by_name()) {
      return prefix() + id;
    }
    MUSTER_TRY(const auto pool, at_.find<PoolState>(Aggregate::kPool, id));
    bool known = pool.has_value();
    if (known && query_.visible) {
      MUSTER_TRY(known, query_.visible(*pool));
    }
    if (!known) {
      Failure refusal = failure(Errc::kInvalidSyntax,
                                "unknown_cursor",
                                "there is no pool with the id of the cursor, so it has no place");
      refusal.faults.push_back({query_.after == id ? "after_pool_id" : "before_pool_id",
                                "unknown_cursor",
                                "no such pool"});
      return refusal;
    }
    return prefix() + pool->name;
  }

  /// What the keys begin with; the name or the id follows.
  [[nodiscard]] std::string prefix() const {
    if (query_.workspace) {
      return by_name() ? workspace_pool_names_prefix(at_.log, *query_.workspace)
                       : workspace_pool_ids_prefix(at_.log, *query_.workspace);
    }
    return by_name() ? pool_names_prefix(at_.log) : states_prefix(at_.log, Aggregate::kPool);
  }

  Result<KvRange> range_of_page() const {
    KvRange range = KvRange::of_prefix(prefix());
    // In descending order what comes after a cursor has smaller keys.
    const auto& above = query_.descending ? query_.before : query_.after;
    const auto& below = query_.descending ? query_.after : query_.before;
    if (above) {
      MUSTER_TRY(std::string key, key_of(*above));
      range.from = std::move(key);
      range.from.push_back('\0');
    }
    if (below) {
      MUSTER_TRY(range.to, key_of(*below));
    }
    return range;
  }

  [[nodiscard]] bool wanted(std::string_view id, std::string_view name) const {
    return phrase_.empty() || fold(id).find(phrase_) != std::string::npos ||
           fold(name).find(phrase_) != std::string::npos;
  }

  /// The pool of a row of the walk, however it is found.
  [[nodiscard]] Result<PoolState> pool_of(std::string_view id, std::string_view row) const {
    if (!by_name() && !query_.workspace) {
      MUSTER_TRY(AnyState state, decode_state_row(Aggregate::kPool, row));
      return std::get<PoolState>(std::move(state));
    }
    MUSTER_TRY(auto pool, at_.find<PoolState>(Aggregate::kPool, id));
    if (!pool) {
      return unreadable_row();
    }
    return *std::move(pool);
  }

  Result<void> add(std::string_view key,
                   std::string_view row,
                   std::vector<PoolState>& pools) const {
    const std::string_view name_or_id = key.substr(prefix_bytes_);
    const std::string_view id = by_name() ? id_in_owner(row) : name_or_id;
    if (by_name() && !wanted(id, name_or_id)) {
      return {};
    }
    MUSTER_TRY(PoolState pool, pool_of(id, row));
    bool shown = wanted(pool.id, pool.name);
    if (shown && query_.visible) {
      MUSTER_TRY(shown, query_.visible(pool));
    }
    if (shown) {
      pools.push_back(std::move(pool));
    }
    return {};
  }

  const At& at_;
  const PoolListQuery& query_;
  std::string phrase_ = fold(std::string_view{query_.search_phrase});
  std::size_t prefix_bytes_ = prefix().size();
};

}  // namespace

Result<std::vector<PoolState>> Directory::list_pools(const ReadPoint& point,
                                                     LogId log,
                                                     const PoolListQuery& query) const {
  const At at{kv_, point, log};
  return PoolWalk{at, query}.page();
}

Result<std::uint64_t> Directory::count_pools(const ReadPoint& point,
                                             LogId log,
                                             const PoolListQuery& query) const {
  const At at{kv_, point, log};
  return PoolWalk{at, query}.count();
}

Result<std::vector<SchemaState>> Directory::list_schemas(const ReadPoint& point, LogId log) const {
  MUSTER_TRY(auto schemas, (At{kv_, point, log}.list<SchemaState>(Aggregate::kSchema, kListedMax)));
  std::ranges::sort(schemas, {}, &SchemaState::name);  // names are unique
  return schemas;
}

Result<std::vector<SchemaState>> Directory::list_unchecked_schemas(const ReadPoint& point,
                                                                   LogId log) const {
  std::vector<std::string> ids;
  const std::string prefix = unchecked_schemas_prefix(log);
  MUSTER_CHECKED(kv_.scan(
      Family::kStates,
      KvRange::of_prefix(prefix),
      [&](std::string_view key, std::string_view) {
        ids.emplace_back(key.substr(prefix.size()));
        return ids.size() < kUncheckedMax;
      },
      point.snapshot.get()));
  std::vector<SchemaState> schemas;
  for (const std::string& id : ids) {
    MUSTER_TRY(auto schema, (At{kv_, point, log}.find<SchemaState>(Aggregate::kSchema, id)));
    if (schema) {
      schemas.push_back(*std::move(schema));
    }
  }
  return schemas;
}

Result<std::vector<WorkspaceState>> Directory::list_workspaces(const ReadPoint& point,
                                                               LogId log) const {
  return At{kv_, point, log}.list<WorkspaceState>(Aggregate::kWorkspace, kListedMax);
}

Result<std::vector<ClientState>> Directory::list_clients(const ReadPoint& point, LogId log) const {
  return At{kv_, point, log}.list<ClientState>(Aggregate::kClient, kListedMax);
}

Result<std::vector<WebhookState>> Directory::list_webhooks(const ReadPoint& point,
                                                           LogId log) const {
  return At{kv_, point, log}.list<WebhookState>(Aggregate::kWebhook, kListedMax);
}

Result<std::vector<TenantState>> Directory::list_tenants(const ReadPoint& point) const {
  return At{kv_, point, kSystemLog}.list<TenantState>(Aggregate::kTenant,
                                                      std::numeric_limits<std::size_t>::max());
}

Result<Counters> Directory::pool_users(const ReadPoint& point, LogId log, StreamId pool) const {
  return At{kv_, point, log}.counters(pool_users_key(log, pool));
}

Result<std::int64_t> Directory::schema_uses(const ReadPoint& point,
                                            LogId log,
                                            std::string_view schema_id) const {
  MUSTER_TRY(const Counters uses, (At{kv_, point, log}.counters(schema_uses_key(log, schema_id))));
  return uses[0];
}

}  // namespace muster
