#include "tests/api/administrators/administrator.h"

#include <algorithm>

namespace muster::administrators {
namespace {

/// How often each is asked for.
struct Weight {
  Deed deed;
  std::size_t weight;
};

constexpr Weight kWeights[] = {{Deed::kCreateWorkspace, 3},
                               {Deed::kCreateOrganization, 4},
                               {Deed::kReplaceWorkspace, 2},
                               {Deed::kDeleteWorkspace, 4},
                               {Deed::kConnect, 4},
                               {Deed::kDisconnect, 3},
                               {Deed::kCreatePool, 5},
                               {Deed::kCreateWorkspacePool, 4},
                               {Deed::kReplacePool, 5},
                               {Deed::kDeletePool, 2},
                               {Deed::kDeleteWorkspacePool, 1},
                               {Deed::kCreateSchema, 4},
                               {Deed::kReplaceSchema, 3},
                               {Deed::kDeleteSchema, 3},
                               {Deed::kCreateUser, 16},
                               {Deed::kReplaceUser, 6},
                               {Deed::kPatchUser, 6},
                               {Deed::kDeleteUser, 3},
                               {Deed::kAddIdentifier, 5},
                               {Deed::kRemoveIdentifier, 3},
                               {Deed::kAddAddress, 4},
                               {Deed::kUpdateAddress, 4},
                               {Deed::kRemoveAddress, 2},
                               {Deed::kSetMetadata, 4},
                               {Deed::kCreateGroup, 14},
                               {Deed::kReplaceGroup, 7},
                               {Deed::kDeleteGroup, 4},
                               {Deed::kJoin, 11},
                               {Deed::kLeave, 3},
                               {Deed::kReplaceRoles, 6},
                               {Deed::kImport, 8},
                               {Deed::kSetPasswordState, 6},
                               {Deed::kVerifyPassword, 7},
                               {Deed::kReplaceUserRoles, 9},
                               {Deed::kCreateClient, 4},
                               {Deed::kDeleteClient, 2},
                               {Deed::kRotateSecret, 3}};

bool has_password(const std::pair<const std::string, User>& user) {
  return !user.second.password.empty();
}

}  // namespace

Deed Administrator::choose_deed(const World& world) {
  std::size_t sum = 0;
  for (const Weight& one : kWeights) {
    sum += one.weight;
  }
  std::size_t left = dice_.below(sum);
  const bool begins = world.pools.empty();
  const bool as_pool = one_in(2);
  if (begins && as_pool) {
    return Deed::kCreatePool;
  }
  for (const Weight& one : kWeights) {
    if (left < one.weight) {
      return one.deed;
    }
    left -= one.weight;
  }
  return Deed::kCreateUser;
}

bool Administrator::is_about_user(Deed deed) {
  return (deed > Deed::kCreateUser && deed <= Deed::kSetMetadata) || deed == Deed::kJoin ||
         deed == Deed::kLeave || deed == Deed::kSetPasswordState || deed == Deed::kReplaceUserRoles;
}

void Administrator::begin_with(const Pool& pool, Intent& intent) {
  const Deed deed = intent.deed;
  const bool of_group = deed >= Deed::kReplaceGroup && deed <= Deed::kLeave;
  if (is_about_user(deed) && pool.users.size() < 2 && !one_in(6)) {
    intent.deed = Deed::kCreateUser;
  } else if (deed == Deed::kVerifyPassword && !one_in(12) &&
             std::ranges::none_of(pool.users, has_password)) {
    intent.deed = Deed::kCreateUser;  // to tell that there is none takes as long as a slow hash
  } else if (of_group && pool.groups.size() < 3 && !one_in(6)) {
    intent.deed = Deed::kCreateGroup;
  }
}

void Administrator::prefer_pool(const World& world, Intent& intent) {
  const bool of_password =
      intent.deed == Deed::kSetPasswordState || intent.deed == Deed::kVerifyPassword;
  for (const auto& [id, pool] : world.pools) {
    const bool granted = std::ranges::any_of(world.clients, [&](const auto& client) {
      return std::ranges::count(client.second, id, &Grant::pool) != 0;
    });
    const bool fits = of_password ? std::ranges::any_of(pool.users, has_password)
                                  : intent.deed == Deed::kReplaceUserRoles && granted;
    if (fits && !one_in(4)) {
      intent.pool = id;
    }
  }
}

void Administrator::name_places(const World& world, Intent& intent) {
  const Deed& deed = intent.deed;
  const bool about_workspace =
      deed == Deed::kCreateOrganization || deed == Deed::kReplaceWorkspace ||
      deed == Deed::kDeleteWorkspace || deed == Deed::kConnect || deed == Deed::kDisconnect ||
      deed == Deed::kCreateWorkspacePool || deed == Deed::kDeleteWorkspacePool;
  const bool about_pool =
      (deed >= Deed::kCreateUser && deed <= Deed::kLeave) || is_about_user(deed) ||
      deed == Deed::kVerifyPassword || deed == Deed::kConnect || deed == Deed::kDisconnect ||
      deed == Deed::kReplacePool || deed == Deed::kDeletePool || deed == Deed::kDeleteWorkspacePool;
  if (about_workspace) {
    intent.workspace = some(world.workspaces, pick({"w0", "w1", "w2"}));
  }
  if (about_pool) {
    intent.pool = some(world.pools, pick({"p0", "p1", "p2", "p3"}));
  }
  prefer_pool(world, intent);
  const auto pool = world.pools.find(intent.pool);
  const Pool none;
  const Pool& in = pool == world.pools.end() ? none : pool->second;
  begin_with(in, intent);
  if (deed == Deed::kDeleteWorkspacePool && !in.workspace.empty() && !one_in(4)) {
    intent.workspace = in.workspace;
  }
  if (deed == Deed::kReplaceSchema || deed == Deed::kDeleteSchema) {
    intent.schema = some(world.schemas, pick({"s0", "s1", "s2"}));
  }
  if (is_about_user(deed)) {
    intent.user = some(in.users, pick({"u0", "u1", "u2", "u3"}));
    // Few have a password, or roles.
    for (const auto& [id, one] : in.users) {
      const bool fits = (deed == Deed::kSetPasswordState && !one.password.empty()) ||
                        (deed == Deed::kReplaceUserRoles && !one.roles.empty() && one_in(2));
      if (fits && !one_in(4)) {
        intent.user = id;
      }
    }
  }
  if (deed >= Deed::kReplaceGroup && deed <= Deed::kLeave) {
    intent.group = some(in.groups, pick({"g0", "g1", "g2", "g3"}));
  }
  const auto user = in.users.find(intent.user);
  if (deed == Deed::kLeave && user != in.users.end() && !user->second.groups.empty()) {
    intent.group = one_in(4) ? intent.group : *user->second.groups.begin();
  }
  intent.metadata_type = one_in(2) ? "admin" : "business";
}

Intent Administrator::choose(const World& world) {
  Intent intent;
  intent.deed = choose_deed(world);
  name_places(world, intent);
  const Deed deed = intent.deed;
  const bool of_clients = deed == Deed::kReplaceRoles || deed >= Deed::kCreateClient;
  const bool of_muster = deed <= Deed::kDisconnect || of_clients || deed == Deed::kReplaceUserRoles;
  const bool of_workspace =
      deed == Deed::kCreateWorkspacePool || deed == Deed::kDeleteWorkspacePool;
  const bool has_b2b =
      deed == Deed::kCreateUser || deed == Deed::kReplaceUser || deed == Deed::kDeleteUser;
  const bool is_limited = one_in(deed == Deed::kReplaceUserRoles ? 2 : 7);
  if (is_limited && deed != Deed::kImport && deed != Deed::kVerifyPassword && !of_clients) {
    intent.actor = 1 + dice_.below(kLimitedClients);
  }
  const bool by_system = one_in(2);
  if (has_b2b && one_in(4)) {
    intent.door = Door::kB2b;
  } else if (deed == Deed::kVerifyPassword) {
    intent.door = Door::kSystem;
  } else if (by_system && intent.actor == 0 && !of_muster && !of_workspace &&
             deed != Deed::kSetMetadata) {
    intent.door = Door::kSystem;
  }
  intent.client = deed == Deed::kReplaceRoles ? client_id(1 + dice_.below(kLimitedClients))
                                              : some(world.made_clients, pick(kMadeClients));
  intent.with_idp = deed == Deed::kCreateWorkspacePool && one_in(2);
  const bool creates = deed == Deed::kCreateWorkspace || deed == Deed::kCreateOrganization ||
                       deed == Deed::kCreatePool || deed == Deed::kCreateWorkspacePool ||
                       deed == Deed::kCreateSchema || deed == Deed::kCreateUser ||
                       deed == Deed::kImport || deed == Deed::kCreateClient ||
                       deed == Deed::kVerifyPassword;
  const bool of_groups = deed >= Deed::kCreateGroup && deed <= Deed::kLeave;
  const std::size_t luck = dice_.below(10);
  if (!creates && !of_groups && luck < 3) {
    intent.condition = luck == 0 ? Condition::kStale : Condition::kCurrent;
  }
  intent.body = body_for(world, intent);
  return intent;
}

}  // namespace muster::administrators
