#include "projections/users.h"

#include <algorithm>

#include "projections/directory_views.h"
#include "projections/keys.h"
#include "projections/user_candidates.h"
#include "projections/user_filter.h"

namespace muster {
namespace {

Failure too_much_to_look_at(const UserFilter& filter) {
  Failure refusal = failure(Errc::kInvalid,
                            "filter_not_indexed",
                            "too few of the users looked at match; filter by indexed payload "
                            "members or a longer user_key");
  refusal.faults.push_back({filter.unindexed(), "filter_not_indexed", "no index answers this"});
  return refusal;
}

}  // namespace

Result<std::optional<UserRow>> Users::find(const PoolAt& at, std::string_view id) const {
  const std::string key = PoolKeys{at.log, at.pool.head.stream}.user(id);
  if (auto kept = cache_.find(key, at.point.group)) {
    return std::optional{UserRow{std::move(kept)}};
  }
  std::string bytes;
  MUSTER_TRY(const bool found, kv_.get(Family::kUsers, key, bytes, at.point.snapshot.get()));
  if (!found) {
    return std::optional<UserRow>{};
  }
  UserRow row{std::make_shared<const std::string>(std::move(bytes))};
  cache_.insert(key, row.bytes, at.point.group);
  return std::optional{std::move(row)};
}

Result<std::optional<UserRow>> Users::find_owner(const PoolAt& at, const std::string& key) const {
  std::string owner;
  MUSTER_TRY(const bool found, kv_.get(Family::kUserKeys, key, owner, at.point.snapshot.get()));
  if (!found) {
    return std::optional<UserRow>{};
  }
  return find(at, id_in_owner(owner));
}

Result<std::optional<UserRow>> Users::find_by_identifier(const PoolAt& at,
                                                         std::string_view value) const {
  const PoolKeys keys{at.log, at.pool.head.stream};
  return find_owner(at, keys.identifier(comparison_form(at.pool, value), compared_rows(at.pool)));
}

Result<std::optional<UserRow>> Users::find_by_verified_address(const PoolAt& at,
                                                               std::string_view value) const {
  const PoolKeys keys{at.log, at.pool.head.stream};
  return find_owner(at, keys.address(comparison_form(at.pool, value), compared_rows(at.pool)));
}

Result<std::vector<UserState>> Users::list(const PoolAt& at, const UserListQuery& query) const {
  const UserFilter filter{at.pool, query};
  const CandidateSource source{kv_, at, query};
  MUSTER_TRY(const auto candidates, find_candidates(source, filter));

  std::vector<UserState> page;
  std::string row;
  std::size_t mismatches = 0;
  while (page.size() < query.limit) {
    MUSTER_TRY(const bool more, candidates->next(row));
    if (!more) {
      break;
    }
    const auto document = parse_json(document_in(row));
    if (!document) {
      return unreadable_row();
    }
    if (filter.matches(document->root())) {
      MUSTER_TRY(UserState user, decode_user_row(at.pool.head.stream, row, document->root()));
      page.push_back(std::move(user));
    } else if (++mismatches > kFilterExaminedMax) {
      return too_much_to_look_at(filter);
    }
  }
  if (source.backwards()) {
    std::ranges::reverse(page);
  }
  return page;
}

Result<void> Users::scan(const PoolAt& at,
                         std::string_view after,
                         std::size_t limit,
                         const Visit& visit) const {
  const PoolKeys keys{at.log, at.pool.head.stream};
  KvRange range = KvRange::of_prefix(keys.users_prefix());
  if (!after.empty()) {
    range.from = keys.user(after) + '\0';
  }
  std::size_t seen = 0;
  return kv_.scan(
      Family::kUsers,
      range,
      [&](std::string_view key, std::string_view row) {
        visit(id_in_user_key(key), row);
        return ++seen < limit;
      },
      at.point.snapshot.get());
}

Result<std::int64_t> Users::count_unfit(const PoolAt& at) const {
  std::string value;
  MUSTER_TRY(const bool found,
             kv_.get(Family::kCounts,
                     pool_unfit_key(at.log, at.pool.head.stream),
                     value,
                     at.point.snapshot.get()));
  return found ? decode_counters(value)[0] : 0;
}

Result<std::vector<UserState>> Users::list_unfit(const PoolAt& at,
                                                 std::string_view after,
                                                 std::size_t limit) const {
  const PoolKeys keys{at.log, at.pool.head.stream};
  KvRange range = KvRange::of_prefix(keys.unfit({}));
  if (!after.empty()) {
    range.from = keys.unfit(after) + '\0';
  }
  std::vector<std::string> ids;
  MUSTER_CHECKED(kv_.scan(
      Family::kUserIndex,
      range,
      [&](std::string_view key, std::string_view) {
        ids.emplace_back(id_in_unfit_key(key));
        return ids.size() < limit;
      },
      at.point.snapshot.get()));
  std::vector<UserState> users;
  for (const std::string& id : ids) {
    MUSTER_TRY(const auto row, find(at, id));
    if (!row) {
      return unreadable_row();
    }
    MUSTER_TRY(UserState user, row->state(at.pool));
    users.push_back(std::move(user));
  }
  return users;
}

}  // namespace muster
