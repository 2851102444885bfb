/// Configuration documents: one entry after the other, all or nothing.
#include <algorithm>

#include "tests/api/administrators/oracle.h"

namespace muster::administrators {
namespace {

const std::vector<Tree>& list_in(const Tree& document, std::string_view name) {
  static const std::vector<Tree> kNone;
  const Tree* list = document.find(name);
  return list == nullptr ? kNone : list->elements;
}

/// Something that is missing is a fault of the document.
int in_document(int status) {
  return status == 404 ? 422 : status;
}

int import_schema(World& world, const Tree& entry) {
  const Schema wanted{entry.text_of("name"), entry.text_of("description"), *entry.find("schema")};
  const std::string id = entry.text_of("id");
  if (!is_good_schema(wanted.schema) || id.find(' ') != std::string::npos) {
    return 422;
  }
  const auto [place, is_new] = world.schemas.try_emplace(id, wanted);
  if (!is_new && place->second.system) {
    return 409;
  }
  place->second = wanted;
  return 0;
}

int import_pool(World& world, const Tree& entry) {
  if (const int refused = status_of_pool_body(entry)) {
    return refused;
  }
  const std::string workspace = entry.text_of("workspace_id");
  const auto found = world.pools.find(entry.text_of("id"));
  if (found != world.pools.end()) {
    Pool& pool = found->second;
    const bool ignored_case = pool.ignores_case;
    if (!workspace.empty() && workspace != pool.workspace) {
      return 422;
    }
    const int refused = in_document(take_pool_body(world, entry, pool));
    return refused == 0 && ignored_case != pool.ignores_case && !pool.users.empty() ? 409 : refused;
  }
  Pool made;
  made.workspace = workspace;
  if (!workspace.empty() && !world.workspaces.contains(workspace)) {
    return 422;
  }
  if (const int refused = in_document(take_pool_body(world, entry, made))) {
    return refused;
  }
  made.made = ++world.made;
  world.pools[entry.text_of("id")] = made;
  return 0;
}

/// The ids on a path, the group's own last.
std::vector<std::string> path_of(const Tree& entry) {
  std::vector<std::string> ids;
  std::string rest = entry.text_of("path");
  for (auto end = rest.find('/'); end != std::string::npos; end = rest.find('/')) {
    ids.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  ids.push_back(rest);
  return ids;
}

int import_group(World& world, const Tree& entry, Verdict& verdict) {
  const auto pool = world.pools.find(entry.text_of("user_pool_id"));
  if (pool == world.pools.end()) {
    return 422;
  }
  const auto path = path_of(entry);
  if (path.back() != entry.text_of("id") ||
      std::set(path.begin(), path.end()).size() != path.size()) {
    return 422;
  }
  std::string parent;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const auto above = pool->second.groups.find(path[i]);
    if (above == pool->second.groups.end() || above->second.parent != parent) {
      return 422;
    }
    parent = path[i];
  }
  verdict.may_wait = verdict.may_wait || pool->second.leaving.contains(path.back());
  pool->second.leaving.erase(path.back());
  pool->second.groups[path.back()] = {entry.text_of("name"), entry.text_of("description"), parent};
  return 0;
}

int import_user(World& world, const Tree& document, const Tree& entry) {
  const auto pool = world.pools.find(entry.text_of("user_pool_id"));
  if (pool == world.pools.end()) {
    return 422;
  }
  const std::string id = entry.text_of("id");
  const auto found = pool->second.users.find(id);
  const bool is_new = found == pool->second.users.end();
  User user;
  if (is_new) {
    user.payload_schema = pool->second.payload_schema;
    user.metadata_schema = pool->second.metadata_schema;
  } else {
    user = found->second;
  }
  const std::optional<Tree> before = user.payload;
  const std::optional<Tree> metadata_before = user.metadata;
  user.status = entry.has("status") ? entry.text_of("status") : "active";
  const auto value = [&](const char* name) {
    return entry.has(name) ? std::optional{*entry.find(name)} : std::nullopt;
  };
  user.payload = value("payload");
  user.metadata = value("metadata");
  user.business = value("business_metadata");
  user.identifiers.clear();
  user.addresses.clear();
  user.password.clear();
  for (const Tree& one : list_in(document, "user_credentials")) {
    const bool first = one.find("payload")->text_of("hashed_password") == kFirstHash;
    user.password = first ? kFirstSecret : kSecondSecret;
    user.password_state = "valid";
  }
  for (const Tree& one : list_in(document, "user_identifiers")) {
    if (one.text_of("user_pool_id") == pool->first && one.text_of("user_id") == id) {
      user.identifiers.push_back(Tree::object()
                                     .set("identifier", one.text_of("identifier"))
                                     .set("type", one.text_of("type")));
    }
  }
  const bool payload_good = !user.payload || (!is_new && user.payload == before) ||
                            fits(world, user.payload_schema, *user.payload);
  const bool metadata_good = !user.metadata || (!is_new && user.metadata == metadata_before) ||
                             fits(world, user.metadata_schema, *user.metadata);
  if (!payload_good || !metadata_good) {
    return 422;
  }
  pool->second.users[id] = user;
  return 0;
}

int import_member(World& world, const Tree& entry) {
  const auto pool = world.pools.find(entry.text_of("user_pool_id"));
  if (pool == world.pools.end()) {
    return 422;
  }
  const auto user = pool->second.users.find(entry.text_of("user_id"));
  if (user == pool->second.users.end() ||
      !pool->second.groups.contains(entry.text_of("group_id"))) {
    return 422;
  }
  user->second.groups.insert(entry.text_of("group_id"));
  return 0;
}

}  // namespace

int apply_import(World& world, const Intent& intent, Verdict& verdict) {
  const Tree& document = intent.body;
  int refused = 0;
  const auto each = [&](std::string_view name, const auto& apply) {
    std::vector<Tree> entries = list_in(document, name);
    std::ranges::stable_sort(entries, {}, [](const Tree& entry) { return path_of(entry).size(); });
    for (const Tree& entry : entries) {
      refused = refused == 0 ? apply(entry) : refused;
    }
  };
  each("schemas", [&](const Tree& entry) { return import_schema(world, entry); });
  each("pools", [&](const Tree& entry) { return import_pool(world, entry); });
  each("groups", [&](const Tree& entry) { return import_group(world, entry, verdict); });
  each("users", [&](const Tree& entry) { return import_user(world, document, entry); });
  each("group_members", [&](const Tree& entry) { return import_member(world, entry); });
  return refused == 0 ? 204 : refused;
}

}  // namespace muster::administrators
