#include "api/auth/tokens.h"

#include <algorithm>
#include <array>
#include <functional>

#include <openssl/sha.h>

#include "engine/administration/permissions.h"
#include "engine/core/bytes.h"
#include "engine/core/json.h"
#include "engine/core/json_writer.h"

namespace muster {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
/// Tokens are known per thread in a table of this many places; two tokens of one place take turns.
constexpr std::size_t kKnownTokens = 1024;
/// Longer ones are none of ours.
constexpr std::size_t kTokenBytesMax = 4096;

Failure invalid_token() {
  return failure(
      Errc::kUnauthorized, "invalid_token", "the access token is not valid or has expired");
}

Failure invalid_client() {
  return failure(Errc::kUnauthorized, "invalid_client", "client authentication failed");
}

std::string_view claim(JsonValue claims, std::string_view name) {
  const auto value = claims.find(name);
  return value ? value->text().value_or(std::string_view{}) : std::string_view{};
}

Micros instant_claim(JsonValue claims, std::string_view name) {
  const auto value = claims.find(name);
  return Micros{(value ? value->whole().value_or(0) : 0) * kMicrosPerSecond};
}

/// The scopes to grant: what was asked for, or everything; nothing when too much was asked for.
std::optional<std::vector<std::string>> grantable(const ClientState& client,
                                                  std::string_view asked) {
  if (asked.empty()) {
    return client.scopes;
  }
  auto names = split_scopes(asked);
  for (const std::string& name : names) {
    if (std::ranges::find(client.scopes, name) == client.scopes.end()) {
      return std::nullopt;
    }
  }
  return names;
}

std::string write_claims(const Tokens::Grant& grant,
                         const std::string& scope,
                         std::int64_t now_seconds,
                         const Uuid& token_id) {
  std::string claims;
  JsonWriter writer{claims};
  writer.begin_object();
  writer.member("iss", grant.issuer);
  writer.member("sub", grant.client_id);
  writer.member("aud", grant.issuer);
  writer.member("client_id", grant.client_id);
  writer.member("tid", grant.tenant);
  writer.member("aid", grant.workspace);
  writer.member("scope", scope);
  writer.member("iat", now_seconds);
  writer.member("exp", now_seconds + kTokenLifeSeconds);
  writer.member("jti", token_id.text());
  writer.end_object();
  return claims;
}

}  // namespace

/// One place of the table: a token whose signature was found good.
struct Tokens::Known {
  std::string token;
  std::uint64_t states_version = 0;  // nothing about clients and keys has changed up to here
  const Tokens* owner = nullptr;
  std::shared_ptr<const Caller> caller;
};

