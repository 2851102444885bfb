/// What reads must show.
#include <algorithm>

#include "tests/api/administrators/oracle.h"
#include "tests/api/administrators/requests.h"

namespace muster::administrators {
namespace {

using Shown = std::map<std::string, Tree>;

/// Ids in order of what `key_of` says.
template <class Map, class KeyOf, class Keep>
Tree ids_of(const Map& map, const KeyOf& key_of, const Keep& keep) {
  std::vector<std::pair<std::string, std::string>> sorted;
  for (const auto& [id, one] : map) {
    if (keep(id, one)) {
      sorted.emplace_back(key_of(id, one), id);
    }
  }
  std::ranges::sort(sorted);
  Tree list = Tree::array();
  for (const auto& [key, id] : sorted) {
    list.add(Tree::text(id));
  }
  return list;
}

const auto kById = [](const std::string& id, const auto&) {
  return id;
};
const auto kByName = [](const std::string&, const auto& one) {
  return one.name;
};

Tree tenant_document(const std::string& id) {
  return Tree::object().set("id", id).set("tenant_id", "default");
}

Tree workspace_document(const std::string& id, const Workspace& workspace) {
  return tenant_document(id)
      .set("name", workspace.name)
      .set_unless_empty("parent_id", workspace.parent)
      .set("cors_origins", workspace.origins);
}

Tree schema_document(const std::string& id, const Schema& schema) {
  return tenant_document(id)
      .set("name", schema.name)
      .set_unless_empty("description", schema.description)
      .set("schema", schema.schema)
      .set("system", Tree::flag(schema.system));
}

Tree pool_document(const std::string& id, const Pool& pool) {
  const auto jits =
      std::ranges::count_if(pool.users, [](const auto& one) { return one.second.jit; });
  const auto all = static_cast<long>(pool.users.size());
  return tenant_document(id)
      .set("name", pool.name)
      .set_unless_empty("description", pool.description)
      .set_unless_empty("workspace_id", pool.workspace)
      .set("payload_schema_id", pool.payload_schema)
      .set("metadata_schema_id", pool.metadata_schema)
      .set("identifier_case_insensitive", Tree::flag(pool.ignores_case))
      .set("number_of_users", Tree::number(all))
      .set("number_of_standard_users", Tree::number(all - jits))
      .set("number_of_jit_users", Tree::number(jits));
}

void set_value(Tree& document, const char* name, const std::optional<Tree>& value) {
  if (value) {
    document.set(name, *value);
  }
}

/// Those of pools that are gone are not shown.
Tree roles_of(const World& world, const std::vector<Grant>& grants) {
  Tree roles = Tree::array();
  for (const Grant& grant : grants) {
    const auto pool = world.pools.find(grant.pool);
    if (!grant.pool.empty() && (pool == world.pools.end() || pool->second.made != grant.made)) {
      continue;
    }
    roles.add(Tree::object()
                  .set("role", grant.role)
                  .set_unless_empty("workspace_id", grant.workspace)
                  .set_unless_empty("pool_id", grant.pool));
  }
  return roles;
}

struct InPool {
  const World& world;
  const std::string& id;
  const Pool& pool;

  /// Parts of users compare without regard to case, whatever the pool does; they show that form.
  [[nodiscard]] std::string lower(const std::string& value) const {
    Pool ignoring;
    ignoring.ignores_case = true;
    return folded(ignoring, value);
  }

  [[nodiscard]] Tree part(const std::string& user,
                          const Tree& given,
                          const std::string& member) const {
    Tree shown = given;
    return shown.set("tenant_id", "default")
        .set("user_pool_id", id)
        .set("user_id", user)
        .set(member + "_lc", lower(given.text_of(member)));
  }

  [[nodiscard]] Tree base(const std::string& user_id, const User& user) const {
    Tree document = tenant_document(user_id)
                        .set("user_pool_id", id)
                        .set("status", user.status)
                        .set("payload_schema_id", user.payload_schema);
    set_value(document, "payload", user.payload);
    return document;
  }

  void add_metadata(Tree& document, const User& user) const {
    document.set("metadata_schema_id", user.metadata_schema);
    set_value(document, "metadata", user.metadata);
    set_value(document, "business_metadata", user.business);
  }

  [[nodiscard]] Tree parts(const std::string& user_id, const User& user, Tree document) const {
    Tree identifiers = Tree::array();
    Tree addresses = Tree::array();
    for (const Tree& one : user.identifiers) {
      identifiers.add(part(user_id, one, "identifier"));
    }
    for (const Tree& one : user.addresses) {
      addresses.add(part(user_id, one, "address"));
    }
    return document.set("identifiers", sorted(identifiers))
        .set("verifiable_addresses", sorted(addresses))
        .set("credentials", credentials(user_id, user));
  }

