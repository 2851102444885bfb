#include "api/import/upsert.h"

#include <array>

#include "api/server/compiled_schemas.h"
#include "engine/core/json_writer.h"
#include "engine/pools/pool_settings.h"
#include "engine/users/commands.h"

namespace muster {
namespace {

constexpr unsigned kAttemptsInPlace = 3;

/// What a password of a file is: a hash, or clear text.
struct PasswordParts {
  std::optional<PasswordHash> hash;
  std::string clear;
};

Result<PasswordParts> parts_of(const ImportedPassword& password) {
  switch (password.kind) {
    case ImportedPassword::Kind::kClearText:
      return PasswordParts{std::nullopt, password.value};
    case ImportedPassword::Kind::kHashJson: {
      MUSTER_TRY(PasswordHash hash, parse_password_hash(std::string_view{password.value}));
      return PasswordParts{std::move(hash), {}};
    }
    case ImportedPassword::Kind::kLdap: {
      MUSTER_TRY(auto parsed, parse_ldap_password(password.value));
      if (auto* hash = std::get_if<PasswordHash>(&parsed)) {
        return PasswordParts{std::move(*hash), {}};
      }
      return PasswordParts{std::nullopt, std::string{std::get<ClearPassword>(parsed).text}};
    }
  }
  return PasswordParts{};
}

/// The stored hash of the user's password.
std::optional<PasswordHash> stored_hash(const UserState* stored) {
  const Credential* credential = stored == nullptr ? nullptr : stored->find_credential("password");
  if (credential == nullptr) {
    return std::nullopt;
  }
  const auto secret = parse_json(credential->secret.text);
  const auto hashed = secret ? secret->root().find("hashed_password") : std::nullopt;
  auto hash = hashed ? parse_password_hash(*hashed) : failure(Errc::kNotFound, "");
  return hash ? std::optional{std::move(*hash)} : std::nullopt;
}

/// Nothing when the stored password already is the imported one.
Result<std::optional<NewCredential>> password_of(const UpsertContext& context,
                                                 const ImportedPassword& password,
                                                 const PoolState& pool,
                                                 const UserState* stored) {
  MUSTER_TRY(PasswordParts parts, parts_of(password));
  const auto present = stored_hash(stored);
  if (present && parts.hash && *present == *parts.hash) {
    return std::optional<NewCredential>{};
  }
  if (!parts.hash) {
    if (present) {
      MUSTER_TRY(const bool same, verify_password(*present, parts.clear));
      if (same) {
        return std::optional<NewCredential>{};
      }
    }
    std::array<std::uint8_t, kSaltBytes> salt{};
    context.services.domain.entropy.fill(salt);
    MUSTER_TRY(parts.hash,
               hash_password(hashing_method_of(pool),
                             parts.clear,
                             {reinterpret_cast<const char*>(salt.data()), salt.size()}));
  }
  NewCredential credential;
  credential.type = "password";
  credential.password = std::move(parts.hash);
  credential.must_be_changed = password.must_be_changed;
  credential.must_be_reset = password.must_be_reset;
  return std::optional{std::move(credential)};
}

Result<UserSchemas> schemas_of(const UpsertContext& context,
                               const ReadPoint& point,
                               const PoolState& pool,
                               const UserSchemaIds& ids) {
  const auto find = [&](const std::string& given, const std::string& pools) {
    return context.services.schemas.find(point, context.log, given.empty() ? pools : given);
  };
  UserSchemas schemas;
  MUSTER_TRY(schemas.payload, find(ids.payload, pool.payload_schema_id));
  MUSTER_TRY(schemas.metadata, find(ids.metadata, pool.metadata_schema_id));
  MUSTER_TRY(schemas.business_metadata,
             find(ids.business_metadata, pool.business_metadata_schema_id));
  schemas.in_place = context.attempt >= kAttemptsInPlace;
  return schemas;
}

CreateUser fields_of(const UpsertContext& context, const ImportedUser& user) {
  CreateUser input;
  input.log = context.log;
  input.id = user.id;
  input.status = user.status;
  input.values = {{user.payload_json}, {user.metadata_json}, {user.business_metadata_json}};
  input.schema_ids = {
      user.payload_schema_id, user.metadata_schema_id, user.business_metadata_schema_id};
  for (const ImportedIdentifier& identifier : user.identifiers) {
    input.identifiers.push_back({identifier.type, identifier.value, {identifier.metadata_json}});
  }
  for (const ImportedAddress& address : user.addresses) {
    input.addresses.push_back({address.type,
                               address.value,
                               address.verified,
                               address.status,
                               address.preferred_contact_method,
                               {address.metadata_json}});
  }
  return input;
}

void write_password(JsonWriter& writer,
                    const PasswordParts& parts,
                    const ImportedPassword& password) {
  writer.begin_object();
  writer.member("type", "password");
  if (parts.hash) {
    writer.raw_member("hashed_password", parts.hash->to_json());
  } else {
    writer.member("password", parts.clear);
  }
  writer.member("must_be_changed", password.must_be_changed);
  writer.member("must_be_reset", password.must_be_reset);
  writer.end_object();
}

void write_text(JsonWriter& writer, std::string_view name, const std::string& text) {
  if (!text.empty()) {
    writer.member(name, text);
  }
}

void write_json(JsonWriter& writer, std::string_view name, const std::string& json) {
  if (!json.empty()) {
    writer.raw_member(name, json);
  }
}

void write_addresses(JsonWriter& writer, const ImportedUser& user) {
  writer.key("verifiable_addresses");
  writer.begin_array();
  for (const ImportedAddress& address : user.addresses) {
    writer.begin_object();
    writer.member("type", address.type);
    writer.member("address", address.value);
    writer.member("verified", address.verified);
    writer.member("status", address.status);
    write_text(writer, "preferred_contact_method", address.preferred_contact_method);
    write_json(writer, "metadata", address.metadata_json);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

Result<Decide> prepare_upsert(const UpsertContext& context, const ImportedUser& user) {
  const Services& services = context.services;
  const auto point = services.published.now();
  MUSTER_TRY(const auto pool, services.catalog.find_pool(*point, context.log, context.pool_id));
  if (!pool) {
    return failure(Errc::kNotFound, "pool_not_found", "the pool is gone");
  }
  std::optional<UserState> stored;
  MUSTER_TRY(const auto row, services.users.find({*point, context.log, *pool}, user.id));
  if (row) {
    MUSTER_TRY(stored, row->state(*pool));
  }
  const UserState* present = stored ? &*stored : nullptr;
  UpsertUser input{fields_of(context, user)};
  MUSTER_TRY(input.user.schemas, schemas_of(context, *point, *pool, input.user.schema_ids));
  if (user.password) {
    MUSTER_TRY(auto credential, password_of(context, *user.password, *pool, present));
    if (credential) {
      input.user.credentials.push_back(std::move(*credential));
    }
  }
  if (!user.totp_secret.empty()) {
    NewCredential totp;
    totp.type = "totp";
    totp.totp_secret = user.totp_secret;
    input.user.credentials.push_back(std::move(totp));
  }
  return prepare_upsert_user(services.domain, *pool, present, std::move(input));
}

Result<std::string> to_ndjson(const ImportedUser& user) {
  PasswordParts parts;
  if (user.password) {
    MUSTER_TRY(parts, parts_of(*user.password));
  }
  std::string json;
  JsonWriter writer{json};
  writer.begin_object();
  writer.member("id", user.id);
  writer.member("status", user.status);
  write_json(writer, "payload", user.payload_json);
  write_json(writer, "metadata", user.metadata_json);
  write_json(writer, "business_metadata", user.business_metadata_json);
  write_text(writer, "payload_schema_id", user.payload_schema_id);
  write_text(writer, "metadata_schema_id", user.metadata_schema_id);
  write_text(writer, "business_metadata_schema_id", user.business_metadata_schema_id);
  writer.key("identifiers");
  writer.begin_array();
  for (const ImportedIdentifier& identifier : user.identifiers) {
    writer.begin_object();
    writer.member("type", identifier.type);
    writer.member("identifier", identifier.value);
    write_json(writer, "metadata", identifier.metadata_json);
    writer.end_object();
  }
  writer.end_array();
  write_addresses(writer, user);
  writer.key("credentials");
  writer.begin_array();
  if (user.password) {
    write_password(writer, parts, *user.password);
  }
  if (!user.totp_secret.empty()) {
    writer.begin_object();
    writer.member("type", "totp");
    writer.member("totp_secret", user.totp_secret);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return json;
}

}  // namespace muster
