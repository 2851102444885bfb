#include <array>
#include <optional>
#include <utility>

#include "api/import/foreign_credentials.h"
#include "engine/core/bytes.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

std::optional<std::string> decoded(std::string_view text, std::string_view encoding) {
  if (encoding == "hex") return from_hex(text);
  if (encoding == "base64") return from_base64(text);
  return encoding == "utf8" || encoding.empty() ? std::optional{std::string{text}} : std::nullopt;
}

/// The bytes of `value` of that member; a fault when they are not what `encoding` says.
std::optional<std::string> bytes_of(ObjectReader& custom, std::string_view name) {
  auto object = custom.object(name);
  if (!object) {
    return std::nullopt;
  }
  auto bytes = decoded(object->required_text("value"), object->text("encoding"));
  if (!bytes) {
    object->wrong("value", "encoding", "is not what its encoding, of hex, base64, utf8, says");
  }
  return bytes;
}

/// Algorithms whose hashes are texts that say everything, and how those begin.
struct TextForm {
  std::string_view algorithm;
  std::string_view prefix;
};

constexpr std::array<TextForm, 4> kTextForms{
    {{"bcrypt", "$2"}, {"argon2", "$argon2"}, {"pbkdf2", "$pbkdf2"}, {"ldap", "{"}}};

Result<PasswordHash> read_text(const TextForm& form, ObjectReader& custom, std::string_view hash) {
  if (!hash.starts_with(form.prefix)) {
    return unsupported_hash("/value", "The value is not what its algorithm makes.");
  }
  if (custom.has("salt")) {
    return unsupported_hash("/salt", "The salt of this algorithm belongs into the value.");
  }
  return read_foreign_hash(hash);
}

/// Whether passwords were hashed as UTF-8, the one encoding that they are compared in.
bool is_utf8_password(ObjectReader& custom) {
  auto password = custom.object("password");
  const std::string encoding = password ? password->text("encoding") : std::string{};
  return encoding.empty() || encoding == "utf8" || encoding == "ascii";
}

Result<PasswordHash> read_digest(DigestFunction function, ObjectReader& custom, std::string hash) {
  DigestHash result{function, {}, std::move(hash), false};
  if (auto salt = custom.object("salt")) {
    const std::string position = salt->text("position");
    if (!position.empty() && position != "prefix" && position != "suffix") {
      return unsupported_hash("/salt", "The position of a salt is prefix or suffix.");
    }
    result.salt_first = position != "suffix";
    result.salt = bytes_of(custom, "salt").value_or("");
  }
  return within_bounds(std::move(result));
}

Result<PasswordHash> read_hash(ObjectReader& custom, std::string hash) {
  const std::string algorithm = custom.required_text("algorithm");
  if (!is_utf8_password(custom)) {
    return unsupported_hash("/password", "Only passwords in UTF-8 can be compared.");
  }
  for (const TextForm& form : kTextForms) {
    if (algorithm == form.algorithm) {
      return read_text(form, custom, hash);
    }
  }
  if (algorithm == "md5" || algorithm == "sha1" || algorithm == "sha256" || algorithm == "sha512") {
    return read_digest(*parse_digest_function(algorithm), custom, std::move(hash));
  }
  return unsupported_hash("/algorithm",
                          "'" + algorithm +
                              "' cannot be verified here; argon2, bcrypt, ldap, md5, pbkdf2, sha1, "
                              "sha256 and sha512 can.");
}

void read_custom_hash(ObjectReader& row, ImportedUser& user) {
  auto custom = row.object("custom_password_hash");
  if (!custom) {
    return;
  }
  if (!custom->object("hash")) {
    custom->wrong("hash", "required", "is missing");
    return;
  }
  auto bytes = bytes_of(*custom, "hash");
  if (!bytes) {
    return;
  }
  const auto hash = read_hash(*custom, std::move(*bytes));
  if (!hash) {
    row.wrong("custom_password_hash", "unsupported_hash", hash.error().faults.front().reason);
    return;
  }
  user.password = password_of(*hash);
}

void read_bcrypt(ObjectReader& row, std::string_view name, ImportedUser& user) {
  if (user.password) {
    row.wrong(name, "unique", "a user has one password");
    return;
  }
  const std::string text = row.text(name);
  const auto hash = parse_crypt_string(text);
  if (!text.starts_with("$2") || !hash) {
    row.wrong(name, "unsupported_hash", "must be a bcrypt string");
    return;
  }
  user.password = password_of(*hash);
}

}  // namespace

void read_auth0_credentials(ObjectReader& row, ImportedUser& user) {
  read_custom_hash(row, user);
  for (const std::string_view name : {"password_hash", "passwordHash"}) {
    if (row.has(name)) {
      read_bcrypt(row, name, user);
    }
  }
  row.each("mfa_factors", [&user](ObjectReader factor) {
    // Factors by mail and phone are addresses, and those are verified as such.
    if (auto totp = factor.object("totp")) {
      user.totp_secret = totp->required_text("secret");
    }
  });
}

}  // namespace muster
