#include "engine/state/administration.h"

namespace muster {

void evolve(TenantState& state, const EventMeta& meta, const TenantCreated& event) {
  state.id = event.id;
  state.log = LogId{static_cast<std::uint32_t>(event.log)};
  state.name = event.name;
  state.created = to_whole_milliseconds(meta.time);
}

void evolve(WorkspaceState& state, const EventMeta& meta, const WorkspaceCreated& event) {
  state.id = event.id;
  state.name = event.name;
  state.parent = event.parent;
  state.cors_origins = event.cors_origins;
  state.created = to_whole_milliseconds(meta.time);
  state.updated = state.created;
}

void evolve(WorkspaceState& state, const EventMeta& meta, const WorkspaceReplaced& event) {
  state.name = event.name;
  state.cors_origins = event.cors_origins;
  state.updated = to_whole_milliseconds(meta.time);
}

void evolve(WorkspaceState& state, const EventMeta&, const WorkspaceDeleted&) {
  state.gone = true;
}

void evolve(ClientState& state, const EventMeta& meta, const ClientCreated& event) {
  state.id = event.id;
  state.workspace = event.workspace;
  state.name = event.name;
  state.scopes = event.scopes;
  state.secret_digest = event.secret_digest;
  state.roles = event.roles;
  state.created = to_whole_milliseconds(meta.time);
  state.rotated = state.created;
}

void evolve(ClientState& state, const EventMeta& meta, const ClientSecretRotated& event) {
  state.secret_digest = event.secret_digest;
  state.rotated = to_whole_milliseconds(meta.time);
}

void evolve(ClientState& state, const EventMeta&, const ClientRolesReplaced& event) {
  state.roles = event.roles;
}

void evolve(ClientState& state, const EventMeta&, const ClientDeleted&) {
  state.gone = true;
}

// Says what was read, and nothing of the client.
void evolve(ClientState&, const EventMeta&, const ClientHistoryRead&) {}

void evolve(SigningKeyState& state, const EventMeta& meta, const SigningKeyCreated& event) {
  state.id = event.id;
  state.algorithm = event.algorithm;
  state.public_jwk = event.public_jwk;
  state.private_jwk = event.private_jwk;
  state.created = to_whole_milliseconds(meta.time);
}

}  // namespace muster
