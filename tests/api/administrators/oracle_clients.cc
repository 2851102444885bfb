/// Clients, what they and users may do, and passwords.
#include <algorithm>
#include <cctype>

#include "tests/api/administrators/oracle.h"

namespace muster::administrators {
namespace {

bool is_stale(const Intent& intent) {
  return intent.condition == Condition::kStale;
}

struct Wanted {
  std::vector<Grant> grants;
  bool known = true;   // every pool that is named is there
  bool good = true;    // and nothing else is wrong
  bool placed = true;  // every workspace is there
};

Wanted grants_in(const World& world, const Tree& body) {
  Wanted wanted;
  std::set<std::string> seen;
  const Tree* roles = body.find("roles");
  for (const Tree& role : roles == nullptr ? Tree::array().elements : roles->elements) {
    Grant grant{role.text_of("role"), role.text_of("workspace_id"), role.text_of("pool_id")};
    const auto pool = world.pools.find(grant.pool);
    wanted.known = wanted.known && (grant.pool.empty() || pool != world.pools.end());
    wanted.good = wanted.good && seen.insert(role.render()).second && grant.role != "emperor" &&
                  (grant.pool.empty() || grant.workspace.empty());
    wanted.placed =
        wanted.placed && (grant.workspace.empty() || world.workspaces.contains(grant.workspace));
    grant.made = pool == world.pools.end() ? 0 : pool->second.made;
    wanted.grants.push_back(grant);
  }
  return wanted;
}

int replace_roles(World& world, const Intent& intent) {
  const Wanted wanted = grants_in(world, intent.body);
  if (!wanted.known || !wanted.good) {
    return 422;
  }
  if (is_stale(intent)) {
    return 412;
  }
  world.clients[intent.client] = wanted.grants;
  return wanted.placed ? 200 : 404;
}

int create_client(World& world, const Intent& intent) {
  const std::string id = intent.body.text_of("id");
  const std::string workspace = intent.body.text_of("workspace_id");
  const Wanted wanted = grants_in(world, intent.body);
  if (!wanted.known) {
    return 422;
  }
  if (!world.workspaces.contains(workspace)) {
    return 404;
  }
  if (id.find(' ') != std::string::npos || !wanted.good) {
    return 422;
  }
  if (!wanted.placed) {
    return 404;
  }
  const Client made{intent.body.text_of("name"), workspace, wanted.grants};
  return world.made_clients.try_emplace(id, made).second ? 201 : 409;
}

/// Null when there is none.
User* user_of(World& world, const Intent& intent, const std::string& id) {
  const auto pool = world.pools.find(intent.pool);
  if (pool == world.pools.end()) {
    return nullptr;
  }
  const auto user = pool->second.users.find(id);
  return user == pool->second.users.end() ? nullptr : &user->second;
}

int set_state(User* user, const Intent& intent) {
  const std::string state = intent.body.text_of("state");
  const std::set<std::string> known{"valid", "must_be_reset", "must_be_changed"};
  if (!known.contains(state)) {
    return 422;
  }
  if (user == nullptr) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  if (user->password.empty()) {
    return 404;
  }
  user->password_state = state;
  return 204;
}

Tree told(const std::string& id, const std::string& state, const char* result) {
  return Tree::object().set("id", id).set("state", state).set("result", result);
}

/// A password that must be changed passes once.
Tree verify(User* user, const Intent& intent) {
  const std::string id = intent.body.text_of("userID");
  if (user == nullptr || user->status != "active") {
    return told("", "", "user_not_found");
  }
  if (user->password.empty()) {
    return told(id, "", "no_password");
  }
  const std::string state = user->password_state;
  if (intent.body.text_of("password") != user->password) {
    return told(id, state, "password_incorrect");
  }
  user->password_state = state == "must_be_changed" ? "must_be_reset" : state;
  return told(id, state, "password_correct");
}

/// What the client may not know of is to it as if it were not there; 0 when it may know of all.
int refused_by_sight(const World& world, const Intent& intent, const Wanted& wanted) {
  if (intent.actor == 0) {
    return 0;
  }
  const std::string client = client_id(intent.actor);
  for (const Grant& grant : wanted.grants) {
    if (!grant.pool.empty() && permits_on(world, client, world.pools.at(grant.pool)).empty()) {
      return 422;
    }
  }
  const bool sees_all = std::ranges::all_of(wanted.grants, [&](const Grant& grant) {
    return grant.workspace.empty() || (world.workspaces.contains(grant.workspace) &&
                                       !permits_in(world, client, grant.workspace).empty());
  });
  return sees_all ? 0 : 404;
}

}  // namespace

int apply_to_clients(World& world, const Intent& intent) {
  if (intent.deed == Deed::kReplaceRoles) {
    return replace_roles(world, intent);
  }
  if (intent.deed == Deed::kCreateClient) {
    return create_client(world, intent);
  }
  if (!world.made_clients.contains(intent.client)) {
    return 404;
  }
  if (is_stale(intent)) {
    return 412;
  }
  if (intent.deed == Deed::kRotateSecret) {
    return 200;
  }
  world.made_clients.erase(intent.client);
  return 204;
}

int apply_to_user_roles(World& world, const Intent& intent) {
  const auto pool = world.pools.find(intent.pool);
  if (pool == world.pools.end()) {
    return 404;
  }
  const Wanted wanted = grants_in(world, intent.body);
  if (!wanted.known) {
    return 422;
  }
  if (const int refused = refused_by_sight(world, intent, wanted)) {
    return refused;
  }
  User* user = user_of(world, intent, intent.user);
  if (user == nullptr) {
    return 404;
  }
  std::vector<Grant> touched = wanted.grants;
  std::ranges::copy_if(user->roles, std::back_inserter(touched), [&](const Grant& grant) {
    const auto where = world.pools.find(grant.pool);
    return grant.pool.empty() || (where != world.pools.end() && where->second.made == grant.made);
  });
  for (const Grant& grant : touched) {
    if (intent.actor != 0 && !may_grant(world, client_id(intent.actor), grant, pool->second)) {
      return 403;
    }
  }
  if (!wanted.good) {
    return 422;
  }
  if (is_stale(intent)) {
    return 412;
  }
  user->roles = wanted.grants;
  return wanted.placed ? 200 : 404;
}

int apply_to_passwords(World& world, const Intent& intent, Verdict& verdict) {
  if (intent.deed == Deed::kVerifyPassword) {
    verdict.answer = verify(user_of(world, intent, intent.body.text_of("userID")), intent);
    return world.pools.contains(intent.pool) ? 200 : 404;
  }
  // What is wrong with the body comes before a pool that is not there.
  return set_state(user_of(world, intent, intent.user), intent);
}

}  // namespace muster::administrators
