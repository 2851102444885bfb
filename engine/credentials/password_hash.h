/// Stored password hashes: what imports bring, what we make ourselves, and how both are verified.
///
/// On the wire a hash is the published `Hash` object (contract 3.10, N-69):
///   {"value": "...", "config": {"method": "pbkdf2", "pbkdf2": {"function": "sha256", ...}}}
/// or a string: bcrypt, crypt(3) ($1$ $5$ $6$ $7$ $y$) or PHC ($argon2..., $pbkdf2-...). Whatever
/// came in is kept in one normal form: salts apart from digests, bytes in base64.
///
/// All functions are pure and may be called from any thread. verify_password and hash_password take
/// milliseconds to seconds by design: call them on a bounded pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/core/json.h"
#include "engine/core/result.h"
#include "engine/credentials/digest.h"

namespace muster {

/// How a pool hashes new passwords (`password_settings.hashing_method`).
enum class HashingMethod : std::uint8_t { kBcrypt, kPbkdf2, kArgon2, kSha };

std::string_view name_of(HashingMethod method);
/// "bcrypt", "pbkdf2", "argon2", "sha".
std::optional<HashingMethod> parse_hashing_method(std::string_view name);

/// A string that crypt(3) made, checked for form and cost. Bcrypt is one of them.
struct CryptHash {
  std::string text;

  [[nodiscard]] bool is_bcrypt() const { return text.starts_with("$2"); }

  bool operator==(const CryptHash&) const = default;
};

struct Pbkdf2Hash {
  DigestFunction function{};
  std::uint32_t iterations = 0;
  std::string salt;
  std::string key;

  bool operator==(const Pbkdf2Hash&) const = default;
};

enum class Argon2Variant : std::uint8_t { kD, kI, kId };
inline constexpr std::uint32_t kArgon2Version = 0x13;  // RFC 9106; before it there was 0x10

struct Argon2Hash {
  Argon2Variant variant = Argon2Variant::kId;
  std::uint32_t version = kArgon2Version;
  std::uint32_t iterations = 0;
  std::uint32_t memory_kib = 0;
  std::uint32_t lanes = 0;
  std::string salt;
  std::string key;

  bool operator==(const Argon2Hash&) const = default;
};

/// digest = function(password, salt), or function(salt, password). Methods `sha` and `md5`.
struct DigestHash {
  DigestFunction function{};
  std::string salt;  // may be empty
  std::string digest;
  bool salt_first = false;

  bool operator==(const DigestHash&) const = default;
};

/// A hash that can be verified: made only by the functions below, which check form and bounds.
struct PasswordHash {
  std::variant<CryptHash, Pbkdf2Hash, Argon2Hash, DigestHash> content;

  /// The `Hash` object in a fixed member order, or a JSON string for crypt(3) strings other than
  /// bcrypt, for which the contract has no method. parse_password_hash reads both back.
  [[nodiscard]] std::string to_json() const;

  bool operator==(const PasswordHash&) const = default;
};

/// No longer password is hashed or compared.
inline constexpr std::size_t kPasswordBytesMax = 1024;
/// bcrypt ignores what comes after; we refuse to.
inline constexpr std::size_t kBcryptPasswordBytesMax = 72;
/// What hash_password takes from `salt_entropy`: 128 bits, RFC 9106 section 3.1.
inline constexpr std::size_t kSaltBytes = 16;

/// A `Hash` object or a string, see above. Failures are kInvalid, rule `unsupported_hash`, with one
/// fault whose pointer is relative to `json` ("/config/argon2/memory_in_kb"); "/value" for strings.
///
/// Encodings (N-69): `value` and `salt` are base64 in either alphabet, or hexadecimal when that
/// gives exactly the length that method, key_length or salt_length demand. Of `sha` and `md5` the
/// password comes before the salt, unless `salt_before_password`. A given salt wins;
/// without one, `value` ends with the salt if salt_after_digest_in_hash, else begins with it.
Result<PasswordHash> parse_password_hash(JsonValue json);

/// A bcrypt, crypt(3) or PHC string, or the JSON text of what the other overload takes.
Result<PasswordHash> parse_password_hash(std::string_view text);

/// A password that is no hash at all.
struct ClearPassword {
  std::string_view text;  // lies in the argument
};

/// A value of LDAP's userPassword (RFC 2307 section 5.3): `{SCHEME}...`, the scheme in any case:
/// MD5 SMD5 SHA SSHA SHA224..SHA512 SSHA224..SSHA512 CRYPT BCRYPT ARGON2 PBKDF2 PBKDF2-SHA1 ..
/// PBKDF2-SHA512; CLEARTEXT and values without a scheme are clear. Other schemes fail as above.
Result<std::variant<PasswordHash, ClearPassword>> parse_ldap_password(std::string_view value);

/// Whether `password` is the one that was hashed. Compares in constant time. False for passwords
/// that the method cannot tell apart from shorter ones (bcrypt: over 72 bytes; crypt(3): with a NUL
/// byte or over 511 bytes) and for those over kPasswordBytesMax. Fails with kUnavailable when
/// memory is short.
Result<bool> verify_password(const PasswordHash& hash, std::string_view password);

/// Hashes a new password (N-58): bcrypt cost 10; PBKDF2-HMAC-SHA256 with 600,000 iterations and
/// Argon2id with 19 MiB, 2 iterations, 1 lane (OWASP Password Storage Cheat Sheet); sha: one round
/// of salted SHA-512, only for directories that must stay readable by older systems.
///
/// `salt_entropy` holds at least kSaltBytes random bytes. A password that is empty, too long for
/// the method, or holds a NUL byte that it would stop at fails like a violated password policy.
Result<PasswordHash> hash_password(HashingMethod method,
                                   std::string_view password,
                                   std::string_view salt_entropy);

}  // namespace muster
