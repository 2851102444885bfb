/// Users that may be in a list, in order of id, from the cheapest source there is.
///
/// Every source gives each user that meets its condition once, and all of them: what a source is
/// too coarse for is left to projections/user_filter.h, and what is too much for a source is
/// refused, so that no user is ever left out silently.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "projections/user_filter.h"

namespace muster {

/// How many rows of user_keys.1 one query may walk: about 50 ms. A key that finds more is so common
/// that going through the users in order of id meets a page of them soon.
inline constexpr std::size_t kKeyRowsMax = 100'000;

/// Where to look. Borrows everything.
struct CandidateSource {
  const KvReads& kv;
  const PoolAt& at;
  const UserListQuery& query;

  /// With `before` the page is collected from its end.
  [[nodiscard]] bool backwards() const { return query.before.has_value(); }

  /// Whether an id lies between the two cursors.
  [[nodiscard]] bool in_page_range(std::string_view id) const;
};

class Candidates {
 public:
  Candidates() = default;
  Candidates(const Candidates&) = delete;
  Candidates& operator=(const Candidates&) = delete;
  virtual ~Candidates() = default;

  /// The row of the next user between the cursors: ascending ids, or descending ones when the
  /// source is walked backwards. False at the end.
  virtual Result<bool> next(std::string& row) = 0;
};

/// The source for a query. Reads all at the point's snapshot.
Result<std::unique_ptr<Candidates>> find_candidates(const CandidateSource& source,
                                                    const UserFilter& filter);

}  // namespace muster
