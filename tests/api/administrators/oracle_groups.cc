/// Groups and who is in them.
#include <algorithm>

#include "tests/api/administrators/oracle.h"

namespace muster::administrators {
namespace {

int create_group(Pool& pool, const Intent& intent, Verdict& verdict) {
  const std::string id = intent.body.text_of("id");
  const Group made{intent.body.text_of("name"),
                   intent.body.text_of("description"),
                   intent.body.text_of("parent_id")};
  if (made.name.empty() || (!made.parent.empty() && !pool.groups.contains(made.parent))) {
    return 422;
  }
  if (!pool.groups.try_emplace(id, made).second) {
    return 409;
  }
  verdict.may_wait = pool.leaving.contains(id);
  pool.leaving.erase(id);
  return 201;
}

int replace_group(Pool& pool, const Intent& intent) {
  const auto found = pool.groups.find(intent.group);
  if (found == pool.groups.end()) {
    return 404;
  }
  const std::string parent = intent.body.text_of("parent_id");
  const bool top = parent.empty();
  const bool is_below =
      !top && (parent == intent.group || below(pool, intent.group).contains(parent));
  if (intent.body.text_of("name").empty() || is_below || (!top && !pool.groups.contains(parent))) {
    return 422;
  }
  found->second = {intent.body.text_of("name"), intent.body.text_of("description"), parent};
  return 200;
}

int delete_group(Pool& pool, const Intent& intent) {
  if (!pool.groups.contains(intent.group)) {
    return 404;
  }
  std::set<std::string> gone = below(pool, intent.group);
  pool.leaving.insert(gone.begin(), gone.end());
  gone.insert(intent.group);
  for (const std::string& id : gone) {
    pool.groups.erase(id);
    for (auto& [user_id, user] : pool.users) {
      user.groups.erase(id);
    }
  }
  return 204;
}

int join_or_leave(Pool& pool, const Intent& intent) {
  const auto user = pool.users.find(intent.user);
  if (!pool.groups.contains(intent.group) || user == pool.users.end()) {
    return 404;
  }
  if (intent.deed == Deed::kJoin) {
    user->second.groups.insert(intent.group);
    return 204;
  }
  return user->second.groups.erase(intent.group) == 1 ? 204 : 404;
}

}  // namespace

std::set<std::string> below(const Pool& pool, const std::string& group) {
  std::set<std::string> found;
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [id, one] : pool.groups) {
      if (one.parent == group || found.contains(one.parent)) {
        grown = found.insert(id).second || grown;
      }
    }
  }
  return found;
}

int apply_to_groups(World& world, const Intent& intent, Verdict& verdict) {
  const auto pool = world.pools.find(intent.pool);
  if (pool == world.pools.end()) {
    return 404;
  }
  const Deed deed = intent.deed;
  if (deed == Deed::kCreateGroup) {
    return create_group(pool->second, intent, verdict);
  }
  if (deed == Deed::kReplaceGroup) {
    return replace_group(pool->second, intent);
  }
  if (deed == Deed::kDeleteGroup) {
    return delete_group(pool->second, intent);
  }
  return join_or_leave(pool->second, intent);
}

}  // namespace muster::administrators
