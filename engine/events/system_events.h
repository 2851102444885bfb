/// Events of the administration: tenants, workspaces, clients, signing keys.
#pragma once

#include "engine/events/describe.h"

namespace muster {

/// Lies in the system log; everything else of the tenant lies in the tenant's own log.
struct TenantCreated {
  std::string id;
  std::uint64_t log = 0;
  std::string name;

  bool operator==(const TenantCreated&) const = default;

  static constexpr auto describe() {
    return event({"tenant.created", EventCode{1}, EventVersion{1}, "A tenant came into being."},
                 field("id", &TenantCreated::id, "The tenant's id in URLs."),
                 field("log", &TenantCreated::log, "Number of the tenant's own log."),
                 field("name", &TenantCreated::name, "Display name."));
  }
};

/// What a client or user may do, and where. A grant names a workspace, a pool, or, for roles of the
/// whole tenant, neither.
struct RoleGrant {
  std::string role;
  std::string workspace;
  StreamId pool;
  std::string pool_id;

  bool operator==(const RoleGrant&) const = default;

  static constexpr auto describe() {
    return record(field("role", &RoleGrant::role, "Name of the role."),
                  field("workspace", &RoleGrant::workspace, "Workspace or organization."),
                  field("pool", &RoleGrant::pool, "Stream of the pool."),
                  field("pool_id", &RoleGrant::pool_id, "Id of the pool."));
  }
};

struct WorkspaceCreated {
  std::string id;
  std::string name;
  std::string parent = {};
  std::vector<std::string> cors_origins = {};

  bool operator==(const WorkspaceCreated&) const = default;

  static constexpr auto describe() {
    return event({"workspace.created",
                  EventCode{2},
                  EventVersion{2},
                  "A workspace, the issuer of access tokens, came into being."},
                 field("id", &WorkspaceCreated::id, "The workspace's id in URLs."),
                 field("name", &WorkspaceCreated::name, "Display name."),
                 field("parent",
                       &WorkspaceCreated::parent,
                       "Of an organization: the workspace it belongs to."),
                 field("cors_origins",
                       &WorkspaceCreated::cors_origins,
                       "Web origins whose scripts may call with this workspace's tokens."));
  }
};

struct WorkspaceReplaced {
  std::string name;
  std::vector<std::string> cors_origins;

  bool operator==(const WorkspaceReplaced&) const = default;

  static constexpr auto describe() {
    return event({"workspace.replaced",
                  EventCode{7},
                  EventVersion{1},
                  "The settings of a workspace or organization were replaced as a whole."},
                 field("name", &WorkspaceReplaced::name, "Display name from now on."),
                 field("cors_origins",
                       &WorkspaceReplaced::cors_origins,
                       "Web origins whose scripts may call with this workspace's tokens."));
  }
};

struct WorkspaceDeleted {
  bool operator==(const WorkspaceDeleted&) const = default;

  static constexpr auto describe() {
    return event({"workspace.deleted",
                  EventCode{8},
                  EventVersion{1},
                  "A workspace or organization without pools, clients and organizations was "
                  "removed."});
  }
};

struct ClientCreated {
  std::string id;
  std::string workspace;
  std::string name;
  std::vector<std::string> scopes;
  std::string secret_digest;
  std::vector<RoleGrant> roles = {};

  bool operator==(const ClientCreated&) const = default;

  static constexpr auto describe() {
    return event({"client.created",
                  EventCode{3},
                  EventVersion{2},
                  "An OAuth client that obtains tokens by client credentials was registered."},
                 field("id", &ClientCreated::id, "The client_id."),
                 field("workspace", &ClientCreated::workspace, "Workspace that issues its tokens."),
                 field("name", &ClientCreated::name, "Display name."),
                 field("scopes", &ClientCreated::scopes, "Scopes it may be granted."),
                 field("secret_digest",
                       &ClientCreated::secret_digest,
                       "SHA-256 of the 256-bit random secret, base64url.",
                       Privacy::kSecret),
                 field("roles", &ClientCreated::roles, "What it may do, and where."));
  }
};

struct ClientSecretRotated {
  std::string secret_digest;

  bool operator==(const ClientSecretRotated&) const = default;

  static constexpr auto describe() {
    return event({"client.secret_rotated",
                  EventCode{4},
                  EventVersion{1},
                  "The client's secret was replaced; the old one stopped working."},
                 field("secret_digest",
                       &ClientSecretRotated::secret_digest,
                       "SHA-256 of the new secret, base64url.",
                       Privacy::kSecret));
  }
};

struct ClientRolesReplaced {
  std::vector<RoleGrant> roles;

  bool operator==(const ClientRolesReplaced&) const = default;

  static constexpr auto describe() {
    return event(
        {"client.roles_replaced",
         EventCode{9},
         EventVersion{1},
         "Roles were granted to the client, or taken back."},
        field("roles", &ClientRolesReplaced::roles, "What it may do from now on, and where."));
  }
};

struct ClientDeleted {
  bool operator==(const ClientDeleted&) const = default;

  static constexpr auto describe() {
    return event({"client.deleted", EventCode{5}, EventVersion{1}, "The client was removed."});
  }
};

/// How often a client asked one kind of question about history.
struct HistoryReads {
  std::string kind;
  std::uint64_t requests = 0;

  bool operator==(const HistoryReads&) const = default;

  static constexpr auto describe() {
    return record(field("kind", &HistoryReads::kind, "Operation: auditEvents, auditDiff, ..."),
                  field("requests", &HistoryReads::requests, "How many were answered."));
  }
};

/// Reading is counted, and written down once for many requests: a reviewer who walks through a log
/// must not make it grow by what it reads.
struct ClientHistoryRead {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is
  Micros since{};
  Micros until{};
  std::vector<HistoryReads> reads;
  std::vector<StreamId> persons;

  bool operator==(const ClientHistoryRead&) const = default;

  static constexpr auto describe() {
    return event(
        {"client.history_read", EventCode{10}, EventVersion{1}, "The client read history."},
        field("since", &ClientHistoryRead::since, "First request, microseconds."),
        field("until", &ClientHistoryRead::until, "Last request, microseconds."),
        field("reads", &ClientHistoryRead::reads, "What it asked, and how often."),
        field("persons",
              &ClientHistoryRead::persons,
              "Streams of users whose personal values it was shown."));
  }
};

struct SigningKeyCreated {
  std::string id;
  std::string algorithm;
  JsonText public_jwk;
  JsonText private_jwk;

  bool operator==(const SigningKeyCreated&) const = default;

  static constexpr auto describe() {
    return event({"signing_key.created",
                  EventCode{6},
                  EventVersion{1},
                  "A key pair that signs the tenant's access tokens was made."},
                 field("id", &SigningKeyCreated::id, "The JWK key id (RFC 7638 thumbprint)."),
                 field("algorithm", &SigningKeyCreated::algorithm, "JWS algorithm: ES256."),
                 field("public_jwk", &SigningKeyCreated::public_jwk, "The public key as a JWK."),
                 field("private_jwk",
                       &SigningKeyCreated::private_jwk,
                       "The private key as a JWK.",
                       Privacy::kSecret));
  }
};

}  // namespace muster
