/// What a random administrator asks for, before it is a request.
#pragma once

#include <cstddef>
#include <string>

#include "tests/api/administrators/tree.h"

namespace muster::administrators {

enum class Deed {
  kCreateWorkspace,
  kCreateOrganization,
  kReplaceWorkspace,
  kDeleteWorkspace,
  kConnect,
  kDisconnect,
  kCreatePool,
  kCreateWorkspacePool,
  kReplacePool,
  kDeletePool,
  kDeleteWorkspacePool,
  kCreateSchema,
  kReplaceSchema,
  kDeleteSchema,
  kCreateUser,
  kReplaceUser,
  kPatchUser,
  kDeleteUser,
  kAddIdentifier,
  kRemoveIdentifier,
  kAddAddress,
  kUpdateAddress,
  kRemoveAddress,
  kSetMetadata,
  kCreateGroup,
  kReplaceGroup,
  kDeleteGroup,
  kJoin,
  kLeave,
  kReplaceRoles,
  kImport,
  kSetPasswordState,
  kVerifyPassword,
  kReplaceUserRoles,
  kCreateClient,
  kDeleteClient,
  kRotateSecret,
};

inline constexpr std::size_t kDeeds = static_cast<std::size_t>(Deed::kRotateSecret) + 1;

/// By which of the paths that lead to the same.
enum class Door { kAdmin, kSystem, kB2b };

/// What If-Match says.
enum class Condition { kNone, kCurrent, kStale };

struct Intent {
  Deed deed{};
  Door door = Door::kAdmin;
  /// 0 is the administrator of the tenant; the others are clients with few roles.
  std::size_t actor = 0;
  Condition condition = Condition::kNone;
  std::string workspace;
  std::string pool;
  std::string schema;
  std::string user;
  std::string group;
  std::string client;
  std::string metadata_type;
  bool with_idp = false;
  Tree body;  // null: none
};

}  // namespace muster::administrators
