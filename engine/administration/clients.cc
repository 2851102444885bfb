#include <algorithm>
#include <set>

#include "engine/administration/begin.h"
#include "engine/administration/commands.h"
#include "engine/core/bytes.h"

namespace muster {
namespace {

inline constexpr std::size_t kScopesMax = 64;
inline constexpr std::size_t kScopeBytesMax = 128;

/// RFC 6749 section 3.3: scope-token.
bool is_scope(std::string_view text) {
  return !text.empty() && text.size() <= kScopeBytesMax && std::ranges::all_of(text, [](char byte) {
    return byte > 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
  });
}

bool is_sha256(std::string_view base64url) {
  const auto bytes = from_base64(base64url);
  return bytes && bytes->size() == Digest{}.size();
}

void check_scopes(Faults& faults, const std::vector<std::string>& scopes) {
  if (scopes.size() > kScopesMax) {
    faults.add("/scopes", "maxItems", "at most 64 scopes");
    return;
  }
  std::set<std::string_view> seen;
  for (std::size_t index = 0; index < scopes.size(); ++index) {
    const std::string pointer = "/scopes/" + std::to_string(index);
    if (!is_scope(scopes[index])) {
      faults.add(pointer, "scope", "must be a scope token of at most 128 characters");
    } else if (!seen.insert(scopes[index]).second) {
      faults.add(pointer, "uniqueItems", "is named twice");
    }
  }
}

void check_digest(Faults& faults, std::string_view digest) {
  if (!is_sha256(digest)) {
    faults.add("/secret_digest", "digest", "must be the SHA-256 of the secret in base64url");
  }
}

bool is_jwk(const JsonText& jwk) {
  return jwk.text.starts_with('{');
}

/// RFC 7638 section 3: a digest in base64url, so any of its characters may come first.
bool is_thumbprint(std::string_view text) {
  return is_sha256(text);
}

}  // namespace

Result<Decide> prepare_create_client(const DomainPorts& ports, CreateClient input) {
  const StreamId stream = make_stream(ports);
  if (input.id.empty()) {
    input.id = stream.text();
  }
  Faults faults;
  check_id(faults, "/id", input.id);
  check_id(faults, "/workspace", input.workspace);
  if (!is_line(input.name, kDisplayNameCharactersMax)) {
    faults.add("/name", "text", "must have at most 256 characters and no control characters");
  }
  check_scopes(faults, input.scopes);
  check_digest(faults, input.secret_digest);
  check_roles(faults, input.roles);
  MUSTER_CHECKED(faults.done("invalid_request"));

  const auto roles = input.roles;
  const StateAddress address{input.log, Aggregate::kClient, {}, input.id};
  const StateAddress workspace{input.log, Aggregate::kWorkspace, {}, input.workspace};
  MUSTER_TRY(const Slot slot, ports.sealer.reserve_slot(input.log));
  ClientCreated event{std::move(input.id),
                      std::move(input.workspace),
                      std::move(input.name),
                      std::move(input.scopes),
                      std::move(input.secret_digest),
                      std::move(input.roles)};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, slot, std::move(event)));
  Decide create = begin_stream({address, stream, std::move(draft)}, "client_id");
  return Decide{[workspace, roles, create = std::move(create)](StateReader& states,
                                                               Micros now) -> Result<Decision> {
    MUSTER_TRY(const AnyState* issuer, states.find(workspace));
    if (issuer == nullptr) {
      return not_found("workspace");
    }
    MUSTER_CHECKED(check_grants(states, workspace.log, roles));
    return create(states, now);
  }};
}

Result<Decide> prepare_rotate_client_secret(const DomainPorts& ports,
                                            const ClientState& client,
                                            RotateClientSecret input) {
  Faults faults;
  check_digest(faults, input.secret_digest);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kClient, {}, client.id};
  const Slot slot = client.head.slot;
  ClientSecretRotated event{std::move(input.secret_digest)};
  MUSTER_TRY(Draft draft,
             make_draft(ports.sealer, input.log, client.head.stream, slot, std::move(event)));
  const auto fact =
      std::make_shared<const Fact>(Fact{address, client.head.stream, std::move(draft)});
  return Decide{[fact](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const ClientState* current, states.get<ClientState>(fact->address));
    if (current == nullptr) {
      return not_found("client");
    }
    if (current->head.stream != fact->stream) {
      return stale();
    }
    const auto& rotated = std::get<ClientSecretRotated>(fact->draft.event);
    if (equal_in_constant_time(current->secret_digest, rotated.secret_digest)) {
      return Decision{{}, fact->address, {}};
    }
    return Decision{{*fact}, fact->address, {}};
  }};
}

Result<Decide> prepare_delete_client(DeleteClient input) {
  const StateAddress address{input.log, Aggregate::kClient, {}, std::move(input.id)};
  return Decide{[address, others = std::move(input.other_administrators)](
                    StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const ClientState* client, states.get<ClientState>(address));
    if (client == nullptr) {
      return not_found("client");
    }
    MUSTER_CHECKED(check_administrators_left(states, address.log, *client, others));
    Fact fact{address, client->head.stream, open_draft(ClientDeleted{})};
    return Decision{{std::move(fact)}, address, {}};
  }};
}

Result<Decide> prepare_record_history_read(const DomainPorts& ports, RecordHistoryRead input) {
  const StateAddress address{input.log, Aggregate::kClient, {}, std::move(input.id)};
  MUSTER_TRY(Draft draft,
             make_draft(ports.sealer, input.log, input.client, Slot{0}, std::move(input.read)));
  const auto fact = std::make_shared<const Fact>(Fact{address, input.client, std::move(draft)});
  return Decide{[fact](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const ClientState* client, states.get<ClientState>(fact->address));
    const bool is_there = client != nullptr && client->head.stream == fact->stream;
    return is_there ? Decision{{*fact}, fact->address, {}} : Decision{{}, fact->address, {}};
  }};
}

Result<Decide> prepare_create_signing_key(const DomainPorts& ports, CreateSigningKey input) {
  Faults faults;
  if (!is_thumbprint(input.id)) {
    faults.add("/id", "digest", "must be the SHA-256 thumbprint of the key in base64url");
  }
  if (input.algorithm != "ES256") {
    faults.add("/algorithm", "enum", "must be ES256");
  }
  if (!is_jwk(input.public_jwk)) {
    faults.add("/public_jwk", "type", "must be a JWK");
  }
  if (!is_jwk(input.private_jwk)) {
    faults.add("/private_jwk", "type", "must be a JWK");
  }
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StreamId stream = make_stream(ports);
  const StateAddress address{input.log, Aggregate::kSigningKey, {}, input.id};
  MUSTER_TRY(const Slot slot, ports.sealer.reserve_slot(input.log));
  SigningKeyCreated event{std::move(input.id),
                          std::move(input.algorithm),
                          std::move(input.public_jwk),
                          std::move(input.private_jwk)};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, slot, std::move(event)));
  return begin_stream({address, stream, std::move(draft)}, "signing_key_id");
}

}  // namespace muster
