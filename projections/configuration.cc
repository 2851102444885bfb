#include "projections/configuration.h"

#include "engine/groups/group_commands.h"
#include "projections/documents.h"
#include "projections/dump_documents.h"
#include "projections/keys.h"
#include "projections/states_at.h"
#include "projections/user_row.h"

namespace muster {
namespace {

/// Paths that are kept. At some 100 bytes, a few megabytes.
constexpr std::size_t kPathsKeptMax = 20'000;

/// Of the arrays whose entries are rows of states.1.
std::optional<Aggregate> aggregate_of(DumpList list) {
  if (list == DumpList::kWorkspaces) {
    return Aggregate::kWorkspace;
  }
  if (list == DumpList::kPools) {
    return Aggregate::kPool;
  }
  return list == DumpList::kSchemas ? std::optional{Aggregate::kSchema} : std::nullopt;
}

/// Walks the rows behind `cursor` and moves it along, until `visit` gives false. True at the end.
template <class Visit>
Result<bool> walk_rows(const Kv& kv,
                       const ReadPoint& point,
                       Family family,
                       KvRange range,
                       std::string& cursor,
                       const Visit& visit) {
  if (!cursor.empty()) {
    range.from = cursor + '\0';
  }
  const auto rows = kv.iterate(family, std::move(range), point.snapshot.get());
  for (rows->seek_to_first(); rows->valid(); rows->next()) {
    cursor = rows->key();
    MUSTER_TRY(const bool more, visit(rows->value()));
    if (!more) {
      return false;
    }
  }
  MUSTER_CHECKED(rows->status());
  return true;
}

}  // namespace

struct DumpWalk::Budget {
  std::vector<std::string>& entries;
  std::size_t bytes = 0;
  std::size_t rows = 0;

  std::string& add() { return entries.emplace_back(); }

  /// After each row: whether there is room for another.
  bool look() {
    ++rows;
    for (; counted < entries.size(); ++counted) {
      bytes += entries[counted].size();
    }
    return bytes < kStepBytesMax && rows < kStepRowsMax;
  }

