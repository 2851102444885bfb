/// States of tenants, workspaces, clients and signing keys.
#pragma once

#include "engine/events/system_events.h"
#include "engine/state/stream_head.h"

namespace muster {

struct TenantState {
  StreamHead head;
  bool gone = false;
  std::string id;
  LogId log{};
  std::string name;
  Micros created{};

  bool operator==(const TenantState&) const = default;
  using Events = EventList<TenantCreated>;

  static constexpr auto describe() {
    return record(field("id", &TenantState::id, ""),
                  field("log", &TenantState::log, ""),
                  field("name", &TenantState::name, ""),
                  field("created", &TenantState::created, ""));
  }
};

struct WorkspaceState {
  StreamHead head;
  bool gone = false;
  std::string id;
  std::string name;
  std::string parent;  // of an organization: the workspace it belongs to
  std::vector<std::string> cors_origins;
  Micros created{};
  Micros updated{};

  bool operator==(const WorkspaceState&) const = default;
  using Events = EventList<WorkspaceCreated, WorkspaceReplaced, WorkspaceDeleted>;

  static constexpr auto describe() {
    return record(field("id", &WorkspaceState::id, ""),
                  field("name", &WorkspaceState::name, ""),
                  field("parent", &WorkspaceState::parent, ""),
                  field("cors_origins", &WorkspaceState::cors_origins, ""),
                  field("created", &WorkspaceState::created, ""),
                  field("updated", &WorkspaceState::updated, ""));
  }
};

struct ClientState {
  StreamHead head;
  bool gone = false;
  std::string id;
  std::string workspace;
  std::string name;
  std::vector<std::string> scopes;
  std::string secret_digest;
  std::vector<RoleGrant> roles;
  Micros created{};
  Micros rotated{};

  bool operator==(const ClientState&) const = default;
  using Events = EventList<ClientCreated,
                           ClientSecretRotated,
                           ClientRolesReplaced,
                           ClientDeleted,
                           ClientHistoryRead>;

  static constexpr auto describe() {
    return record(field("id", &ClientState::id, ""),
                  field("workspace", &ClientState::workspace, ""),
                  field("name", &ClientState::name, ""),
                  field("scopes", &ClientState::scopes, ""),
                  field("secret_digest", &ClientState::secret_digest, "", Privacy::kSecret),
                  field("roles", &ClientState::roles, ""),
                  field("created", &ClientState::created, ""),
                  field("rotated", &ClientState::rotated, ""));
  }
};

struct SigningKeyState {
  StreamHead head;
  bool gone = false;
  std::string id;
  std::string algorithm;
  JsonText public_jwk;
  JsonText private_jwk;
  Micros created{};

  bool operator==(const SigningKeyState&) const = default;
  using Events = EventList<SigningKeyCreated>;

  static constexpr auto describe() {
    return record(field("id", &SigningKeyState::id, ""),
                  field("algorithm", &SigningKeyState::algorithm, ""),
                  field("public_jwk", &SigningKeyState::public_jwk, ""),
                  field("private_jwk", &SigningKeyState::private_jwk, "", Privacy::kSecret),
                  field("created", &SigningKeyState::created, ""));
  }
};

void evolve(TenantState& state, const EventMeta& meta, const TenantCreated& event);
void evolve(WorkspaceState& state, const EventMeta& meta, const WorkspaceCreated& event);
void evolve(WorkspaceState& state, const EventMeta& meta, const WorkspaceReplaced& event);
void evolve(WorkspaceState& state, const EventMeta& meta, const WorkspaceDeleted& event);
void evolve(ClientState& state, const EventMeta& meta, const ClientCreated& event);
void evolve(ClientState& state, const EventMeta& meta, const ClientSecretRotated& event);
void evolve(ClientState& state, const EventMeta& meta, const ClientRolesReplaced& event);
void evolve(ClientState& state, const EventMeta& meta, const ClientDeleted& event);
void evolve(ClientState& state, const EventMeta& meta, const ClientHistoryRead& event);
void evolve(SigningKeyState& state, const EventMeta& meta, const SigningKeyCreated& event);

}  // namespace muster
