#include <algorithm>
#include <array>
#include <utility>

#include "engine/core/bytes.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

using LdapPassword = std::variant<PasswordHash, ClearPassword>;

// Enough for the longest scheme; what is longer is a password in braces.
constexpr std::size_t kSchemeCharsMax = 16;

/// The scheme in capitals; nothing when `value` does not begin with one.
std::optional<std::string> scheme_of(std::string_view value) {
  const std::size_t end = value.find('}');
  if (!value.starts_with('{') || end == std::string_view::npos || end < 2 ||
      end > kSchemeCharsMax + 1) {
    return std::nullopt;
  }
  std::string scheme;
  for (const char c : value.substr(1, end - 1)) {
    const bool lower = c >= 'a' && c <= 'z';
    const char capital = lower ? static_cast<char>(c - 'a' + 'A') : c;
    const bool fits = (capital >= 'A' && capital <= 'Z') || (capital >= '0' && capital <= '9') ||
                      std::string_view{"-_/."}.find(capital) != std::string_view::npos;
    if (!fits) {
      return std::nullopt;
    }
    scheme.push_back(capital);
  }
  return scheme;
}

/// base64(digest, salt)
Result<PasswordHash> parse_digest(DigestFunction function, bool salted, std::string_view text) {
  const std::size_t digest_bytes = size_bytes(function);
  const auto bytes = from_base64(text);
  const bool fits =
      bytes && (salted ? bytes->size() > digest_bytes : bytes->size() == digest_bytes);
  if (!fits) {
    return unsupported_hash("/value",
                            "Not the base64 of a digest and, where the scheme says so, a salt.");
  }
  return within_bounds(
      DigestHash{function, bytes->substr(digest_bytes), bytes->substr(0, digest_bytes)});
}

/// The function that `SHA256` and, salted, `SSHA256` name; `SHA` is SHA-1.
std::optional<DigestFunction> function_of(std::string_view name) {
  return name == "SHA" ? DigestFunction::kSha1 : parse_digest_function(name);
}

Result<PasswordHash> parse_scheme(std::string_view scheme, std::string_view rest) {
  constexpr std::string_view kPbkdf2 = "PBKDF2-";
  if (rest.size() > kHashTextBytesMax) {
    return unsupported_hash("/value", "The value is too long for a password hash.");
  }
  if (scheme == "CRYPT" || scheme == "BCRYPT") {
    return parse_crypt_string(rest);
  }
  if (scheme == "ARGON2") {
    return parse_argon2_string(rest);
  }
  if (scheme == "PBKDF2") {
    return parse_pbkdf2_fields(DigestFunction::kSha1, rest);
  }
  if (scheme.starts_with(kPbkdf2)) {
    if (const auto function = function_of(scheme.substr(kPbkdf2.size()))) {
      return parse_pbkdf2_fields(*function, rest);
    }
  }
  if (const auto function = function_of(scheme)) {
    return parse_digest(*function, false, rest);
  }
  if (const auto function = function_of(scheme.substr(1)); function && scheme.starts_with('S')) {
    return parse_digest(*function, true, rest);
  }
  return unsupported_hash("/value", "The scheme in front of the password is not known.");
}

}  // namespace

Result<LdapPassword> parse_ldap_password(std::string_view value) {
  const auto scheme = scheme_of(value);
  if (!scheme) {
    return LdapPassword{ClearPassword{value}};
  }
  const std::string_view rest = value.substr(scheme->size() + 2);
  if (*scheme == "CLEARTEXT") {
    return LdapPassword{ClearPassword{rest}};
  }
  MUSTER_TRY(auto hash, parse_scheme(*scheme, rest));
  return LdapPassword{std::move(hash)};
}

}  // namespace muster
