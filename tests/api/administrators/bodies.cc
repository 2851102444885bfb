/// Bodies of an administrator's requests.
#include <iterator>

#include "tests/api/administrators/administrator.h"

namespace muster::administrators {
namespace {

Tree typed(std::string_view type) {
  return Tree::object().set("type", type);
}

}  // namespace

std::string Administrator::pick(std::initializer_list<const char*> list) {
  return *std::next(list.begin(), static_cast<std::ptrdiff_t>(dice_.below(list.size())));
}

Tree Administrator::body_for(const World& world, const Intent& intent) {
  const Deed deed = intent.deed;
  if (deed == Deed::kCreateWorkspace || deed == Deed::kCreateOrganization ||
      deed == Deed::kReplaceWorkspace) {
    return workspace_body();
  }
  if (deed == Deed::kCreatePool || deed == Deed::kCreateWorkspacePool ||
      deed == Deed::kReplacePool) {
    return pool_body(world, intent);
  }
  if (deed == Deed::kCreateSchema || deed == Deed::kReplaceSchema) {
    return schema_body(intent.deed == Deed::kCreateSchema);
  }
  if (deed == Deed::kCreateUser || deed == Deed::kReplaceUser) {
    return user_body(intent);
  }
  if (deed == Deed::kPatchUser) {
    return patch_body();
  }
  if (deed == Deed::kAddIdentifier || deed == Deed::kRemoveIdentifier) {
    const std::string value = pick({"ann", "Ann", "bob", "cid", "dan@e.test", "Dan@e.test"});
    Tree body = Tree::object().set("identifier", value);
    return intent.deed == Deed::kRemoveIdentifier
               ? body
               : body.set("type", value.find('@') == std::string::npos ? "uid" : "email");
  }
  if (deed == Deed::kAddAddress || deed == Deed::kUpdateAddress || deed == Deed::kRemoveAddress) {
    return address_body(intent.deed);
  }
  if (deed == Deed::kSetMetadata) {
    return Tree::object().set("metadata", some_metadata());
  }
  if (deed == Deed::kCreateGroup || deed == Deed::kReplaceGroup) {
    return group_body(world, intent);
  }
  if (deed == Deed::kReplaceUserRoles && one_in(2)) {
    // What administrators of a pool may grant.
    Tree roles = Tree::array();
    if (one_in(2)) {
      roles.add(Tree::object().set("role", "user_manager").set("pool_id", intent.pool));
    }
    return Tree::object().set("roles", roles);
  }
  if (deed == Deed::kReplaceRoles && one_in(3)) {
    return Tree::object().set("roles",
                              Tree::array().add(Tree::object()
                                                    .set("role", "pool_administrator")
                                                    .set("pool_id", some(world.pools, "p9"))));
  }
  if (deed == Deed::kReplaceRoles || deed == Deed::kReplaceUserRoles) {
    return roles_body(world);
  }
  if (deed == Deed::kCreateClient) {
    return client_body(world);
  }
  if (deed == Deed::kSetPasswordState) {
    return Tree::object().set(
        "state", one_in(12) ? "asleep" : pick({"valid", "must_be_reset", "must_be_changed"}));
  }
  if (deed == Deed::kVerifyPassword) {
    return verify_body(world, intent);
  }
  if (deed == Deed::kImport) {
    return one_in(2) ? passwords_body(world) : import_body(world);
  }
  return Tree::null();
}

Tree Administrator::workspace_body() {
  Tree body = Tree::object()
                  .set("id", one_in(12) ? "bad id" : pick({"w0", "w1", "w2", "w3"}))
                  .set("name", pick({"Acme", "Beta", "Corp"}));
  if (one_in(3)) {
    body.set("cors_origins", Tree::array().add(Tree::text("https://a.test")));
  }
  return body;
}

Tree Administrator::schema_body(bool with_id) {
  Tree body = Tree::object().set("name", pick({"Person", "Robot", "Pet", "Plant", "user_v0"}));
  if (with_id) {
    body.set("id", one_in(12) ? "bad id" : pick({"s0", "s1", "s2", "s3"}));
  }
  if (one_in(3)) {
    body.set("description", "made by dice");
  }
  Tree schema = typed("object");
  switch (dice_.below(6)) {
    case 0:
      schema.set("properties", Tree::object().set("nick", typed("string")))
          .set("required", Tree::array().add(Tree::text("nick")));
      break;
    case 1:
    case 2:
      schema.set("properties",
                 Tree::object().set("age", typed("integer").set("maximum", Tree::number(99))));
      break;
    case 3:
      schema = one_in(2) ? typed("banana") : typed("object").set("colour", "red");
      break;
    default:
      break;
  }
  return body.set("schema", schema);
}

Tree Administrator::pool_body(const World& world, const Intent& intent) {
  const std::string id = one_in(16) ? "bad id" : pick({"p0", "p1", "p2", "p3"});
  const std::string own = intent.deed == Deed::kReplacePool ? intent.pool : id;
  Tree body = Tree::object().set("id", id).set("name",
                                               one_in(12)  ? "bad name!"
                                               : one_in(4) ? pick({"Staff", "Guests"})
                                                           : "Pool" + own);
  if (one_in(3)) {
    body.set("description", pick({"of the house", "of the garden"}));
  }
  if (one_in(2)) {
    body.set("payload_schema_id", some(world.schemas, "s9"));
  }
  if (one_in(4)) {
    body.set("metadata_schema_id", some(world.schemas, "s9"));
  }
  const bool ignores_case = one_in(3);
  const auto present = world.pools.find(intent.pool);
  const bool keeps = present != world.pools.end() && !one_in(6);
  body.set("identifier_case_insensitive",
           Tree::flag(keeps ? present->second.ignores_case : ignores_case));
  if (intent.deed == Deed::kCreatePool && one_in(3)) {
    body.set("workspace_id", some(world.workspaces, "w9"));
  }
  return body;
}

Tree Administrator::payload() {
  Tree payload = Tree::object();
  if (!one_in(8)) {
    payload.set("given_name", pick({"Ann", "Bob"})).set("family_name", "Lee").set("name", "A. Lee");
  }
  if (!one_in(4)) {
    payload.set("nick", one_in(8) ? Tree::number(7) : Tree::text(pick({"Nan", "Rob"})));
  }
  if (one_in(2)) {
    payload.set("age", Tree::number(static_cast<long>(dice_.below(110))));
  }
  if (one_in(4)) {
    payload.set("more", Tree::object().set("a", Tree::number(1)).set("b", Tree::object()));
  }
  return payload;
}

Tree Administrator::some_metadata() {
  Tree metadata = Tree::object().set("level", Tree::number(static_cast<long>(dice_.below(4))));
  if (one_in(2)) {
    metadata.set("nick", "meta").set("age", Tree::number(static_cast<long>(dice_.below(110))));
  }
  return metadata;
}

Tree Administrator::user_body(const Intent& intent) {
  const bool creates = intent.deed == Deed::kCreateUser;
  Tree body = Tree::object();
  if (creates) {
    body.set("id", pick({"u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"}));
    if (one_in(4)) {
      body.set("user_type", one_in(2) ? "jit" : "standard");
    }
  }
  if (creates || one_in(2)) {
    body.set("status", one_in(14) ? "asleep" : pick({"active", "new", "inactive", "deleted"}));
  }
  if (!one_in(4)) {
    body.set("payload", payload());
  }
  if (one_in(3)) {
    body.set("metadata", some_metadata());
  }
  if (one_in(4)) {
    body.set("business_metadata", some_metadata());
  }
  if (!creates) {
    return one_in(6) ? body.set("payload_schema_id", pick({"s0", "s1", "default_metadata"})) : body;
  }
  Tree identifiers = Tree::array();
  for (std::size_t count = dice_.below(3); count > 0; --count) {
    identifiers.add(typed("uid").set(
        "identifier",
        pick({"ann", "Ann", "bob", "cid", "eve", "fay", "gus", "hal", "ida", "jon"})));
  }
  Tree addresses = Tree::array();
  if (one_in(3)) {
    addresses.add(address_body(Deed::kAddAddress));
  }
  return body.set("identifiers", identifiers).set("verifiable_addresses", addresses);
}

Tree Administrator::patch_body() {
  Tree body = Tree::object();
  if (!one_in(3)) {
    Tree patch = Tree::object();
    patch.set("nick", one_in(3) ? Tree::null() : one_in(6) ? Tree::number(7) : Tree::text("Pat"));
    if (one_in(2)) {
      patch.set("more",
                Tree::object().set("a", Tree::null()).set("b", Tree::object().set("c", "deep")));
    }
    body.set("payload", one_in(8) ? Tree::null() : patch);
  }
  if (one_in(2)) {
    body.set("metadata",
             one_in(5) ? Tree::null()
                       : Tree::object().set("level", Tree::null()).set("age", Tree::number(50)));
  }
  if (one_in(3)) {
    body.set("business_metadata", Tree::object().set("patched", Tree::flag(true)));
  }
  return one_in(12) ? body.set("status", "active") : body;
}

Tree Administrator::address_body(Deed deed) {
  Tree body =
      Tree::object().set("address", pick({"ann@e.test", "Ann@e.test", "bob@e.test", "cid@e.test"}));
  if (deed == Deed::kRemoveAddress) {
    return body;
  }
  body.set("verified", Tree::flag(one_in(2)));
  if (deed == Deed::kUpdateAddress) {
    return body.set("status", pick({"active", "inactive"}));
  }
  body.set("type", "email");
  return one_in(3) ? body.set("status", "inactive") : body;
}

Tree Administrator::group_body(const World& world, const Intent& intent) {
  Tree body = Tree::object();
  const auto pool = world.pools.find(intent.pool);
  if (intent.deed == Deed::kCreateGroup) {
    body.set("id", group_id(world, intent.pool));
  }
  body.set("name", one_in(16) ? "" : pick({"Nurses", "Doctors", "Night", "Day", "Porters"}));
  if (one_in(3)) {
    body.set("description", "of dice");
  }
  if (pool != world.pools.end() && !one_in(3)) {
    body.set("parent_id", some(pool->second.groups, "g9"));
  }
  return body;
}

Tree Administrator::roles_body(const World& world) {
  Tree roles = Tree::array();
  for (std::size_t count = dice_.below(4); count > 0; --count) {
    Tree role = Tree::object().set("role",
                                   one_in(16) ? "emperor"
                                              : pick({"auditor",
                                                      "workspace_administrator",
                                                      "pool_administrator",
                                                      "user_manager",
                                                      "b2b_user_manager"}));
    const std::size_t where = dice_.below(8);
    if (where < 3) {
      role.set("workspace_id", some(world.workspaces, "w9"));
    }
    if (where > 3 || (where == 0 && one_in(4))) {
      role.set("pool_id", some(world.pools, "p9"));
    }
    roles.add(role);
  }
  return Tree::object().set("roles", roles);
}

std::string Administrator::group_id(const World& world, const std::string& pool) {
  const std::string any = pick({"g0", "g1", "g2", "g3", "g4", "g5", "g6", "g7"});
  const auto found = world.pools.find(pool);
  const bool again = found != world.pools.end() && !found->second.leaving.empty() && one_in(3);
  return again ? *found->second.leaving.begin() : any;
}

std::string Administrator::group_path(const World& world,
                                      const std::string& pool,
                                      const std::string& group) {
  const auto found = world.pools.find(pool);
  if (found == world.pools.end() || one_in(2)) {
    return one_in(8) ? "g9/" + group : group;
  }
  std::string path = group;
  std::string up = some(found->second.groups, "g9");
  while (!up.empty() && path.size() < 60) {
    path.insert(0, up + "/");
    const auto above = found->second.groups.find(up);
    up = above == found->second.groups.end() ? std::string{} : above->second.parent;
  }
  return path;
}

Tree Administrator::import_body(const World& world) {
  Tree document = Tree::object();
  if (one_in(3)) {
    document.set("schemas", Tree::array().add(schema_body(true)));
  }
  std::string pool = some(world.pools, pick({"p0", "p1", "p2", "p3"}));
  if (one_in(3)) {
    Intent like;
    like.deed = Deed::kCreatePool;
    Tree entry = pool_body(world, like);
    pool = one_in(2) ? pool : entry.text_of("id");
    document.set("pools", Tree::array().add(entry.set("id", pool)));
  }
  const auto in_pool = [&] {
    return Tree::object().set("user_pool_id", pool);
  };
  const std::string group = group_id(world, pool);
  if (one_in(2)) {
    document.set("groups",
                 Tree::array().add(in_pool()
                                       .set("id", group)
                                       .set("name", pick({"Nurses", "Imported", "Day"}))
                                       .set("path", group_path(world, pool, group))));
  }
  const std::string user = pick({"u0", "u1", "u2", "u3"});
  if (!one_in(3)) {
    Tree entry = in_pool().set("id", user).set("status", pick({"active", "new"}));
    if (one_in(2)) {
      entry.set("payload", payload());
    }
    document.set("users", Tree::array().add(entry));
    document.set("user_identifiers",
                 Tree::array().add(in_pool()
                                       .set("user_id", user)
                                       .set("identifier", pick({"ann", "Ann", "ivy", "joe"}))
                                       .set("type", "uid")));
  }
  if (one_in(2)) {
    document.set("group_members",
                 Tree::array().add(in_pool().set("user_id", user).set("group_id", group)));
  }
  return document;
}

}  // namespace muster::administrators
