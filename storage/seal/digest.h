/// SHA-256, HMAC-SHA-256 (RFC 2104) and HKDF-SHA-256 (RFC 5869). Any thread may call.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/bytes.h"

namespace muster {

Digest sha256(std::string_view bytes);

/// SHA-256 of bytes that come in pieces. Copyable: a copy goes on from the same point. Also holds
/// key material inside HMAC, so it wipes itself.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = default;
  Sha256& operator=(const Sha256&) = default;
  ~Sha256();

  Sha256& add(std::string_view bytes);
  /// Once; nothing may be added afterwards.
  Digest finish();

 private:
  // Big enough for OpenSSL's SHA256_CTX, which this header must not name; checked in digest.cc.
  alignas(8) std::array<unsigned char, 112> state_;
};

/// HMAC under one key. Preparing costs two SHA-256 blocks; reuse it when a key signs often.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);

  [[nodiscard]] Digest of(std::string_view message) const;
  /// Of the two pieces, one after the other.
  [[nodiscard]] Digest of(std::string_view first, std::string_view second) const;

 private:
  Sha256 inner_;
  Sha256 outer_;
};

Digest hmac_sha256(std::string_view key, std::string_view message);

/// Fills `out` (at most 255 * 32 bytes).
void hkdf_sha256(std::string_view secret,
                 std::string_view salt,
                 std::string_view info,
                 std::span<std::uint8_t> out);

}  // namespace muster
