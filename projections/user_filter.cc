#include "projections/user_filter.h"

#include <algorithm>

#include "projections/directory_views.h"

namespace muster {
namespace {

bool contains(std::optional<JsonValue> stored, const std::optional<JsonValue>& wanted) {
  if (!wanted) {
    return true;
  }
  if (!stored) {
    return wanted->is_object() && wanted->size() == 0;
  }
  return json_contains(*stored, *wanted);
}

std::string first_member(std::string_view condition, const std::optional<JsonValue>& wanted) {
  std::string pointer;
  append_pointer_token(pointer, condition);
  if (wanted && wanted->size() != 0) {
    append_pointer_token(pointer, (*wanted->members().begin()).name);
  }
  return pointer;
}

}  // namespace

UserFilter::UserFilter(const PoolState& pool, const UserListQuery& query)
    : pool_{pool}, query_{query} {
  if (query.user_key) {
    key_form_ = comparison_form(pool, *query.user_key);
  }
}

bool UserFilter::begins_or_ends(JsonValue named,
                                std::string_view spelled,
                                std::string_view folded) const {
  const auto form = named.find(pool_.identifier_case_insensitive ? folded : spelled);
  const std::string_view text =
      form ? form->text().value_or(std::string_view{}) : std::string_view{};
  return text.starts_with(*key_form_) || text.ends_with(*key_form_);
}

bool UserFilter::key_matches(JsonValue document) const {
  const auto id = document.find("id");
  if (id && id->text() == *query_.user_key) {
    return true;
  }
  if (const auto identifiers = document.find("identifiers")) {
    for (const JsonValue identifier : identifiers->elements()) {
      if (begins_or_ends(identifier, "identifier", "identifier_lc")) {
        return true;
      }
    }
  }
  if (const auto addresses = document.find("verifiable_addresses")) {
    for (const JsonValue address : addresses->elements()) {
      const auto verified = address.find("verified");
      if (verified && verified->flag() == true &&
          begins_or_ends(address, "address", "address_lc")) {
        return true;
      }
    }
  }
  return false;
}

bool UserFilter::matches(JsonValue document) const {
  return (!key_form_ || key_matches(document)) &&
         contains(document.find("payload"), query_.payload) &&
         contains(document.find("metadata"), query_.metadata);
}

bool UserFilter::wants_more_than_key() const {
  return query_.payload || query_.metadata;
}

std::optional<std::size_t> UserFilter::place_of(std::string_view member, JsonValue value) const {
  const auto place = std::ranges::find(pool_.indexed, member);
  if (place == pool_.indexed.end() || !value.is_string()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(place - pool_.indexed.begin());
}

std::vector<IndexedMember> UserFilter::indexed_members() const {
  std::vector<IndexedMember> found;
  if (query_.payload) {
    for (const auto& [name, value] : query_.payload->members()) {
      if (const auto place = place_of(name, value)) {
        found.push_back({*place, value.as_string()});
      }
    }
  }
  return found;
}

std::string UserFilter::unindexed() const {
  if (query_.payload) {
    for (const auto& [name, value] : query_.payload->members()) {
      if (!place_of(name, value)) {
        std::string pointer = "/payload";
        append_pointer_token(pointer, name);
        return pointer;
      }
    }
  }
  if (query_.metadata) {
    return first_member("metadata", query_.metadata);
  }
  return query_.payload ? first_member("payload", query_.payload) : "/user_key";
}

}  // namespace muster
