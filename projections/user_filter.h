/// Whether a stored user meets the conditions of a list query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "projections/users.h"

namespace muster {

/// A payload member that an index answers.
struct IndexedMember {
  std::size_t member = 0;  // place in the pool's list
  std::string_view value;  // of the query
};

/// Borrows the pool and the query.
class UserFilter {
 public:
  UserFilter(const PoolState& pool, const UserListQuery& query);

  /// `document` is the user's UserWithData.
  [[nodiscard]] bool matches(JsonValue document) const;

  /// The condition on keys, in the form in which the pool compares.
  [[nodiscard]] const std::optional<std::string>& key_form() const { return key_form_; }

  /// Whether something beside user_key must hold.
  [[nodiscard]] bool wants_more_than_key() const;
  [[nodiscard]] std::vector<IndexedMember> indexed_members() const;
  /// JSON Pointer into the query to the condition that no index answers.
  [[nodiscard]] std::string unindexed() const;

 private:
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view member, JsonValue value) const;
  [[nodiscard]] bool key_matches(JsonValue document) const;
  [[nodiscard]] bool begins_or_ends(JsonValue named,
                                    std::string_view spelled,
                                    std::string_view folded) const;

  const PoolState& pool_;
  const UserListQuery& query_;
  std::optional<std::string> key_form_;
};

}  // namespace muster
