/// States as JSON, in the shapes of the published API (contract 4). Members come in a fixed order;
/// members without a value are left out, lists never; instants are RFC 3339 in milliseconds;
/// secrets of credentials are blurred.
///
/// Each function appends one JSON object to `out`. `tenant_id` is the id in URLs.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/json_writer.h"
#include "engine/ports/views.h"

namespace muster {

/// Base forms are without metadata and business metadata, for delegated administrators.
enum class UserForm : std::uint8_t { kWhole, kBase };

/// UserWithData: the answer to GET of a user. These bytes are stored in the user's row, so a change
/// here is a new version of that view.
void append_user(std::string& out,
                 std::string_view tenant_id,
                 const UserState& user,
                 UserForm form = UserForm::kWhole);

/// ExtendedUser: the entry of a list.
void append_extended_user(std::string& out,
                          std::string_view tenant_id,
                          const UserState& user,
                          UserForm form = UserForm::kWhole);

/// UserIdentifier; `identifier` is one of the user's.
void append_identifier(std::string& out,
                       std::string_view tenant_id,
                       const UserState& user,
                       const Identifier& identifier);

/// UserVerifiableAddress; `address` is one of the user's.
void append_address(std::string& out,
                    std::string_view tenant_id,
                    const UserState& user,
                    const Address& address);

/// UserCredential, blurred; `credential` is one of the user's.
void append_credential(std::string& out,
                       std::string_view tenant_id,
                       const UserState& user,
                       const Credential& credential);

/// Ours: a workspace or organization; a client without its secret.
void append_workspace(std::string& out,
                      std::string_view tenant_id,
                      const WorkspaceState& workspace);
void append_client(std::string& out, std::string_view tenant_id, const ClientState& client);
/// Without its secret.
void append_webhook(std::string& out, std::string_view tenant_id, const WebhookState& webhook);
/// A member `roles`.
void append_roles(JsonWriter& writer, const std::vector<RoleGrant>& roles);
/// Group.
void append_group(std::string& out, std::string_view tenant_id, const GroupState& group);

/// Schema.
void append_schema(std::string& out, std::string_view tenant_id, const SchemaState& schema);

/// PoolResponse. `users` is the pool's count row: standard users, jit users.
void append_pool(std::string& out,
                 std::string_view tenant_id,
                 const PoolState& pool,
                 const Counters& users);

}  // namespace muster