  [[nodiscard]] Tree credentials(const std::string& user_id, const User& user) const {
    Tree list = Tree::array();
    if (!user.password.empty()) {
      list.add(Tree::object()
                   .set("tenant_id", "default")
                   .set("user_pool_id", id)
                   .set("user_id", user_id)
                   .set("type", "password")
                   .set("payload", Tree::object().set("hashed_password", "###"))
                   .set("state", user.password_state));
    }
    return list;
  }

  [[nodiscard]] Tree listed(const std::string& user_id, const User& user) const {
    Tree document = base(user_id, user);
    add_metadata(document, user);
    document.set_unless_empty("user_type", user.jit ? "jit" : "");
    Tree identifiers = Tree::array();
    Tree verified = Tree::array();
    for (const Tree& one : user.identifiers) {
      identifiers.add(*one.find("identifier"));
    }
    for (const Tree& one : user.addresses) {
      if (one.flag_of("verified")) {
        verified.add(*one.find("address"));
      }
    }
    return document.set("identifiers", sorted(identifiers))
        .set("verified addresses", sorted(verified));
  }

  [[nodiscard]] Tree group(const std::string& group_id, const Group& group) const {
    return tenant_document(group_id)
        .set("user_pool_id", id)
        .set("name", group.name)
        .set_unless_empty("description", group.description)
        .set_unless_empty("parent_id", group.parent);
  }

  [[nodiscard]] std::set<std::string> above(const User& user) const {
    std::set<std::string> all = user.groups;
    for (const std::string& one : user.groups) {
      for (std::string up = pool.groups.at(one).parent; !up.empty();
           up = pool.groups.at(up).parent) {
        all.insert(up);
      }
    }
    return all;
  }

  [[nodiscard]] Tree members(const std::set<std::string>& groups) const {
    return ids_of(pool.users, kById, [&](const std::string&, const User& user) {
      return std::ranges::any_of(user.groups,
                                 [&](const auto& one) { return groups.contains(one); });
    });
  }

  void show_users(Shown& shown, const std::string& root) const {
    Tree list = Tree::array();
    for (const auto& [user_id, user] : pool.users) {
      Tree whole = base(user_id, user);
      add_metadata(whole, user);
      shown[root + "/users/" + user_id] = parts(user_id, user, whole);
      shown[std::string{kAdminRoot} + "/b2b/pools/" + id + "/users/" + user_id] =
          parts(user_id, user, base(user_id, user));
      list.add(listed(user_id, user));
      shown[std::string{kMusterRoot} + "/pools/" + id + "/users/" + user_id + "/roles"] =
          Tree::object().set("roles", roles_of(world, user.roles));
      const auto groups = above(user);
      shown[root + "/users/" + user_id + "/groups?with_parent_groups=true"] =
          ids_of(pool.groups, kByName, [&](const std::string& group_id, const Group&) {
            return groups.contains(group_id);
          });
    }
    shown[root + "/users?limit=100"] = list;
  }

  void show_groups(Shown& shown, const std::string& root) const {
    Tree list = Tree::array();
    for (const Tree& group_id :
         ids_of(pool.groups, kByName, [](const auto&, const auto&) { return true; }).elements) {
      list.add(group(group_id.plain(), pool.groups.at(group_id.plain())));
    }
    shown[root + "/groups?limit=100&with_nested_groups=true"] = list;
    shown[root + "/groups?limit=100"] =
        ids_of(pool.groups, kByName, [](const std::string&, const Group& one) {
          return one.parent.empty();
        });
    for (const auto& [group_id, one] : pool.groups) {
      const std::string path = root + "/groups/" + group_id;
      std::set<std::string> nested = below(pool, group_id);
      nested.insert(group_id);
      shown[path] = group(group_id, one);
      shown[path + "/users?limit=100"] = members({group_id});
      shown[path + "/users?limit=100&with_nested_groups=true"] = members(nested);
    }
  }

