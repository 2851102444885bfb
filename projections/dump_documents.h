/// Entries of an exported configuration, in the shapes of the published API (contract 3.11). As
/// projections/documents.h, with two differences: nothing is blurred, and the parts of a user are
/// entries of their own.
///
/// Each function appends one JSON object to `out`.
#pragma once

#include <string>
#include <string_view>

#include "engine/state/administration.h"
#include "engine/state/directory.h"
#include "engine/state/user.h"

namespace muster {

/// Ours, not of the published document; without instants, so that the exports of two installations
/// can be equal.
void append_dumped_workspace(std::string& out,
                             std::string_view tenant_id,
                             const WorkspaceState& workspace);
/// With the workspaces that it is connected with, without the counts of users.
void append_dumped_pool(std::string& out, std::string_view tenant_id, const PoolState& pool);
/// The two system schemas that every tenant begins with have no instants, so that the exports of
/// two installations can be equal.
void append_dumped_schema(std::string& out, std::string_view tenant_id, const SchemaState& schema);
/// With user_type and what does not fit its schema (ours), without its parts.
void append_dumped_user(std::string& out, std::string_view tenant_id, const UserState& user);
/// With its secret.
void append_dumped_credential(std::string& out,
                              std::string_view tenant_id,
                              const UserState& user,
                              const Credential& credential);
/// `path`: ids from the top, its own last, joined by `/`.
void append_dumped_group(std::string& out,
                         std::string_view tenant_id,
                         const GroupState& group,
                         std::string_view path);
void append_dumped_member(std::string& out,
                          std::string_view tenant_id,
                          const UserState& user,
                          std::string_view group_id);

}  // namespace muster
