#include "projections/user_candidates.h"

#include <set>

#include "projections/behind_id.h"
#include "projections/directory_views.h"
#include "projections/keys.h"
#include "projections/rows.h"

namespace muster {
namespace {

/// How far a value is counted to see whether it is rarer than another.
constexpr std::size_t kProbeRows = 256;

/// Walks the keys that are `prefix` and an id between the cursors, in the direction of the page.
class IdWalk {
 public:
  IdWalk(const CandidateSource& source, Family family, const std::string& prefix)
      : prefix_bytes_{prefix.size()}, backwards_{source.backwards()} {
    KvRange range = KvRange::of_prefix(prefix);
    if (source.query.after) {
      range.from = behind_id(prefix + *source.query.after, source.at.point);
    }
    if (source.query.before) {
      range.to = prefix + *source.query.before;
    }
    if (!range.to.empty() && range.from >= range.to) {
      return;
    }
    rows_ = source.kv.iterate(family, std::move(range), source.at.point.snapshot.get());
    backwards_ ? rows_->seek_to_last() : rows_->seek_to_first();
  }

  [[nodiscard]] bool valid() const { return rows_ && rows_->valid(); }

  [[nodiscard]] std::string_view id() const { return rows_->key().substr(prefix_bytes_); }

  [[nodiscard]] std::string_view value() const { return rows_->value(); }

  void advance() { backwards_ ? rows_->prev() : rows_->next(); }

  [[nodiscard]] Result<void> status() const { return rows_ ? rows_->status() : Result<void>{}; }

 private:
  std::size_t prefix_bytes_;
  bool backwards_;
  std::unique_ptr<KvIterator> rows_;
};

Result<bool> read_user(const CandidateSource& source, std::string_view id, std::string& row) {
  const PoolKeys keys{source.at.log, source.at.pool.head.stream};
  return source.kv.get(Family::kUsers, keys.user(id), row, source.at.point.snapshot.get());
}

/// All users of the pool.
class EveryUser final : public Candidates {
 public:
  explicit EveryUser(const CandidateSource& source)
      : walk_{source,
              Family::kUsers,
              PoolKeys{source.at.log, source.at.pool.head.stream}.users_prefix()} {}

  Result<bool> next(std::string& row) override {
    if (!walk_.valid()) {
      MUSTER_CHECKED(walk_.status());
      return false;
    }
    row = walk_.value();
    walk_.advance();
    return true;
  }

 private:
  IdWalk walk_;
};

/// Users whose indexed member is a value, and those whose member must be looked at.
class IndexedUsers final : public Candidates {
 public:
  IndexedUsers(const CandidateSource& source, const IndexedMember& wanted)
      : source_{source},
        equal_{source, Family::kUserIndex, equal_prefix(source, wanted)},
        other_{source,
               Family::kUserIndex,
               PoolKeys{source.at.log, source.at.pool.head.stream}.unindexed_prefix(wanted.member)},
        has_equal_{is_indexed_value(wanted.value)} {}

  Result<bool> next(std::string& row) override {
    IdWalk* walk = nearer();
    if (walk == nullptr) {
      MUSTER_CHECKED(equal_.status());
      MUSTER_CHECKED(other_.status());
      return false;
    }
    MUSTER_TRY(const bool found, read_user(source_, walk->id(), row));
    if (!found) {
      return unreadable_row();
    }
    walk->advance();
    return true;
  }

 private:
  static std::string equal_prefix(const CandidateSource& source, const IndexedMember& wanted) {
    const PoolKeys keys{source.at.log, source.at.pool.head.stream};
    return keys.indexed_prefix(wanted.member,
                               is_indexed_value(wanted.value) ? wanted.value : std::string_view{});
  }

  /// The walk that stands at the next id; null when both are through. No user is in both.
  IdWalk* nearer() {
    const bool equal = has_equal_ && equal_.valid();
    if (!equal || !other_.valid()) {
      return equal ? &equal_ : (other_.valid() ? &other_ : nullptr);
    }
    const bool equal_first = (equal_.id() < other_.id()) != source_.backwards();
    return equal_first ? &equal_ : &other_;
  }

  const CandidateSource& source_;
  IdWalk equal_;
  IdWalk other_;
  bool has_equal_;
};

/// Users found by the begin or end of a key. The rows come in order of the key, so ids are
/// collected first: the nearest `keep` of them.
class UsersByKey final : public Candidates {
 public:
  UsersByKey(const CandidateSource& source, std::size_t keep) : source_{source}, keep_{keep} {}