std::string secret_digest(std::string_view secret) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), digest.data());
  return to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string make_client_secret(Entropy& entropy) {
  std::array<std::uint8_t, 32> bytes{};
  entropy.fill(bytes);
  return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string Tokens::issuer(std::string_view public_url,
                           std::string_view tenant,
                           std::string_view workspace) {
  std::string issuer{public_url};
  issuer.append("/").append(tenant).append("/").append(workspace);
  return issuer;
}

Result<IssuedToken> Tokens::issue(const Grant& grant) {
  const auto point = published_.now();
  MUSTER_TRY(const auto tenant, catalog_.find_tenant(*point, grant.tenant));
  if (!tenant) {
    return invalid_client();
  }
  MUSTER_TRY(const auto client, catalog_.find_client(*point, tenant->log, grant.client_id));
  const std::string digest = secret_digest(grant.client_secret);
  if (!client || client->workspace != grant.workspace ||
      !equal_in_constant_time(digest, client->secret_digest)) {
    return invalid_client();
  }
  const auto names = grantable(*client, grant.scope);
  if (!names) {
    return failure(
        Errc::kForbidden, "invalid_scope", "the client may not have all of these scopes");
  }
  MUSTER_TRY(const auto keys, catalog_.signing_keys(*point, tenant->log));
  if (keys->empty()) {
    return failure(
        Errc::kUnavailable, "no_signing_key", "the tenant has no key to sign tokens with");
  }
  const SigningKeyState& newest =
      *std::ranges::max_element(*keys, {}, [](const SigningKeyState& key) { return key.created; });
  MUSTER_TRY(const auto key, JwtKey::import(newest.private_jwk.text));
  const std::string scope = join_scopes(*names);
  const Micros now = clock_.now();
  const std::string claims =
      write_claims(grant, scope, raw(now) / kMicrosPerSecond, make_uuid_v7(entropy_, now));
  MUSTER_TRY(std::string token, key->sign(newest.id, claims));
  return IssuedToken{std::move(token), kTokenLifeSeconds, scope};
}

Result<std::shared_ptr<const JwtKey>> Tokens::verifying_key(LogId log,
                                                            std::string_view key_id,
                                                            const ReadPoint& point) {
  MUSTER_TRY(const auto keys, catalog_.signing_keys(point, log));
  for (const SigningKeyState& key : *keys) {
    if (key.id == key_id) {
      return JwtKey::import(key.public_jwk.text);
    }
  }
  return invalid_token();
}

Result<std::shared_ptr<const Caller>> Tokens::verify(std::string_view token,
                                                     const ReadPoint& point) {
  // The tenant is read from the claims before they are proven, only to find the key that must prove
  // them.
  const auto body_begin = token.find('.') + 1;
  const auto body = from_base64(token.substr(body_begin, token.find('.', body_begin) - body_begin));
  const auto unproven = body ? parse_json(*body) : invalid_token();
  if (!unproven) {
    return invalid_token();
  }
  const std::string tenant_id{claim(unproven->root(), "tid")};
  MUSTER_TRY(const auto tenant, catalog_.find_tenant(point, tenant_id));
  if (!tenant) {
    return invalid_token();
  }
  MUSTER_TRY(const auto key, verifying_key(tenant->log, key_id_of(token), point));
  MUSTER_TRY(const std::string proven, key->verify(token));
  MUSTER_TRY(const JsonDocument claims, parse_json(proven));

  auto caller = std::make_shared<Caller>();
  caller->log = tenant->log;
  caller->tenant = tenant_id;
  caller->workspace = claim(claims.root(), "aid");
  caller->client_id = claim(claims.root(), "client_id");
  caller->scopes = scopes_of(split_scopes(claim(claims.root(), "scope")));
  caller->expires = instant_claim(claims.root(), "exp");
  MUSTER_TRY(const auto client, catalog_.find_client(point, tenant->log, caller->client_id));
  // A rotated secret takes back the tokens that the old one got.
  const Micros issued_end{raw(instant_claim(claims.root(), "iat")) + kMicrosPerSecond};
  if (!client || client->workspace != caller->workspace || issued_end < client->rotated) {
    return invalid_token();
  }
  caller->client = client->head.stream;
  caller->slot = client->head.slot;
  caller->roles = client->roles;
  caller->administers_tenant = permissions_at(client->roles, {}).covers(Permissions::all());
  return std::shared_ptr<const Caller>{std::move(caller)};
}

Result<std::shared_ptr<const Caller>> Tokens::authenticate(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (authorization.size() <= kScheme.size() || authorization.size() > kTokenBytesMax ||
      !std::ranges::equal(authorization.substr(0, kScheme.size()),
                          kScheme,
                          [](char left, char right) { return (left | 0x20) == (right | 0x20); })) {
    return failure(Errc::kUnauthorized,
                   "missing_token",
                   "send an access token: 'Authorization: Bearer <token>'");
  }
  const std::string_view token = authorization.substr(kScheme.size());
  thread_local std::array<Known, kKnownTokens> known;
  Known& place = known[std::hash<std::string_view>{}(token) % kKnownTokens];
  const auto point = published_.now();
  const bool is_known = place.owner == this && place.states_version == point->states_version &&
                        equal_in_constant_time(place.token, token);
  if (!is_known) {
    MUSTER_TRY(auto caller, verify(token, *point));
    place = {std::string{token}, point->states_version, this, std::move(caller)};
  }
  if (place.caller->expires <= clock_.now()) {
    return invalid_token();
  }
  return place.caller;
}

}  // namespace muster
