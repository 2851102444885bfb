#include "projections/group_members.h"

#include <algorithm>
#include <queue>

#include "projections/keys.h"
#include "projections/past_keys.h"

namespace muster {
namespace {

/// A group and the member at which its walk stands.
struct Standing {
  std::string user;
  StreamId group;
};

/// One walk over the members of the pool's groups that is sent to and fro.
class Merge {
 public:
  Merge(const KvReads& kv, const PoolAt& at, const MemberPage& page)
      : as_of_{at.point.as_of},
        keys_{at.log, at.pool.head.stream},
        page_{page},
        backwards_{page.before.has_value()},
        waiting_{Later{page.before.has_value()}} {
    const std::string any = keys_.member({}, {});
    rows_ = kv.iterate(Family::kGroups,
                       KvRange::of_prefix(any.substr(0, any.size() - kStreamBytes)),
                       at.point.snapshot.get());
  }

  Result<void> begin(StreamId group) {
    const auto& start = backwards_ ? page_.before : page_.after;
    if (start && !backwards_ && as_of_) {
      const std::string nobody = *start + kNobodysByte;
      return stand(group, &nobody);
    }
    return stand(group, start ? &*start : nullptr);
  }

  /// The next user that is a member of any group; empty at the end.
  Result<std::string> next() {
    if (waiting_.empty()) {
      return std::string{};
    }
    std::string user = waiting_.top().user;
    while (!waiting_.empty() && waiting_.top().user == user) {
      const StreamId group = waiting_.top().group;
      waiting_.pop();
      MUSTER_CHECKED(stand(group, &user));
    }
    return user;
  }

 private:
  struct Later {
    bool backwards = false;

    bool operator()(const Standing& left, const Standing& right) const {
      return backwards ? left.user < right.user : left.user > right.user;
    }
  };

  /// Stands at the member next to `user`, which need not be one, or at the group's first; a group
  /// without further members between the cursors is left.
  Result<void> stand(StreamId group, const std::string* user) {
    const std::string prefix = keys_.member(group, {});
    if (backwards_) {
      // `before` is always given then.
      rows_->seek_for_prev(prefix + *user);
      if (rows_->valid() && rows_->key() == prefix + *user) {
        rows_->prev();
      }
    } else {
      rows_->seek(user == nullptr ? prefix : prefix + *user + '\0');
    }
    if (!rows_->valid()) {
      return rows_->status();
    }
    if (rows_->key().starts_with(prefix)) {
      const std::string_view member = rows_->key().substr(prefix.size());
      const bool passed = backwards_ && page_.after && member <= *page_.after;
      if (!passed) {
        waiting_.push({std::string{member}, group});
      }
    }
    return {};
  }

  bool as_of_;
  PoolKeys keys_;
  const MemberPage& page_;
  bool backwards_;
  std::unique_ptr<KvIterator> rows_;
  std::priority_queue<Standing, std::vector<Standing>, Later> waiting_;
};

}  // namespace

Result<std::vector<std::string>> member_ids(const KvReads& kv,
                                            const PoolAt& at,
                                            const std::vector<StreamId>& groups,
                                            const MemberPage& page) {
  Merge merge{kv, at, page};
  for (const StreamId group : groups) {
    MUSTER_CHECKED(merge.begin(group));
  }
  std::vector<std::string> ids;
  while (ids.size() < page.limit) {
    MUSTER_TRY(std::string id, merge.next());
    if (id.empty()) {
      break;
    }
    ids.push_back(std::move(id));
  }
  if (page.before) {
    std::ranges::reverse(ids);
  }
  return ids;
}

}  // namespace muster
