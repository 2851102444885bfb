#include "tests/api/administrators/bookkeeping.h"

#include <algorithm>
#include <cctype>

#include "tests/api/administrators/requests.h"

namespace muster::administrators {
namespace {

std::string pool_path(const std::string& pool) {
  return std::string{kAdminRoot} + "/pools/" + pool;
}

bool is_user(const std::string& path) {
  return path.find("/users/") != std::string::npos;
}

/// Its revision also grows when it is compared with a schema that was replaced.
bool moves(const std::string& path) {
  return is_user(path) || path.find("/schemas/") != std::string::npos;
}

bool is_pool(const std::string& path) {
  const std::string root = pool_path({});
  return path.starts_with(root) && path.find('/', root.size()) == std::string::npos;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

std::string Bookkeeping::etag(const std::string& path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() || (moves(path) && !unsettled_.empty()) ? std::string{}
                                                                         : found->second.etag;
}

std::string Bookkeeping::old_etag(const std::string& path) const {
  const auto found = entries_.find(path);
  const bool known = found != entries_.end() && !found->second.old_etag.empty();
  return known ? found->second.old_etag : R"("1.4711.00000000")";
}

void Bookkeeping::set_etag(Entry& entry, const std::string& path, std::string etag) {
  // The counts in the tag of a pool may become again what they were.
  if (!is_pool(path) && !entry.etag.empty() && entry.etag != etag) {
    entry.old_etag = entry.etag;
  }
  const bool unknown = (moves(path) && !unsettled_.empty()) || leaving_.contains(path);
  entry.etag = unknown ? std::string{} : std::move(etag);
}

void Bookkeeping::put(const std::string& path, Tree document, std::string etag) {
  Entry& entry = entries_[path];
  entry.document = std::move(document);
  entry.unknown.clear();
  set_etag(entry, path, std::move(etag));
}

void Bookkeeping::learn(const std::string& path, const Read& read) {
  const auto before = entries_.find(path);
  const bool changed = before != entries_.end() && before->second.etag != read.etag;
  if (changed && path.find("/schemas/") != std::string::npos) {
    schema_changed(path, read.etag);
  }
  put(path, read.document, read.etag);
  if (is_user(path)) {
    count_users(path.substr(0, path.find("/users/")));
  }
}

void Bookkeeping::forget(const std::string& path) {
  entries_.erase(path);
}

void Bookkeeping::schema_changed(const std::string& path, const std::string& etag) {
  unsettled_[path] = etag;
  for (auto& [other, entry] : entries_) {
    if (is_user(other)) {
      entry.etag.clear();
      entry.old_etag.clear();
    }
  }
}

void Bookkeeping::count_users(const std::string& pool) {
  const auto entry = entries_.find(pool);
  if (entry == entries_.end()) {
    return;
  }
  long standard = 0;
  long jit = 0;
  for (const auto& [path, other] : entries_) {
    if (path.starts_with(pool + "/users/")) {
      ++(other.jit ? jit : standard);
    }
  }
  Tree& document = entry->second.document;
  const bool same = document.find("number_of_users")->leaf == std::to_string(standard + jit) &&
                    document.find("number_of_jit_users")->leaf == std::to_string(jit);
  document.set("number_of_users", Tree::number(standard + jit))
      .set("number_of_standard_users", Tree::number(standard))
      .set("number_of_jit_users", Tree::number(jit));
  if (!same) {
    entry->second.etag.clear();
  }
}

void Bookkeeping::note(const Intent& intent, const Response& response) {
  const std::string path = resource_of(intent);
  const std::string etag{response.header("ETag")};
  const Deed deed = intent.deed;
  if (deed == Deed::kConnect || deed == Deed::kDisconnect) {
    if (intent.deed == Deed::kConnect) {
      connected_.emplace(intent.pool, intent.workspace);
    } else {
      connected_.erase({intent.pool, intent.workspace});
    }
    set_etag(entries_[path], path, etag);
    return;
  }
  if (deed == Deed::kDeleteWorkspace || deed == Deed::kDeletePool ||
      deed == Deed::kDeleteWorkspacePool || deed == Deed::kDeleteSchema ||
      deed == Deed::kDeleteUser || deed == Deed::kDeleteGroup) {
    note_deleted(intent, path);
    return;
  }
  if (deed >= Deed::kCreateClient) {
    note_client(intent, path, response);
    return;
  }
  if (deed == Deed::kVerifyPassword) {
    // That a password was verified may be noted in the user.
    const auto user = entries_.find(path + intent.body.text_of("userID"));
    if (user != entries_.end()) {
      user->second.etag.clear();
      user->second.unknown.insert({"updated_at", "credentials"});
    }
    return;
  }
  if (deed == Deed::kSetPasswordState || deed == Deed::kReplaceUserRoles) {
    entries_[path].unknown.insert("updated_at");
    if (deed == Deed::kSetPasswordState) {
      entries_[path].unknown.insert("credentials");
    }
    set_etag(entries_[path], path, etag);
    return;
  }
  if (deed == Deed::kJoin) {
    members_.insert({intent.pool, intent.group, intent.user});
    entries_[path].etag.clear();
    return;
  }
  if (deed == Deed::kLeave) {
    drop_members(intent.pool, intent.group, intent.user);
    entries_[path].etag.clear();
    return;
  }
  if (deed == Deed::kAddIdentifier || deed == Deed::kRemoveIdentifier ||
      deed == Deed::kAddAddress || deed == Deed::kUpdateAddress || deed == Deed::kRemoveAddress ||
      deed == Deed::kSetMetadata) {
    note_parts(intent, entries_[path], Tree::parse(response.bytes()));
    set_etag(entries_[path], path, etag);
    return;
  }
  if (deed == Deed::kImport) {
    for (const Tree& entry : intent.body.has("group_members")
                                 ? intent.body.find("group_members")->elements
                                 : std::vector<Tree>{}) {
      members_.insert(
          {entry.text_of("user_pool_id"), entry.text_of("group_id"), entry.text_of("user_id")});
    }
    return;
  }
  note_created(intent, path, response);
}

void Bookkeeping::note_client(const Intent& intent,
                              const std::string& path,
                              const Response& response) {
  const std::string id =
      intent.deed == Deed::kCreateClient ? intent.body.text_of("id") : intent.client;
  for (Secret& secret : secrets_) {
    secret.current = secret.current && secret.client != id;
  }
  if (intent.deed == Deed::kDeleteClient) {
    entries_.erase(path);
    return;
  }
  Tree answer = Tree::parse(response.bytes());
  secrets_.push_back({answer.text_of("workspace_id"), id, answer.text_of("client_secret"), true});
  answer.members.erase("client_secret");
  put(path, std::move(answer), std::string{response.header("ETag")});
}

void Bookkeeping::note_created(const Intent& intent,
                               const std::string& path,
                               const Response& response) {
  const Tree answer = Tree::parse(response.bytes());
  const std::string etag{response.header("ETag")};
  if (intent.deed == Deed::kReplaceSchema && entries_[path].etag != etag) {
    schema_changed(path, etag);
  }
  const bool in_part = intent.door == Door::kB2b;
  Entry& entry = entries_[path];
  if (in_part && intent.deed == Deed::kReplaceUser) {
    for (const auto& [name, member] : answer.members) {
      entry.document.set(name, member);
    }
    entry.unknown.erase("updated_at");
    set_etag(entry, path, etag);
    return;
  }
  put(path, answer, etag);
  if (in_part) {
    entry.unknown = {
        "metadata_schema_id", "metadata", "business_metadata_schema_id", "business_metadata"};
  }
  if (intent.deed == Deed::kCreateUser) {
    entry.jit = intent.door == Door::kSystem && intent.body.text_of("user_type") == "jit";
    count_users(pool_path(intent.pool));
  }
  if (intent.deed == Deed::kCreateWorkspacePool && intent.with_idp) {
    connected_.emplace(answer.text_of("id"), intent.workspace);
  }
}

void Bookkeeping::note_parts(const Intent& intent, Entry& user, const Tree& answer) {
  user.unknown.insert("updated_at");
  if (intent.deed == Deed::kSetMetadata) {
    const std::string name = intent.metadata_type == "admin" ? "metadata" : "business_metadata";
    user.document.set(name, *answer.find("metadata"));
    user.unknown.erase(name);
    return;
  }
  const bool address = intent.deed >= Deed::kAddAddress;
  auto& parts = user.document.members[address ? "verifiable_addresses" : "identifiers"].elements;
  if (intent.deed == Deed::kAddIdentifier || intent.deed == Deed::kAddAddress) {
    parts.push_back(answer);
    return;
  }
  if (intent.deed == Deed::kUpdateAddress) {
    const auto same = [&](const Tree& part) {
      return part.text_of("id") == answer.text_of("id");
    };
    std::ranges::replace_if(parts, same, answer);
    return;
  }
  const char* member = address ? "address" : "identifier";
  const bool ignores_case =
      entries_[pool_path(intent.pool)].document.flag_of("identifier_case_insensitive");
  const std::string value = intent.body.text_of(member);
  std::erase_if(parts, [&](const Tree& part) {
    const std::string held = part.text_of(member);
    return ignores_case ? lower(held) == lower(value) : held == value;
  });
}

void Bookkeeping::drop_members(const std::string& pool,
                               const std::string& group,
                               const std::string& user) {
  std::erase_if(members_, [&](const auto& one) {
    return one[0] == pool && (group.empty() || one[1] == group) && (user.empty() || one[2] == user);
  });
}

void Bookkeeping::drop_group(const std::string& pool, const std::string& group) {
  std::vector<std::string> lost{group};
  while (!lost.empty()) {
    const std::string id = lost.back();
    lost.pop_back();
    entries_.erase(pool_path(pool) + "/groups/" + id);
    for (const auto& member : members_) {
      if (member[0] == pool && member[1] == id) {
        leaving_.insert(pool_path(pool) + "/users/" + member[2]);
      }
    }
    drop_members(pool, id, {});
    for (const auto& [path, entry] : entries_) {
      if (path.starts_with(pool_path(pool) + "/groups/") &&
          entry.document.text_of("parent_id") == id) {
        lost.push_back(entry.document.text_of("id"));
      }
    }
  }
  for (const std::string& path : leaving_) {
    entries_[path].etag.clear();
  }
}

void Bookkeeping::drop_roles(const std::string& pool) {
  for (auto& [path, entry] : entries_) {
    if (path.find("/clients/") == std::string::npos) {
      continue;
    }
    auto& roles = entry.document.members["roles"].elements;
    if (std::erase_if(roles, [&](const Tree& role) { return role.text_of("pool_id") == pool; }) !=
        0) {
      entry.etag.clear();
    }
  }
}

void Bookkeeping::note_deleted(const Intent& intent, const std::string& path) {
  if (intent.deed == Deed::kDeletePool || intent.deed == Deed::kDeleteWorkspacePool) {
    drop_roles(intent.pool);
  }
  if (intent.deed == Deed::kDeleteGroup) {
    drop_group(intent.pool, intent.group);
    return;
  }
  if (intent.deed == Deed::kDeletePool || intent.deed == Deed::kDeleteWorkspacePool) {
    std::erase_if(entries_, [&](const auto& one) { return one.first.starts_with(path + "/"); });
    std::erase_if(connected_, [&](const auto& one) { return one.first == intent.pool; });
    std::erase_if(leaving_, [&](const auto& user) { return user.starts_with(path + "/"); });
    drop_members(intent.pool, {}, {});
  }
  entries_.erase(path);
  unsettled_.erase(path);
  leaving_.erase(path);
  if (intent.deed == Deed::kDeleteUser) {
    drop_members(intent.pool, {}, intent.user);
    count_users(pool_path(intent.pool));
  }
}

std::vector<std::string> Bookkeeping::touched_by(const Tree& document) {
  std::vector<std::string> paths;
  for (const auto& [list, entries] : document.members) {
    for (const Tree& entry : entries.elements) {
      const std::string pool = pool_path(entry.text_of("user_pool_id"));
      const std::string id = entry.text_of("id");
      if (list == "schemas") {
        paths.push_back(std::string{kAdminRoot} + "/schemas/" + id);
      } else if (list == "pools") {
        paths.push_back(pool_path(id));
      } else if (list == "groups" || list == "users") {
        paths.push_back(pool + "/" + list + "/" + id);
      } else if (list == "group_members") {
        paths.push_back(pool + "/users/" + entry.text_of("user_id"));
      }
    }
  }
  return paths;
}

std::string Bookkeeping::difference_of(const std::string& path,
                                       const Entry& entry,
                                       const Read& read) const {
  const std::vector<std::string_view> names{entry.unknown.begin(), entry.unknown.end()};
  Tree known = entry.document;
  Tree found = read.document;
  for (const std::string& name : entry.unknown) {
    known.members.erase(name);
    found.members.erase(name);
  }
  std::string different = difference(known, found);
  const std::string tag = etag(path);
  if (different.empty() && !tag.empty() && tag != read.etag) {
    different = "ETag: " + tag + ", but " + read.etag;
  }
  return different.empty() ? different : path + different;
}

std::string Bookkeeping::compare(const Reads& reads) {
  for (auto schema = unsettled_.begin(); schema != unsettled_.end();) {
    const auto read = reads.find(schema->first);
    const bool settled = read != reads.end() && read->second.etag != schema->second;
    schema = settled ? unsettled_.erase(schema) : std::next(schema);
  }
  for (const auto& [path, entry] : entries_) {
    const auto read = reads.find(path);
    if (read == reads.end()) {
      return path + " is known, but not there";
    }
    if (std::string different = difference_of(path, entry, read->second); !different.empty()) {
      return different;
    }
  }
  for (const auto& [path, read] : reads) {
    if (!entries_.contains(path)) {
      return path + " is there, but not known";
    }
    put(path, read.document, read.etag);
  }
  return {};
}

Tree Bookkeeping::members() const {
  Tree list = Tree::array();
  for (const auto& one : members_) {
    list.add(Tree::text(one[0] + ":" + one[1] + ":" + one[2]));
  }
  return sorted(list);
}

Tree Bookkeeping::connected_with(const std::string& workspace) const {
  Tree list = Tree::array();
  for (const auto& [pool, other] : connected_) {
    if (other == workspace) {
      list.add(Tree::text(pool));
    }
  }
  return list;
}

}  // namespace muster::administrators
