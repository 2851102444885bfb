/// The message digests that stored passwords are made of. Over OpenSSL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace muster {

enum class DigestFunction : std::uint8_t { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };

/// "md5", "sha1", "sha224", ...: the spelling that is stored.
std::string_view name_of(DigestFunction function);
/// Any case, with or without a hyphen: "sha256", "SHA-256". Nothing for others.
std::optional<DigestFunction> parse_digest_function(std::string_view name);
std::size_t size_bytes(DigestFunction function);

/// The digest of `first` followed by `second`.
Result<std::string> digest_of(DigestFunction function,
                              std::string_view first,
                              std::string_view second);

struct Pbkdf2Parameters {
  DigestFunction function{};
  std::uint32_t iterations = 0;
  std::size_t key_bytes = 0;
};

/// PBKDF2 with HMAC, RFC 8018 section 5.2.
Result<std::string> pbkdf2(const Pbkdf2Parameters& parameters,
                           std::string_view password,
                           std::string_view salt);

}  // namespace muster
