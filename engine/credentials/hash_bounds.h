/// What a hash may cost us. Imports choose the parameters, and each of them is run again at every
/// sign-in: without bounds one imported row could hold a core or all memory. Measured on the
/// reference machine while it was busy, the dearest hash that these bounds let through takes 12 s
/// (PBKDF2 with SHA-512), 9 s (bcrypt), 7 s (scrypt), 6 s (Argon2), 0.6 s (SHA-crypt, yescrypt).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/credentials/password_hash.h"

namespace muster {

// Below 4 bcrypt does not exist.
inline constexpr std::uint32_t kBcryptCostMin = 4;
inline constexpr std::uint32_t kBcryptCostMax = 16;
// $5$ and $6$; their default is 5,000.
inline constexpr std::uint32_t kCryptRoundsMax = 1'000'000;
// Iterations times blocks of output: the work that is really done.
inline constexpr std::uint64_t kPbkdf2WorkMax = 10'000'000;
inline constexpr std::uint32_t kArgon2MemoryKibMax = 256 * 1024;
// Iterations times KiB of memory: the work that is really done.
inline constexpr std::uint64_t kArgon2WorkKibMax = std::uint64_t{2} * 1024 * 1024;
inline constexpr std::uint32_t kArgon2LanesMax = 64;
// scrypt ($7$) and yescrypt ($y$): N * r blocks of 128 bytes, and the same times p.
inline constexpr std::uint64_t kScryptBlocksMax = std::uint64_t{256} * 1024 * 1024 / 128;
inline constexpr std::uint64_t kScryptWorkMax = 4 * kScryptBlocksMax;
// A shorter digest could be met by guessing.
inline constexpr std::size_t kKeyBytesMin = 16;
inline constexpr std::size_t kKeyBytesMax = 512;
inline constexpr std::size_t kHashSaltBytesMax = 512;
// RFC 9106 section 3.1.
inline constexpr std::size_t kArgon2SaltBytesMin = 8;
// The longest string form: base64 of salt and key with parameters.
inline constexpr std::size_t kHashTextBytesMax = 2048;

/// kInvalid, rule `unsupported_hash`, with one fault.
Failure unsupported_hash(std::string_view pointer, std::string_view reason);

/// The hash if its parameters are within bounds. Pointers are those of the `Hash` object.
Result<PasswordHash> within_bounds(Pbkdf2Hash hash);
Result<PasswordHash> within_bounds(Argon2Hash hash);
Result<PasswordHash> within_bounds(DigestHash hash);

/// The three ways to read a string form, by its prefix; `text` is the whole string. Whatever is
/// wrong with it, the fault points at "/value".
Result<PasswordHash> parse_crypt_string(std::string_view text);
Result<PasswordHash> parse_argon2_string(std::string_view text);
/// `fields` is what follows the scheme: `29000$salt$key` or `i=29000,l=32$salt$key`.
Result<PasswordHash> parse_pbkdf2_fields(DigestFunction function, std::string_view fields);
/// Picks one of the three.
Result<PasswordHash> parse_hash_string(std::string_view text);

/// Argon2 as a PHC string.
std::string to_phc(const Argon2Hash& hash);

/// A decimal number without sign; nothing when it is none or does not fit.
std::optional<std::uint32_t> parse_count(std::string_view text);

}  // namespace muster
