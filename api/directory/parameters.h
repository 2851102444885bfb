/// Query parameters (contract 1.9). What cannot be understood is refused with kInvalidSyntax, rule
/// "invalid_parameter"; the fault's pointer is the parameter's name.
#pragma once

#include <optional>

#include "api/http/request.h"
#include "projections/directory.h"
#include "projections/groups.h"
#include "projections/users.h"

namespace muster {

inline constexpr std::size_t kPageDefault = 20;
inline constexpr std::size_t kPageMax = 100;

/// A whole number; nothing when absent.
Result<std::optional<std::uint64_t>> read_number(const Request& request, std::string_view name);

/// `limit`: 1 to 100, 20 when absent.
Result<std::size_t> read_limit(const Request& request);

/// search_phrase, after_pool_id or before_pool_id, sort, order, limit.
Result<PoolListQuery> read_pool_list(const Request& request);

/// after_user_id or before_user_id, limit, query. `sort` and `order` have no effect.
struct UserList {
  UserListQuery query;
  /// What the query's values look into; nothing without `query`.
  std::optional<JsonDocument> filter;
};

Result<UserList> read_user_list(const Request& request);

/// after_group_id or before_group_id, limit, query.
Result<GroupPage> read_group_page(const Request& request);

/// after_user_id or before_user_id, limit, with_nested_groups.
Result<MemberPage> read_member_page(const Request& request);

/// An empty parameter is an absent one.
std::optional<std::string> read_text(const Request& request, std::string_view name);

/// `true` or `false`; absent is false.
Result<bool> read_flag(const Request& request, std::string_view name);

}  // namespace muster
