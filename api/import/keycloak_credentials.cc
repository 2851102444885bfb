#include <algorithm>
#include <optional>
#include <utility>

#include "api/import/foreign_credentials.h"
#include "engine/core/bytes.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

/// `secretData` and `credentialData`: JSON in strings.
struct Data {
  JsonDocument secret;
  JsonDocument parameters;
};

std::optional<JsonDocument> document_in(ObjectReader& credential, std::string_view name) {
  auto document = parse_json(credential.required_text(name));
  if (!document || !document->root().is_object()) {
    credential.wrong(name, "malformed_json", "must hold the JSON of an object");
    return std::nullopt;
  }
  return std::move(*document);
}

std::optional<Data> data_of(ObjectReader& credential) {
  auto secret = document_in(credential, "secretData");
  auto parameters = document_in(credential, "credentialData");
  if (!secret || !parameters) {
    return std::nullopt;
  }
  return Data{std::move(*secret), std::move(*parameters)};
}

std::string_view text_of(JsonValue object, std::string_view name) {
  const auto member = object.find_set(name);
  return member ? member->text().value_or(std::string_view{}) : std::string_view{};
}

std::uint32_t count_of(std::optional<JsonValue> member) {
  const auto whole = member ? member->whole() : std::nullopt;
  return whole && *whole > 0 && *whole <= std::int64_t{UINT32_MAX}
             ? static_cast<std::uint32_t>(*whole)
             : 0;
}

/// `additionalParameters` are lists of one text.
std::string_view additional(JsonValue parameters, std::string_view name) {
  const auto more = parameters.find_set("additionalParameters");
  const auto list = more ? more->find_set(name) : std::nullopt;
  if (!list || list->size() != 1 || !list->is_array()) {
    return {};
  }
  return (*list->elements().begin()).text().value_or(std::string_view{});
}

Result<PasswordHash> read_pbkdf2(DigestFunction function, JsonValue parameters, JsonValue secret) {
  const auto salt = from_base64(text_of(secret, "salt"));
  const auto key = from_base64(text_of(secret, "value"));
  if (!salt || !key) {
    return unsupported_hash("/value", "Value and salt must be base64.");
  }
  return within_bounds(
      Pbkdf2Hash{function, count_of(parameters.find_set("hashIterations")), *salt, *key});
}

std::optional<Argon2Variant> parse_variant(std::string_view name) {
  if (name.empty() || name == "id") return Argon2Variant::kId;
  if (name == "i") return Argon2Variant::kI;
  return name == "d" ? std::optional{Argon2Variant::kD} : std::nullopt;
}

Result<PasswordHash> read_argon2(JsonValue parameters, JsonValue secret) {
  const auto salt = from_base64(text_of(secret, "salt"));
  const auto key = from_base64(text_of(secret, "value"));
  const auto variant = parse_variant(additional(parameters, "type"));
  const std::string_view version = additional(parameters, "version");
  if (!salt || !key || !variant || !(version.empty() || version == "1.3" || version == "1.0")) {
    return unsupported_hash("/value", "Value and salt must be base64; argon2 1.0 or 1.3.");
  }
  Argon2Hash hash;
  hash.variant = *variant;
  hash.version = version == "1.0" ? 0x10 : kArgon2Version;
  hash.iterations = count_of(parameters.find_set("hashIterations"));
  hash.memory_kib = parse_count(additional(parameters, "memory")).value_or(0);
  hash.lanes = parse_count(additional(parameters, "parallelism")).value_or(0);
  hash.salt = *salt;
  hash.key = *key;
  return within_bounds(std::move(hash));
}

Result<PasswordHash> read_hash(const Data& data) {
  const JsonValue parameters = data.parameters.root();
  const JsonValue secret = data.secret.root();
  const std::string_view algorithm = text_of(parameters, "algorithm");
  if (algorithm == "pbkdf2") return read_pbkdf2(DigestFunction::kSha1, parameters, secret);
  if (algorithm == "pbkdf2-sha256") return read_pbkdf2(DigestFunction::kSha256, parameters, secret);
  if (algorithm == "pbkdf2-sha512") return read_pbkdf2(DigestFunction::kSha512, parameters, secret);
  if (algorithm == "argon2") return read_argon2(parameters, secret);
  return unsupported_hash("/value",
                          "'" + std::string{algorithm} +
                              "' is none of pbkdf2, pbkdf2-sha256, pbkdf2-sha512, "
                              "argon2.");
}

void read_password(ObjectReader& credential, ImportedUser& user) {
  if (user.password) {
    credential.wrong("type", "unique", "a user has one password");
    return;
  }
  if (credential.has("value")) {
    user.password = ImportedPassword{.kind = ImportedPassword::Kind::kClearText,
                                     .value = credential.text("value"),
                                     .must_be_changed = credential.flag("temporary")};
    return;
  }
  const auto data = data_of(credential);
  if (!data) {
    return;
  }
  const auto hash = read_hash(*data);
  if (!hash) {
    credential.wrong("credentialData", "unsupported_hash", hash.error().faults.front().reason);
    return;
  }
  user.password = password_of(*hash);
}

void read_otp(ObjectReader& credential, ImportedUser& user) {
  const auto data = data_of(credential);
  if (!data) {
    return;
  }
  const JsonValue parameters = data->parameters.root();
  const bool usual =
      text_of(parameters, "subType") == "totp" && text_of(parameters, "algorithm") == "HmacSHA1" &&
      count_of(parameters.find_set("digits")) == 6 && count_of(parameters.find_set("period")) == 30;
  if (!usual) {
    credential.wrong("credentialData",
                     "unsupported_otp",
                     "only TOTP with HmacSHA1, 6 digits and 30 seconds can be taken");
    return;
  }
  if (!user.totp_secret.empty()) {
    credential.wrong("type", "unique", "a user has one TOTP secret");
    return;
  }
  // The key is the bytes of the text, unless it is said to be in base32.
  const std::string_view value = text_of(data->secret.root(), "value");
  user.totp_secret =
      text_of(parameters, "secretEncoding") == "BASE32" ? std::string{value} : to_base32(value);
}

}  // namespace

void read_keycloak_credential(ObjectReader& credential, ImportedUser& user) {
  const std::string type = credential.required_text("type");
  if (type == "password") {
    read_password(credential, user);
  } else if (type == "otp" || type == "totp") {
    read_otp(credential, user);
  } else if (!type.empty() && type != "password-history") {
    credential.wrong("type", "enum", "only password and otp can be imported");
  }
}

}  // namespace muster
