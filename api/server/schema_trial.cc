#include "api/server/schema_trial.h"

#include <array>
#include <optional>

#include "engine/core/json.h"
#include "projections/user_row.h"

namespace muster {
namespace {

constexpr std::size_t kPoolsAtOnce = 1'000;

/// The names in documents, made once: a trial asks for them a million times.
struct Names {
  std::string_view value;
  std::string schema_id;
};

const std::array<Names, kGoverned.size()>& governed_names() {
  static const auto kNames = [] {
    std::array<Names, kGoverned.size()> names;
    for (std::size_t i = 0; i < kGoverned.size(); ++i) {
      names[i] = {name_of(kGoverned[i]), std::string{name_of(kGoverned[i])} + "_schema_id"};
    }
    return names;
  }();
  return kNames;
}

/// Nothing when the schema governs none of the user's values.
std::optional<std::vector<TriedUser::Misfit>> try_user(JsonValue document,
                                                       std::string_view schema_id,
                                                       const CompiledSchema& schema) {
  std::optional<std::vector<TriedUser::Misfit>> misfits;
  for (std::size_t i = 0; i < kGoverned.size(); ++i) {
    const Names& names = governed_names()[i];
    const auto its_schema = document.find(names.schema_id);
    if (!its_schema || its_schema->text() != schema_id) {
      continue;
    }
    if (!misfits) {
      misfits.emplace();
    }
    const auto value = document.find(names.value);
    auto fits = value ? schema.validate(*value) : Result<void>{};
    if (!fits) {
      misfits->push_back({&kGoverned[i], std::move(fits).error()});
    }
  }
  return misfits;
}

}  // namespace

Result<std::vector<PoolState>> SchemaTrial::pools_after(LogId log, const std::string& after) const {
  PoolListQuery query;
  query.limit = kPoolsAtOnce;
  query.sort = PoolOrder::kId;
  if (!after.empty()) {
    query.after = after;
  }
  return lists_.list_pools(*published_.now(), log, query);
}

Result<std::uint64_t> SchemaTrial::total(LogId log) const {
  std::uint64_t total = 0;
  std::string after;
  while (true) {
    MUSTER_TRY(const auto pools, pools_after(log, after));
    if (pools.empty()) {
      return total;
    }
    const auto point = published_.now();
    for (const PoolState& pool : pools) {
      MUSTER_TRY(const Counters users, lists_.pool_users(*point, log, pool.head.stream));
      total += static_cast<std::uint64_t>(users[0] + users[1]);
    }
    after = pools.back().id;
  }
}

Result<bool> SchemaTrial::run(LogId log,
                              std::string_view schema_id,
                              const CompiledSchema& schema,
                              const Listener& listener) const {
  std::uint64_t examined = 0;
  bool damaged = false;
  std::string after_pool;
  while (true) {
    MUSTER_TRY(const auto pools, pools_after(log, after_pool));
    if (pools.empty()) {
      return true;
    }
    after_pool = pools.back().id;
    for (const PoolState& pool : pools) {
      std::string after;
      std::size_t seen = 0;
      const auto visit = [&](std::string_view id, std::string_view row) {
        ++seen;
        after = id;
        const auto document = parse_json(document_in(row));
        damaged = damaged || !document;
        if (!document) {
          return;
        }
        if (auto misfits = try_user(document->root(), schema_id, schema)) {
          listener.tried({pool, id, row, *std::move(misfits)});
        }
      };
      do {
        seen = 0;
        const auto point = published_.now();
        MUSTER_CHECKED(users_.scan({*point, log, pool}, after, kChunkUsers, visit));
        if (damaged) {
          return unreadable_row();
        }
        examined += seen;
        if (seen > 0 && !listener.go_on(examined)) {
          return false;
        }
      } while (seen == kChunkUsers);
    }
  }
}

}  // namespace muster
