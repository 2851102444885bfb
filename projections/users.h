/// Users as readers ask for them: by id, by identifier, by verified address, and in lists.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/core/result.h"
#include "projections/document_cache.h"
#include "projections/published.h"
#include "projections/user_row.h"

namespace muster {

/// A pool as it is at one point. Borrows both, so it lives as long as the request that asks.
struct PoolAt {
  const ReadPoint& point;
  LogId log{};
  const PoolState& pool;
};

/// A stored user. Cheap to copy.
struct UserRow {
  std::shared_ptr<const std::string> bytes;

  [[nodiscard]] StreamHead head() const { return head_in(*bytes); }

  /// UserWithData, as it is to be sent; lives as long as `bytes`.
  [[nodiscard]] std::string_view document() const { return document_in(*bytes); }

  [[nodiscard]] Result<UserState> state(const PoolState& pool) const {
    return decode_user_row(pool.head.stream, *bytes);
  }
};

/// How many users a filter without an index may look at (design: a filter is never a silent long
/// scan). Parsing a document takes some 3 us, so a request ends within 50 ms.
inline constexpr std::size_t kFilterExaminedMax = 10'000;

/// Which users, and which page of them (contract 1.9). All conditions must hold.
struct UserListQuery {
  std::size_t limit = 20;
  /// Ids, exclusive; they need not exist. With `before` the page is the last `limit` users before
  /// it.
  std::optional<std::string> after;
  std::optional<std::string> before;
  /// An identifier or a verified address begins or ends with it, or it is the id. Case counts
  /// unless the pool ignores it.
  std::optional<std::string> user_key;
  /// Objects; the user's payload and metadata contain them (json_contains). Their document must
  /// outlive the call. A user without payload has an empty one.
  std::optional<JsonValue> payload;
  std::optional<JsonValue> metadata;
};

/// Any thread. find...() look up one or two rows; list() scans.
class Users {
 public:
  /// Both outlive this object.
  Users(const KvReads& kv, DocumentCache& cache) : kv_{kv}, cache_{cache} {}

  [[nodiscard]] Result<std::optional<UserRow>> find(const PoolAt& at, std::string_view id) const;
  [[nodiscard]] Result<std::optional<UserRow>> find_by_identifier(const PoolAt& at,
                                                                  std::string_view value) const;
  [[nodiscard]] Result<std::optional<UserRow>> find_by_verified_address(
      const PoolAt& at,
      std::string_view value) const;

  /// One page in order of id. kInvalid "filter_not_indexed" when it would take looking at more than
  /// kFilterExaminedMax users that do not match; the fault points into the query:
  /// "/payload/member".
  [[nodiscard]] Result<std::vector<UserState>> list(const PoolAt& at,
                                                    const UserListQuery& query) const;

  /// Calls `visit(id, row)` for up to `limit` users in order of id, from behind `after`.
  using Visit = std::function<void(std::string_view id, std::string_view row)>;
  Result<void> scan(const PoolAt& at,
                    std::string_view after,
                    std::size_t limit,
                    const Visit& visit) const;
  /// Users with a value that does not fit its schema: how many, and a page of them in order of id.
  [[nodiscard]] Result<std::int64_t> count_unfit(const PoolAt& at) const;
  [[nodiscard]] Result<std::vector<UserState>> list_unfit(const PoolAt& at,
                                                          std::string_view after,
                                                          std::size_t limit) const;

 private:
  Result<std::optional<UserRow>> find_owner(const PoolAt& at, const std::string& key) const;

  const KvReads& kv_;
  DocumentCache& cache_;
};

}  // namespace muster
