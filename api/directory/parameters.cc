#include "api/directory/parameters.h"

#include <charconv>

#include "engine/administration/prepare.h"

namespace muster {
namespace {

Failure invalid(std::string_view name, std::string_view reason) {
  return failure_at(Errc::kInvalidSyntax, "invalid_parameter", name, reason);
}

/// Says what is wrong with the JSON.
Failure unreadable_query(const Failure& why) {
  return invalid(
      "query",
      why.faults.empty()
          ? why.reason
          : why.reason + ": " + why.faults.front().reason +
                (why.faults.front().pointer.empty() ? "" : " at " + why.faults.front().pointer));
}

struct Cursors {
  std::optional<std::string> after;
  std::optional<std::string> before;
};

Result<Cursors> read_cursors(const Request& request,
                             std::string_view after,
                             std::string_view before) {
  Cursors cursors{read_text(request, after), read_text(request, before)};
  if (cursors.after && cursors.before) {
    return invalid(before, "cannot be combined with " + std::string{after});
  }
  return cursors;
}

Result<PoolOrder> read_sort(const Request& request) {
  const auto sort = read_text(request, "sort");
  if (!sort || *sort == "name") {
    return PoolOrder::kName;
  }
  if (*sort != "id") {
    return invalid("sort", "must be name or id");
  }
  return PoolOrder::kId;
}

Result<bool> read_descending(const Request& request) {
  const auto order = read_text(request, "order");
  // `acs` is how the published file spells it.
  if (!order || *order == "asc" || *order == "acs") {
    return false;
  }
  if (*order != "desc") {
    return invalid("order", "must be asc or desc");
  }
  return true;
}

Result<void> read_condition(std::string_view name, const JsonValue& value, UserListQuery& query) {
  if (name == "user_key") {
    const auto key = value.text();
    if (!key && !value.is_null()) {
      return invalid("query", "user_key must be a string");
    }
    if (key && !key->empty()) {
      query.user_key = *key;
    }
    return {};
  }
  if (name != "payload" && name != "metadata") {
    return invalid("query", "has other members than user_key, payload and metadata");
  }
  if (!value.is_object() && !value.is_null()) {
    return invalid("query", "payload and metadata must be objects");
  }
  if (value.is_object()) {
    (name == "payload" ? query.payload : query.metadata) = value;
  }
  return {};
}

/// Sets the conditions of `query` from the JSON of the `query` parameter.
Result<void> read_filter(const JsonValue& filter, UserListQuery& query) {
  if (!filter.is_object()) {
    return invalid("query", "must be a JSON object");
  }
  for (const auto& [name, value] : filter.members()) {
    MUSTER_CHECKED(read_condition(name, value, query));
  }
  return {};
}

/// The name that `query` of groups asks for.
Result<std::string> read_group_name(const JsonValue& filter) {
  std::string wanted;
  if (!filter.is_object()) {
    return invalid("query", "must be a JSON object");
  }
  for (const auto& [name, value] : filter.members()) {
    const auto text = value.text();
    if (name != "name") {
      return invalid("query", "has other members than name");
    }
    if (!text && !value.is_null()) {
      return invalid("query", "name must be a string");
    }
    wanted = text.value_or(std::string_view{});
  }
  return wanted;
}

}  // namespace

Result<std::optional<std::uint64_t>> read_number(const Request& request, std::string_view name) {
  const auto text = read_text(request, name);
  if (!text) {
    return std::optional<std::uint64_t>{};
  }
  std::uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc{} || stopped != end) {
    return invalid(name, "must be a whole number");
  }
  return std::optional{number};
}

Result<std::size_t> read_limit(const Request& request) {
  const auto number = read_number(request, "limit");
  const std::uint64_t limit = number ? number->value_or(kPageDefault) : 0;
  if (limit < 1 || limit > kPageMax) {
    return invalid("limit", "must be a whole number from 1 to 100");
  }
  return static_cast<std::size_t>(limit);
}

std::optional<std::string> read_text(const Request& request, std::string_view name) {
  auto value = request.query_parameter(name);
  return value && value->empty() ? std::nullopt : std::move(value);
}

Result<PoolListQuery> read_pool_list(const Request& request) {
  PoolListQuery query;
  MUSTER_TRY(query.limit, read_limit(request));
  MUSTER_TRY(query.sort, read_sort(request));
  MUSTER_TRY(query.descending, read_descending(request));
  MUSTER_TRY(Cursors cursors, read_cursors(request, "after_pool_id", "before_pool_id"));
  query.after = std::move(cursors.after);
  query.before = std::move(cursors.before);
  query.search_phrase = request.query_parameter("search_phrase").value_or(std::string{});
  return query;
}

Result<UserList> read_user_list(const Request& request) {
  UserList list;
  MUSTER_TRY(list.query.limit, read_limit(request));
  MUSTER_TRY(Cursors cursors, read_cursors(request, "after_user_id", "before_user_id"));
  list.query.after = std::move(cursors.after);
  list.query.before = std::move(cursors.before);
  const auto text = read_text(request, "query");
  if (!text) {
    return list;
  }
  auto filter = parse_json(*text);
  if (!filter) {
    return unreadable_query(filter.error());
  }
  list.filter = std::move(*filter);
  MUSTER_CHECKED(read_filter(list.filter->root(), list.query));
  return list;
}

Result<GroupPage> read_group_page(const Request& request) {
  GroupPage page;
  MUSTER_TRY(page.limit, read_limit(request));
  MUSTER_TRY(Cursors cursors, read_cursors(request, "after_group_id", "before_group_id"));
  page.after = std::move(cursors.after);
  page.before = std::move(cursors.before);
  if (const auto text = read_text(request, "query")) {
    const auto filter = parse_json(*text);
    if (!filter) {
      return unreadable_query(filter.error());
    }
    MUSTER_TRY(page.name, read_group_name(filter->root()));
  }
  return page;
}

Result<MemberPage> read_member_page(const Request& request) {
  MemberPage page;
  MUSTER_TRY(page.limit, read_limit(request));
  MUSTER_TRY(Cursors cursors, read_cursors(request, "after_user_id", "before_user_id"));
  page.after = std::move(cursors.after);
  page.before = std::move(cursors.before);
  MUSTER_TRY(page.nested, read_flag(request, "with_nested_groups"));
  return page;
}

Result<bool> read_flag(const Request& request, std::string_view name) {
  const auto text = read_text(request, name);
  if (!text || *text == "false") {
    return false;
  }
  if (*text != "true") {
    return invalid(name, "must be true or false");
  }
  return true;
}

}  // namespace muster
