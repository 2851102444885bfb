#include "api/server/housekeeper.h"

#include <chrono>

#include "api/server/submit.h"
#include "engine/groups/group_commands.h"
#include "engine/pools/pool_commands.h"
#include "projections/deleted_groups.h"
#include "projections/deleted_pools.h"
#include "storage/log/kv_tree_nodes.h"

namespace muster {
namespace {

/// How soon a deleted pool or group begins to be emptied.
constexpr std::chrono::milliseconds kPause{250};
/// A head is kept at most this often: each costs two syncs.
constexpr int kPausesPerTreeHead = 40;

}  // namespace

Housekeeper::Housekeeper(DataDirectory& directory,
                         const Published& published,
                         const Directory& lists,
                         CommandSink& commands)
    : directory_{directory}, published_{published}, lists_{lists}, commands_{commands} {
  thread_.start("housekeeper", [this] { work(); });
}

void Housekeeper::work() {
  int pauses = 0;
  std::uint64_t seen = ~0ULL;
  while (thread_.sleep(kPause)) {
    const std::uint64_t version = published_.now()->states_version;
    if (version != seen) {
      seen = version;
      while (remove_deleted()) {
        if (thread_.stopping()) {
          return;
        }
      }
    }
    if (++pauses >= kPausesPerTreeHead) {
      pauses = 0;
      // A head that cannot be written now is written at the next turn; nothing depends on it.
      (void)keep_tree_heads();
    }
  }
}

Result<void> Housekeeper::keep_tree_heads() {
  const auto point = published_.now();
  if (!point->sizes) {
    return {};
  }
  for (const LogSize& log : *point->sizes) {
    if (directory_.kept_tree_size(log.log) >= log.size) {
      continue;
    }
    KvTreeNodes nodes{directory_.kv(), log.log, point->snapshot};
    MUSTER_TRY(const Digest root, tree_root(nodes, log.size));
    MUSTER_CHECKED(directory_.keep_tree_head(log.log, {log.size, root}));
  }
  return {};
}

bool Housekeeper::remove_deleted() {
  const auto point = published_.now();
  const auto tenants = lists_.list_tenants(*point);
  bool worked = false;
  if (!tenants) {
    return false;
  }
  for (const TenantState& tenant : *tenants) {
    const auto removed = remove_groups(*point, tenant.log);
    worked = worked || (removed && *removed);
    const auto pools = deleted_pools(directory_.kv(), *point, tenant.log);
    if (!pools) {
      continue;
    }
    for (const StreamId pool : *pools) {
      const auto done = empty_pool(*point, tenant.log, pool);
      worked = worked || (done && *done);
    }
  }
  return worked;
}

Result<bool> Housekeeper::submit(LogId log, Result<Decide> decide) {
  MUSTER_CHECKED(decide);
  MUSTER_TRY(const Accepted accepted, submit_and_wait(commands_, log, *std::move(decide)));
  return accepted.events > 0;
}

Result<bool> Housekeeper::empty_pool(const ReadPoint& point, LogId log, StreamId pool) {
  MUSTER_TRY(PoolRemains remains,
             remains_of_pool(directory_.kv(), point, log, pool, kEmptyPoolStepMax));
  const bool waits = remains.users.empty() && remains.groups.empty() && !remains.empty;
  if (waits) {
    return false;  // its groups are being removed
  }
  return submit(
      log,
      prepare_empty_pool_step({log, pool, std::move(remains.users), std::move(remains.groups)}));
}

Result<bool> Housekeeper::remove_groups(const ReadPoint& point, LogId log) {
  MUSTER_TRY(const auto groups, deleted_groups(directory_.kv(), point, log));
  RemoveGroupsStep step;
  step.log = log;
  for (const DeletedGroup& group : groups) {
    const std::size_t room = kRemoveGroupsStepMax - step.size();
    if (room == 0) {
      break;
    }
    MUSTER_TRY(GroupRemains remains, remains_of_group(directory_.kv(), point, log, group, room));
    for (std::string& user : remains.users) {
      step.members.push_back({group.pool, group.stream, std::move(user)});
    }
    for (std::string& id : remains.subgroups) {
      step.subgroups.push_back({group.pool, group.stream, std::move(id)});
    }
    if (remains.empty) {
      step.emptied.push_back(group.stream);
    }
  }
  if (step.size() == 0) {
    return false;
  }
  return submit(log, prepare_remove_groups_step(std::move(step)));
}

}  // namespace muster
