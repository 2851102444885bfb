#include "engine/credentials/password_hash.h"

#include <algorithm>
#include <array>
#include <utility>

#include <argon2.h>

#include "engine/core/bytes.h"
#include "engine/core/check.h"
#include "engine/credentials/crypt_strings.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

constexpr std::uint32_t kNewBcryptCost = 10;
// OWASP Password Storage Cheat Sheet, 2023: PBKDF2-HMAC-SHA256, and Argon2id.
constexpr std::uint32_t kNewPbkdf2Iterations = 600'000;
constexpr std::uint32_t kNewArgon2MemoryKib = 19 * 1024;
constexpr std::uint32_t kNewArgon2Iterations = 2;
constexpr std::size_t kNewKeyBytes = 32;

struct MethodName {
  HashingMethod method;
  std::string_view name;
};

constexpr std::array kMethods = {
    MethodName{HashingMethod::kBcrypt, "bcrypt"},
    MethodName{HashingMethod::kPbkdf2, "pbkdf2"},
    MethodName{HashingMethod::kArgon2, "argon2"},
    MethodName{HashingMethod::kSha, "sha"},
};

argon2_type type_of(Argon2Variant variant) {
  switch (variant) {
    case Argon2Variant::kD:
      return Argon2_d;
    case Argon2Variant::kI:
      return Argon2_i;
    case Argon2Variant::kId:
      break;
  }
  return Argon2_id;
}

/// libargon2's context takes pointers to what it does not change as not const.
std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

/// The key of `hash.key.size()` bytes that `password` gives with the parameters of `hash`.
Result<std::string> argon2_key(const Argon2Hash& hash, std::string_view password) {
  std::string key(hash.key.size(), '\0');
  argon2_context context{};
  context.out = bytes_of(key);
  context.outlen = static_cast<std::uint32_t>(key.size());
  context.pwd = bytes_of(password);
  context.pwdlen = static_cast<std::uint32_t>(password.size());
  context.salt = bytes_of(hash.salt);
  context.saltlen = static_cast<std::uint32_t>(hash.salt.size());
  context.t_cost = hash.iterations;
  context.m_cost = hash.memory_kib;
  context.lanes = hash.lanes;
  // Lanes are part of the hash, threads are not: the pool that calls us decides about those.
  context.threads = 1;
  context.flags = ARGON2_DEFAULT_FLAGS;
  context.version = hash.version;
  if (argon2_ctx(&context, type_of(hash.variant)) != ARGON2_OK) {
    // Parameters were checked when the hash was read, so what is left is memory.
    return failure(Errc::kUnavailable, "hashing_failed", "The password could not be hashed now.");
  }
  return key;
}

Failure refused_password(std::string_view rule, std::string_view reason) {
  Failure refused =
      failure(Errc::kInvalid, "password_policy", "The password cannot be used; see the fault.");
  refused.faults.push_back({"/password", std::string{rule}, std::string{reason}});
  return refused;
}

Result<bool> verify(const CryptHash& hash, std::string_view password) {
  return verify_crypt(hash, password);
}

Result<bool> verify(const Pbkdf2Hash& hash, std::string_view password) {
  MUSTER_TRY(const std::string key,
             pbkdf2({hash.function, hash.iterations, hash.key.size()}, password, hash.salt));
  return equal_in_constant_time(key, hash.key);
}

Result<bool> verify(const Argon2Hash& hash, std::string_view password) {
  MUSTER_TRY(const std::string key, argon2_key(hash, password));
  return equal_in_constant_time(key, hash.key);
}

Result<bool> verify(const DigestHash& hash, std::string_view password) {
  MUSTER_TRY(const std::string digest,
             hash.salt_first ? digest_of(hash.function, hash.salt, password)
                             : digest_of(hash.function, password, hash.salt));
  return equal_in_constant_time(digest, hash.digest);
}

Result<PasswordHash> new_bcrypt(std::string_view password, std::string_view salt) {
  if (password.size() > kBcryptPasswordBytesMax) {
    return refused_password("max_length", "With bcrypt a password has at most 72 bytes.");
  }
  if (password.find('\0') != std::string_view::npos) {
    return refused_password("characters", "A password must not contain a NUL character.");
  }
  MUSTER_TRY(CryptHash hash, make_bcrypt(password, kNewBcryptCost, salt));
  return PasswordHash{std::move(hash)};
}

Result<PasswordHash> new_pbkdf2(std::string_view password, std::string_view salt) {
  constexpr DigestFunction kFunction = DigestFunction::kSha256;
  MUSTER_TRY(std::string key,
             pbkdf2({kFunction, kNewPbkdf2Iterations, kNewKeyBytes}, password, salt));
  return PasswordHash{
      Pbkdf2Hash{kFunction, kNewPbkdf2Iterations, std::string{salt}, std::move(key)}};
}

Result<PasswordHash> new_argon2(std::string_view password, std::string_view salt) {
  Argon2Hash hash;
  hash.iterations = kNewArgon2Iterations;
  hash.memory_kib = kNewArgon2MemoryKib;
  hash.lanes = 1;
  hash.salt = salt;
  hash.key.assign(kNewKeyBytes, '\0');
  MUSTER_TRY(hash.key, argon2_key(hash, password));
  return PasswordHash{std::move(hash)};
}

Result<PasswordHash> new_sha(std::string_view password, std::string_view salt) {
  constexpr DigestFunction kFunction = DigestFunction::kSha512;
  MUSTER_TRY(std::string digest, digest_of(kFunction, password, salt));
  return PasswordHash{DigestHash{kFunction, std::string{salt}, std::move(digest)}};
}

}  // namespace

std::string_view name_of(HashingMethod method) {
  const auto* found = std::find_if(kMethods.begin(), kMethods.end(), [&](const MethodName& one) {
    return one.method == method;
  });
  check(found != kMethods.end(), "an unknown hashing method");
  return found->name;
}

std::optional<HashingMethod> parse_hashing_method(std::string_view name) {
  const auto* found = std::find_if(
      kMethods.begin(), kMethods.end(), [&](const MethodName& one) { return one.name == name; });
  return found == kMethods.end() ? std::nullopt : std::optional{found->method};
}

Result<bool> verify_password(const PasswordHash& hash, std::string_view password) {
  if (password.size() > kPasswordBytesMax) {
    return false;
  }
  return std::visit([&](const auto& content) { return verify(content, password); }, hash.content);
}

Result<PasswordHash> hash_password(HashingMethod method,
                                   std::string_view password,
                                   std::string_view salt_entropy) {
  check(salt_entropy.size() >= kSaltBytes, "enough entropy for a salt");
  if (password.empty()) {
    return refused_password("min_length", "A password must not be empty.");
  }
  if (password.size() > kPasswordBytesMax) {
    return refused_password("max_length", "A password has at most 1024 bytes.");
  }
  const std::string_view salt = salt_entropy.substr(0, kSaltBytes);
  switch (method) {
    case HashingMethod::kPbkdf2:
      return new_pbkdf2(password, salt);
    case HashingMethod::kArgon2:
      return new_argon2(password, salt);
    case HashingMethod::kSha:
      return new_sha(password, salt);
    case HashingMethod::kBcrypt:
      break;
  }
  return new_bcrypt(password, salt);
}

}  // namespace muster
