/// The entries of a configuration that is to be imported (contract 3.11), typed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/pools/pool_commands.h"
#include "engine/pools/schema_commands.h"
#include "engine/users/commands.h"

namespace muster {

struct WorkspaceEntry {
  std::size_t index = 0;  // in its array of the document, as in all entries
  std::string id;
  std::string name;
  std::string parent;  // of an organization
  std::vector<std::string> cors_origins;
};

struct SchemaEntry {
  std::size_t index = 0;
  CreateSchema schema;
};

struct PoolEntry {
  std::size_t index = 0;
  PoolBody body;
  /// Workspaces whose users sign in with it; nothing: they stay as they are.
  std::optional<std::vector<std::string>> connected;
};

struct GroupEntry {
  std::size_t index = 0;
  std::string pool_id;
  std::string id;
  std::string name;
  std::string description;
  std::vector<std::string> path;  // from the top, its own id last
};

struct MemberEntry {
  std::size_t index = 0;
  std::string pool_id;
  std::string group_id;
  std::string user_id;
};

/// A user with its parts, or parts of a user that is stored.
struct UserEntry {
  /// Nothing: the document has no entry of the user itself, so what it has is added.
  std::optional<std::size_t> index;
  std::string pool_id;
  CreateUser user;
  /// Where the parts at the same places of `user` are in their arrays.
  std::vector<std::size_t> identifiers_at;
  std::vector<std::size_t> addresses_at;
  std::vector<std::size_t> credentials_at;
};

struct Dump {
  std::vector<WorkspaceEntry> workspaces;
  std::vector<SchemaEntry> schemas;
  std::vector<PoolEntry> pools;
  std::vector<GroupEntry> groups;
  std::vector<UserEntry> users;
  std::vector<MemberEntry> members;
};

/// What is to go.
struct DumpRemovals {
  struct InPool {
    std::string pool_id;
    std::string id;
  };

  struct Member {
    std::string pool_id;
    std::string group_id;
    std::string user_id;
  };

  std::vector<Member> members;
  std::vector<InPool> users;
  std::vector<InPool> groups;
  std::vector<std::string> pools;
  std::vector<std::string> schemas;
  std::vector<std::string> workspaces;
};

}  // namespace muster