  std::size_t counted = 0;
};

Result<DumpStep> DumpWalk::next() {
  DumpStep step;
  step.list = list_;
  Budget budget{step.entries};
  Result<bool> walked = true;
  if (const auto aggregate = aggregate_of(list_)) {
    walked = walk_states(*aggregate, budget);
  } else if (list_ != DumpList::kCodes) {
    walked = walk_pools(budget);
  }
  MUSTER_TRY(const bool done, std::move(walked));
  if (done) {
    step.last = list_ == DumpList::kMembers;
    list_ = static_cast<DumpList>(static_cast<std::uint8_t>(list_) + 1);
    states_cursor_.clear();
    pool_cursor_.clear();
    pool_.reset();
    paths_.clear();
  }
  return step;
}

Result<bool> DumpWalk::walk_states(Aggregate aggregate, Budget& budget) {
  return walk_rows(kv_,
                   *point_,
                   Family::kStates,
                   KvRange::of_prefix(states_prefix(log_, aggregate)),
                   states_cursor_,
                   [&](std::string_view row) -> Result<bool> {
                     MUSTER_CHECKED(add_state(row, budget));
                     return budget.look();
                   });
}

Result<void> DumpWalk::add_state(std::string_view row, Budget& budget) const {
  MUSTER_TRY(const AnyState state, decode_state_row(*aggregate_of(list_), row));
  if (const auto* pool = std::get_if<PoolState>(&state)) {
    append_dumped_pool(budget.add(), tenant_id_, *pool);
  } else if (const auto* schema = std::get_if<SchemaState>(&state)) {
    append_dumped_schema(budget.add(), tenant_id_, *schema);
  } else {
    append_dumped_workspace(budget.add(), tenant_id_, std::get<WorkspaceState>(state));
  }
  return {};
}

Result<bool> DumpWalk::walk_pools(Budget& budget) {
  if (pool_) {
    MUSTER_TRY(const bool done, walk_pool(budget));
    if (!done) {
      return false;
    }
  }
  return walk_rows(kv_,
                   *point_,
                   Family::kStates,
                   KvRange::of_prefix(states_prefix(log_, Aggregate::kPool)),
                   states_cursor_,
                   [&](std::string_view row) -> Result<bool> {
                     MUSTER_TRY(AnyState state, decode_state_row(Aggregate::kPool, row));
                     pool_ = std::get<PoolState>(std::move(state));
                     pool_cursor_.clear();
                     paths_.clear();
                     MUSTER_TRY(const bool done, walk_pool(budget));
                     return done && budget.look();
                   });
}

Result<bool> DumpWalk::walk_pool(Budget& budget) {
  const PoolKeys keys{log_, pool_->head.stream};
  const bool groups = list_ == DumpList::kGroups;
  return walk_rows(kv_,
                   *point_,
                   groups ? Family::kGroups : Family::kUsers,
                   KvRange::of_prefix(groups ? keys.group({}) : keys.users_prefix()),
                   pool_cursor_,
                   [&](std::string_view row) -> Result<bool> {
                     MUSTER_CHECKED(groups ? add_group(row, budget) : add_user(row, budget));
                     return budget.look();
                   });
}

Result<void> DumpWalk::add_user(std::string_view row, Budget& budget) {
  MUSTER_TRY(const UserState user, decode_user_row(pool_->head.stream, row));
  if (list_ == DumpList::kUsers) {
    append_dumped_user(budget.add(), tenant_id_, user);
  } else if (list_ == DumpList::kIdentifiers) {
    for (const Identifier& identifier : user.identifiers) {
      append_identifier(budget.add(), tenant_id_, user, identifier);
    }
  } else if (list_ == DumpList::kAddresses) {
    for (const Address& address : user.addresses) {
      append_address(budget.add(), tenant_id_, user, address);
    }
  } else if (list_ == DumpList::kCredentials) {
    for (const Credential& credential : user.credentials) {
      append_dumped_credential(budget.add(), tenant_id_, user, credential);
    }
  } else {
    for (const Membership& membership : user.groups) {
      MUSTER_TRY(const std::string path, find_path(membership.group, membership.group_id));
      if (!path.empty()) {
        append_dumped_member(budget.add(), tenant_id_, user, membership.group_id);
      }
    }
  }
  return {};
}

Result<void> DumpWalk::add_group(std::string_view row, Budget& budget) {
  MUSTER_TRY(const AnyState state, decode_state_row(Aggregate::kGroup, row));
  const auto& group = std::get<GroupState>(state);
  MUSTER_TRY(const std::string path, path_of(group));
  if (!path.empty()) {
    append_dumped_group(budget.add(), tenant_id_, group, path);
  }
  return {};
}

Result<std::string> DumpWalk::find_path(StreamId group, std::string_view id) {
  if (const auto kept = paths_.find(group); kept != paths_.end()) {
    return kept->second;
  }
  std::string row;
  std::string path;
  const std::string key = PoolKeys{log_, pool_->head.stream}.group(id);
  MUSTER_TRY(const bool there, kv_.get(Family::kGroups, key, row, point_->snapshot.get()));
  if (there && head_in(row).stream == group) {
    MUSTER_TRY(const AnyState state, decode_state_row(Aggregate::kGroup, row));
    MUSTER_TRY(path, path_of(std::get<GroupState>(state)));
  }
  if (paths_.size() >= kPathsKeptMax) {
    paths_.clear();
  }
  paths_.insert_or_assign(group, path);
  return path;
}

Result<std::string> DumpWalk::path_of(const GroupState& group) {
  std::string path = group.id;
  StreamId parent = group.parent;
  std::string parent_id = group.parent_id;
  for (std::size_t depth = 0; !parent.is_nil(); ++depth) {
    std::string row;
    const std::string key = PoolKeys{log_, pool_->head.stream}.group(parent_id);
    MUSTER_TRY(const bool there, kv_.get(Family::kGroups, key, row, point_->snapshot.get()));
    if (!there || head_in(row).stream != parent) {
      return std::string{};
    }
    if (depth == kGroupDepthMax) {
      return failure(Errc::kCorrupt, "group_too_deep", "a group is below more than 32 others");
    }
    MUSTER_TRY(const AnyState state, decode_state_row(Aggregate::kGroup, row));
    const auto& above = std::get<GroupState>(state);
    path.insert(0, above.id + "/");
    parent = above.parent;
    parent_id = above.parent_id;
  }
  return path;
}

std::unique_ptr<DumpWalk> Configuration::walk(std::shared_ptr<const ReadPoint> point,
                                              LogId log,
                                              std::string tenant_id) const {
  return std::make_unique<DumpWalk>(kv_, std::move(point), log, std::move(tenant_id));
}

std::unique_ptr<StateReader> Configuration::states(std::shared_ptr<const ReadPoint> point) const {
  return std::make_unique<StatesAt>(kv_, views_, std::move(point));
}

}  // namespace muster
