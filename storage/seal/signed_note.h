/// Signed notes (c2sp.org/signed-note): text, a blank line, and a line for each signature.
///
///   <text, its last line ended> LF U+2014 SP <key name> SP <base64 of key hash (4) || signature>
///   LF
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "storage/seal/secret.h"

// OpenSSL's EVP_PKEY, which this header must not include.
struct evp_pkey_st;

namespace muster {

/// An Ed25519 key pair with the name under which it signs. Any thread may sign.
class HeadKey {
 public:
  /// `seed` is the 32-byte private key of RFC 8032. `name` must not be empty nor hold spaces, `+`
  /// or control characters; by custom it equals the origin.
  static Result<HeadKey> from_seed(const SecretKey& seed, std::string_view name);

  [[nodiscard]] const std::string& name() const { return name_; }

  /// What a verifier needs: `<name>+<key hash, hex>+<base64 of 0x01 || public key>`.
  [[nodiscard]] std::string verifier() const;
  /// The 32 bytes of RFC 8032; valid as long as this object.
  [[nodiscard]] std::string_view public_key() const;
  /// 64 bytes.
  [[nodiscard]] std::string sign(std::string_view text) const;

 private:
  HeadKey() = default;

  std::shared_ptr<evp_pkey_st> pair_;  // never changed, wiped by the last copy
  std::array<std::uint8_t, 32> public_key_{};
  std::string name_;
};

/// The whole note. `text` ends with a line end.
std::string sign_note(const HeadKey& key, std::string_view text);

/// What is signed, its last line end included, or nothing when `note` is not spelled as one. Says
/// nothing about signatures.
std::optional<std::string_view> note_text(std::string_view note);

/// What is signed, when the note is well-formed and signed by the key in `verifier`. Other
/// signatures are stepped over. kInvalidSyntax "note_malformed" or "verifier_malformed";
/// kUnauthorized "note_unsigned" when that key did not sign; kCorrupt "note_forged" when it did not
/// sign this. The view points into `note`.
Result<std::string_view> open_note(std::string_view note, std::string_view verifier);

}  // namespace muster
