/// JSON Web Tokens signed with ES256 (RFC 7515, RFC 7518 section 3.4) and the keys for it. The only
/// header behind which the JOSE library lies.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace muster {

struct EcKeyPair {
  std::string id;          // RFC 7638 thumbprint, base64url
  std::string public_jwk;  // with kid, alg and use, as a JWKS shows it
  std::string private_jwk;
};

/// A fresh key on P-256.
Result<EcKeyPair> make_es256_key();

/// A key ready for use; signing and verifying from several threads is fine.
class JwtKey {
 public:
  /// kCorrupt "jwk_malformed".
  static Result<std::shared_ptr<const JwtKey>> import(std::string_view jwk);
  ~JwtKey();
  JwtKey(const JwtKey&) = delete;
  JwtKey& operator=(const JwtKey&) = delete;

  /// The compact serialisation of `claims` (a JSON object). Needs the private key.
  [[nodiscard]] Result<std::string> sign(std::string_view key_id, std::string_view claims) const;
  /// The claims; kUnauthorized "invalid_token" unless the token is an ES256 one signed by this key.
  [[nodiscard]] Result<std::string> verify(std::string_view token) const;

 private:
  explicit JwtKey(void* jwk) : jwk_{jwk} {}

  void* jwk_;
};

/// The `kid` in the token's header, not trusted; empty when there is none.
std::string key_id_of(std::string_view token);

}  // namespace muster
