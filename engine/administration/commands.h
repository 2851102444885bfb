/// Commands of the administration: tenants, workspaces, clients, signing keys.
///
/// Fields wrong in themselves: kInvalid, rule "invalid_request", pointers into the request body.
/// All functions: any thread, no disk but for the key slots that Sealer::reserve_slot hands out.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/administration/prepare.h"

namespace muster {

/// Goes into the system log. Refusals: tenant_id_taken.
///
/// `log` must never have been given to a tenant before, not even to a refused command. No state can
/// tell the sequencer, so the one process that takes commands counts: it starts above the log of
/// every tenant there is and never gives out a number twice. Gaps are harmless.
struct CreateTenant {
  std::string id;
  std::string name;  // empty: the id
  LogId log{};
};

Result<Decide> prepare_create_tenant(const DomainPorts& ports, CreateTenant input);

/// This and everything below goes into the tenant's own log, `log`. Refusals: workspace_id_taken,
/// workspace_not_found (the parent), organization_in_organization (kInvalid).
struct CreateWorkspace {
  LogId log{};
  std::string id;           // empty: made by the server
  std::string name;         // empty: the id
  std::string parent = {};  // of an organization: the workspace it belongs to
  std::vector<std::string> cors_origins = {};
};

Result<Decide> prepare_create_workspace(const DomainPorts& ports, CreateWorkspace input);

/// Nothing differs: no event. Refusals: workspace_not_found.
struct ReplaceWorkspace {
  LogId log{};
  std::string id;
  std::string name;  // empty: the id
  std::vector<std::string> cors_origins;
};

Result<Decide> prepare_replace_workspace(const DomainPorts& ports, ReplaceWorkspace input);

/// Refusals: workspace_not_found; kConflict system_workspace for those of the first start,
/// workspace_in_use while pools, clients, roles or organizations belong to it.
struct DeleteWorkspace {
  LogId log{};
  std::string id;
};

Result<Decide> prepare_delete_workspace(DeleteWorkspace input);

/// Ids of the workspaces that every tenant begins with.
inline constexpr std::array<std::string_view, 3> kSystemWorkspaces{"admin", "system", "default"};
inline constexpr std::size_t kCorsOriginsMax = 64;

/// Refusals: workspace_not_found, client_id_taken, and those of check_grants().
struct CreateClient {
  LogId log{};
  std::string id;  // empty: made by the server
  std::string workspace;
  std::string name;  // may be empty
  std::vector<std::string> scopes;
  std::string secret_digest;  // SHA-256 of the secret, base64url
  std::vector<RoleGrant> roles = {};
};

Result<Decide> prepare_create_client(const DomainPorts& ports, CreateClient input);

/// `client`: as read. Refusals: client_not_found, stale. The digest that is there already: no
/// event.
struct RotateClientSecret {
  LogId log{};
  std::string secret_digest;
};

Result<Decide> prepare_rotate_client_secret(const DomainPorts& ports,
                                            const ClientState& client,
                                            RotateClientSecret input);

/// Whether a client may do everything in its tenant, and is of the workspace whose clients give
/// roles.
bool administers_tenant(const ClientState& client);

/// Nothing differs: no event. Refusals: client_not_found, those of check_grants(), and those of
/// losing an administrator (see `other_administrators`).
struct ReplaceClientRoles {
  LogId log{};
  std::string id;
  std::vector<RoleGrant> roles;
  /// Ids of clients that are to administer the tenant when this one does not any more. None of them
  /// given: kConflict "last_tenant_administrator"; none of them does so any more: stale. Nothing:
  /// not looked at.
  std::optional<std::vector<std::string>> other_administrators = {};
};

Result<Decide> prepare_replace_client_roles(ReplaceClientRoles input);

/// Adds a fault for each grant that can hold nowhere: an unknown role, a bad id, one grant twice.
void check_roles(Faults& faults, const std::vector<RoleGrant>& grants);
/// While deciding: that somebody is left when `client` administers the tenant no more.
Result<void> check_administrators_left(
    StateReader& states,
    LogId log,
    const ClientState& client,
    const std::optional<std::vector<std::string>>& other_administrators);
/// While deciding. Refusals: workspace_not_found, pool_not_found, stale (the pool is another one).
Result<void> check_grants(StateReader& states, LogId log, const std::vector<RoleGrant>& grants);

/// Refusals: client_not_found, and those of losing an administrator.
struct DeleteClient {
  LogId log{};
  std::string id;
  std::optional<std::vector<std::string>> other_administrators = {};  // as above
};

Result<Decide> prepare_delete_client(DeleteClient input);

/// A client that is gone has nothing written about it any more: no event.
struct RecordHistoryRead {
  LogId log{};
  std::string id;
  StreamId client;  // its stream: the id may have been given to another since
  ClientHistoryRead read;
};

/// How many persons one event names.
inline constexpr std::size_t kPersonsOfReadMax = 128;

Result<Decide> prepare_record_history_read(const DomainPorts& ports, RecordHistoryRead input);

/// Refusals: signing_key_id_taken.
struct CreateSigningKey {
  LogId log{};
  std::string id;  // RFC 7638 thumbprint, base64url
  std::string algorithm = "ES256";
  JsonText public_jwk;
  JsonText private_jwk;
};

Result<Decide> prepare_create_signing_key(const DomainPorts& ports, CreateSigningKey input);

}  // namespace muster
