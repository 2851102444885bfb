/// AES-256-GCM. Any thread may call.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "storage/seal/secret.h"

namespace muster {

inline constexpr std::size_t kAeadTagBytes = 16;
using AeadNonce = std::array<std::uint8_t, 12>;

/// What one encryption is bound to. A nonce must never repeat under one key.
struct AeadUse {
  const SecretKey& key;
  const AeadNonce& nonce;
  std::string_view associated;
};

/// `out` gets the ciphertext and then the tag: exactly plaintext.size() + 16 bytes.
/// The plaintext may be the front of `out` itself.
void aead_seal(const AeadUse& use, std::string_view plaintext, std::span<std::uint8_t> out);

/// `sealed` is ciphertext and tag, `out` exactly 16 bytes shorter. False, and `out` all zero, when
/// any of the inputs differs from what was sealed.
[[nodiscard]] bool aead_open(const AeadUse& use,
                             std::string_view sealed,
                             std::span<std::uint8_t> out);

}  // namespace muster