  void show_export(Tree& users, Tree& groups, Tree& members_of) const {
    for (const auto& [group_id, one] : pool.groups) {
      std::string path = group_id;
      for (std::string up = one.parent; !up.empty(); up = pool.groups.at(up).parent) {
        path.insert(0, up + "/");
      }
      groups.add(Tree::text(id + ":" + path));
    }
    for (const auto& [user_id, user] : pool.users) {
      users.add(Tree::text(id + ":" + user_id));
      for (const std::string& group_id : user.groups) {
        members_of.add(Tree::text(id + ":" + group_id + ":" + user_id));
      }
    }
  }
};

void show_workspaces(Shown& shown, const World& world) {
  const std::string root{kMusterRoot};
  for (const auto& [id, workspace] : world.workspaces) {
    shown[root + "/workspaces/" + id] = workspace_document(id, workspace);
    shown[root + "/workspaces/" + id + "/organizations"] =
        ids_of(world.workspaces, kById, [&](const auto&, const Workspace& one) {
          return one.parent == id;
        });
    const std::string admin = std::string{kAdminRoot} + "/workspace/" + id;
    std::set<std::string> schemas{"default_payload", "default_metadata"};
    const auto belongs = [&](const auto&, const Pool& pool) {
      return pool.workspace == id || pool.connected.contains(id);
    };
    for (const auto& [pool_id, pool] : world.pools) {
      if (belongs(pool_id, pool)) {
        schemas.insert({pool.payload_schema, pool.metadata_schema});
      }
    }
    shown[admin + "/pools?limit=100"] = ids_of(world.pools, kByName, belongs);
    shown[admin + "/user/pools?limit=100"] =
        ids_of(world.pools, kById, [&](const auto&, const Pool& pool) {
          return pool.connected.contains(id);
        });
    shown[admin + "/schemas"] =
        ids_of(world.schemas, kByName, [&](const std::string& one, const Schema&) {
          return schemas.contains(one);
        });
  }
  shown[root + "/workspaces"] =
      ids_of(world.workspaces, kById, [](const auto&, const Workspace& one) {
        return one.parent.empty();
      });
}

void show_clients(Shown& shown, const World& world) {
  for (const auto& [id, grants] : world.clients) {
    shown[std::string{kMusterRoot} + "/clients/" + id] = tenant_document(id)
                                                             .set("workspace_id", "admin")
                                                             .set("scopes", Tree::array())
                                                             .set("roles", roles_of(world, grants));
    const std::string by = id + ":";
    shown[by + std::string{kAdminRoot} + "/pools?limit=100"] =
        ids_of(world.pools, kByName, [&](const auto&, const Pool& pool) {
          return permits_on(world, id, pool).contains("get_identity_pool");
        });
    shown[by + std::string{kMusterRoot} + "/workspaces"] =
        ids_of(world.workspaces, kById, [&](const std::string& one, const Workspace& workspace) {
          return workspace.parent.empty() && permits_in(world, id, one).contains("read_workspace");
        });
    for (const auto& [pool_id, pool] : world.pools) {
      Tree may = Tree::array();
      for (const std::string& permit : permits_on(world, id, pool)) {
        if (is_shown_permit(permit)) {
          may.add(Tree::text(permit));
        }
      }
      shown[by + std::string{kAdminRoot} + "/pools/" + pool_id + "/permissions"] = may;
    }
  }
}

void show_made_clients(Shown& shown, const World& world) {
  const std::string root = std::string{kMusterRoot} + "/clients";
  for (const auto& [id, client] : world.made_clients) {
    shown[root + "/" + id] = tenant_document(id)
                                 .set_unless_empty("name", client.name)
                                 .set("workspace_id", client.workspace)
                                 .set("scopes", Tree::array())
                                 .set("roles", roles_of(world, client.roles));
  }
  shown[root] = ids_of(world.made_clients, kById, [](const auto&, const auto&) { return true; });
}

/// A list is the same when it is read in small pages, from either end.
void show_pages(Shown& shown) {
  Shown pages;
  for (const auto& [path, list] : shown) {
    if (path.find("limit=100") == std::string::npos) {
      continue;
    }
    Tree ids = Tree::array();
    for (const Tree& one : list.elements) {
      ids.add(one.is_object() ? *one.find("id") : one);
    }
    pages[path + " by pages"] = ids;
    if (path.find("/user/pools") == std::string::npos) {
      pages[path + " by pages from the end"] = ids;  // the others have no cursor that leads back
    }
  }
  shown.merge(pages);
}

}  // namespace

std::map<std::string, Tree> Oracle::shown() const {
  Shown shown;
  const std::string root{kAdminRoot};
  const auto all = [](const auto&, const auto&) {
    return true;
  };
  shown[root + "/schemas"] = ids_of(world_.schemas, kByName, all);
  for (const auto& [id, schema] : world_.schemas) {
    shown[root + "/schemas/" + id] = schema_document(id, schema);
  }
  shown[root + "/pools?limit=100"] = ids_of(world_.pools, kByName, all);
  Tree users = Tree::array();
  Tree groups = Tree::array();
  Tree members = Tree::array();
  for (const auto& [id, pool] : world_.pools) {
    const InPool in{world_, id, pool};
    shown[root + "/pools/" + id] = pool_document(id, pool);
    in.show_users(shown, root + "/pools/" + id);
    in.show_groups(shown, root + "/pools/" + id);
    in.show_export(users, groups, members);
  }
  shown[std::string{kConfiguration}] = Tree::object()
                                           .set("users", sorted(users))
                                           .set("groups", sorted(groups))
                                           .set("group_members", sorted(members));
  show_workspaces(shown, world_);
  show_clients(shown, world_);
  show_made_clients(shown, world_);
  show_pages(shown);
  return shown;
}

}  // namespace muster::administrators