  /// False when there are too many rows.
  Result<bool> collect(const std::string& form, const std::string& spelled) {
    const PoolKeys keys{source_.at.log, source_.at.pool.head.stream};
    const KeyRows rows = compared_rows(source_.at.pool);
    add(spelled);
    const auto by_owner = [this](std::string_view, std::string_view row) {
      return count_and_add(id_in_owner(row));
    };
    const auto by_end = [this](std::string_view key, std::string_view) {
      return count_and_add(id_in_from_end_key(key));
    };
    MUSTER_CHECKED(scan(keys.identifier(form, rows), by_owner));
    MUSTER_CHECKED(scan(keys.address(form, rows), by_owner));
    MUSTER_CHECKED(scan(keys.from_end_prefix(form, rows), by_end));
    return rows_ <= kKeyRowsMax;
  }

  Result<bool> next(std::string& row) override {
    while (!ids_.empty()) {
      const auto id = ids_.extract(source_.backwards() ? std::prev(ids_.end()) : ids_.begin());
      MUSTER_TRY(const bool found, read_user(source_, id.value(), row));
      if (found) {  // the key itself need not be anybody's id
        return true;
      }
    }
    return false;
  }

 private:
  Result<void> scan(const std::string& prefix, const KvReads::Visitor& visit) const {
    return source_.kv.scan(
        Family::kUserKeys, KvRange::of_prefix(prefix), visit, source_.at.point.snapshot.get());
  }

  bool count_and_add(std::string_view id) {
    add(id);
    return ++rows_ <= kKeyRowsMax;
  }

  void add(std::string_view id) {
    if (!source_.in_page_range(id)) {
      return;
    }
    ids_.emplace(id);
    if (ids_.size() > keep_) {
      ids_.erase(source_.backwards() ? ids_.begin() : std::prev(ids_.end()));
    }
  }

  const CandidateSource& source_;
  std::size_t keep_;
  std::size_t rows_ = 0;
  std::set<std::string, std::less<>> ids_;
};

Result<std::size_t> count_rows(const CandidateSource& source, const IndexedMember& wanted) {
  std::size_t rows = 0;
  const auto visit = [&](std::string_view, std::string_view) {
    return ++rows < kProbeRows;
  };
  const PoolKeys keys{source.at.log, source.at.pool.head.stream};
  const KvSnapshot* snapshot = source.at.point.snapshot.get();
  if (is_indexed_value(wanted.value)) {
    MUSTER_CHECKED(
        source.kv.scan(Family::kUserIndex,
                       KvRange::of_prefix(keys.indexed_prefix(wanted.member, wanted.value)),
                       visit,
                       snapshot));
  }
  MUSTER_CHECKED(source.kv.scan(Family::kUserIndex,
                                KvRange::of_prefix(keys.unindexed_prefix(wanted.member)),
                                visit,
                                snapshot));
  return rows;
}

struct Rarest {
  std::optional<IndexedMember> member;
  std::size_t rows = kProbeRows;  // counted no further
};

Result<Rarest> find_rarest(const CandidateSource& source, const UserFilter& filter) {
  Rarest rarest;
  for (const IndexedMember& wanted : filter.indexed_members()) {
    MUSTER_TRY(const std::size_t rows, count_rows(source, wanted));
    if (!rarest.member || rows < rarest.rows) {
      rarest = {wanted, std::min(rows, kProbeRows)};
    }
  }
  return rarest;
}

/// Null when the key finds too many rows, or may be found across the parts of a row's key.
Result<std::unique_ptr<Candidates>> find_by_key(const CandidateSource& source,
                                                const UserFilter& filter) {
  const std::string& form = *filter.key_form();
  if (form.find('\0') != std::string::npos) {
    return std::unique_ptr<Candidates>{};
  }
  // Enough that a page is full, or the bound of the filter exceeded, before the ids are used up;
  // one more because the key itself may be nobody's id.
  const bool may_mismatch = filter.wants_more_than_key() || source.at.point.as_of;
  const std::size_t looked_at = may_mismatch ? kFilterExaminedMax : 0;
  auto users = std::make_unique<UsersByKey>(source, looked_at + source.query.limit + 1);
  MUSTER_TRY(const bool complete, users->collect(form, *source.query.user_key));
  return complete ? std::unique_ptr<Candidates>{std::move(users)} : nullptr;
}

}  // namespace

bool CandidateSource::in_page_range(std::string_view id) const {
  return (!query.after || id > *query.after) && (!query.before || id < *query.before);
}

Result<std::unique_ptr<Candidates>> find_candidates(const CandidateSource& source,
                                                    const UserFilter& filter) {
  MUSTER_TRY(const Rarest rarest, find_rarest(source, filter));
  if (filter.key_form() && rarest.rows >= kProbeRows) {
    MUSTER_TRY(auto by_key, find_by_key(source, filter));
    if (by_key) {
      return by_key;
    }
  }
  if (rarest.member) {
    return std::unique_ptr<Candidates>{std::make_unique<IndexedUsers>(source, *rarest.member)};
  }
  return std::unique_ptr<Candidates>{std::make_unique<EveryUser>(source)};
}

}  // namespace muster
