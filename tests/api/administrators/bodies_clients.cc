/// Bodies about clients and passwords.
#include "tests/api/administrators/administrator.h"

namespace muster::administrators {

Tree Administrator::client_body(const World& world) {
  Tree body = one_in(3) ? roles_body(world) : Tree::object();
  if (one_in(3)) {
    body.set("name", "Made by dice");
  }
  return body.set("id", one_in(12) ? "bad id" : pick(kMadeClients))
      .set("workspace_id", some(world.workspaces, "w9"));
}

/// Mostly of somebody who has a password.
Tree Administrator::verify_body(const World& world, const Intent& intent) {
  std::string user = "u9";
  const auto pool = world.pools.find(intent.pool);
  std::string password = pick({kFirstSecret, kSecondSecret});
  for (const auto& [id, one] : pool == world.pools.end() ? Pool{}.users : pool->second.users) {
    if (!one.password.empty() && one.status == "active" && (user == "u9" || one_in(2))) {
      user = id;
      password = one_in(4) ? password : one.password;
    }
  }
  return Tree::object().set("userID", user).set("password", password);
}

/// One user whole, mostly with a password; what they had is gone.
Tree Administrator::passwords_body(const World& world) {
  const std::string pool = some(world.pools, "p0");
  const auto found = world.pools.find(pool);
  std::string user = pick({"u0", "u1"});
  if (found != world.pools.end()) {
    user = some(found->second.users, user);
    for (const auto& [id, one] : found->second.users) {
      user = !one.password.empty() && one_in(3) ? id : user;
    }
  }
  const auto in_pool = [&] {
    return Tree::object().set("user_pool_id", pool);
  };
  Tree document = Tree::object().set(
      "users", Tree::array().add(in_pool().set("id", user).set("status", "active")));
  if (!one_in(4)) {
    const Tree secret = Tree::object().set("hashed_password", pick({kFirstHash, kSecondHash}));
    document.set(
        "user_credentials",
        Tree::array().add(
            in_pool().set("user_id", user).set("type", "password").set("payload", secret)));
  }
  return document;
}

}  // namespace muster::administrators
