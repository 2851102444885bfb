#include <map>
#include <set>

#include "engine/configuration/part.h"
#include "engine/groups/lookup.h"

namespace muster {
namespace {

/// A group that comes to lie elsewhere, with its entry in the document.
struct Displaced {
  std::string pointer;  // to the path of the entry
  std::string pool_id;
  std::string id;
  std::size_t depth = 0;       // that the entry gives it
  std::int64_t subgroups = 0;  // that the document names
};

Failure refused_move(const Displaced& group, std::string_view rule, std::string_view reason) {
  return failure_at(Errc::kInvalid, rule, group.pointer, reason);
}

Result<void> check_displaced(StateReader& states, LogId log, const Displaced& group) {
  MUSTER_TRY(const PoolState* pool, pool_of_entry(states, log, group.pool_id));
  const auto found = find_group(states, log, *pool, group.id);
  if (!found && found.error().code != Errc::kNotFound) {
    return found.error();
  }
  if (!found || found->line.size() != group.depth) {
    return refused_move(
        group, "group_elsewhere", "another entry puts a group of the path elsewhere");
  }
  const std::string key = states.views().group_content_key(log, found->group->head.stream);
  MUSTER_TRY(const Counters content, states.counters(key));
  if (content[1] != group.subgroups) {
    return refused_move(
        group,
        "subgroups_missing",
        "moves a group with subgroups that are not in the document; name all of them, "
        "or move the group with PUT .../groups/{id}");
  }
  return {};
}

}  // namespace

Decide check_moved_groups(LogId log,
                          const std::vector<GroupEntry>& entries,
                          const std::set<GroupPlace>& moved) {
  std::map<GroupPlace, std::int64_t> subgroups;
  for (const GroupEntry& entry : entries) {
    if (entry.path.size() > 1) {
      ++subgroups[{entry.pool_id, entry.path[entry.path.size() - 2]}];
    }
  }
  std::vector<Displaced> displaced;
  for (const GroupEntry& entry : entries) {
    const bool below_moved = std::ranges::any_of(entry.path, [&](const std::string& id) {
      return moved.contains({entry.pool_id, id});
    });
    if (below_moved) {
      displaced.push_back({"/groups/" + std::to_string(entry.index) + "/path",
                           entry.pool_id,
                           entry.id,
                           entry.path.size(),
                           subgroups[{entry.pool_id, entry.id}]});
    }
  }
  return [log, displaced = std::move(displaced)](StateReader& states, Micros) -> Result<Decision> {
    for (const Displaced& group : displaced) {
      MUSTER_CHECKED(check_displaced(states, log, group));
    }
    return Decision{};
  };
}

}  // namespace muster
