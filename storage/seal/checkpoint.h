/// Tree heads as C2SP tlog-checkpoint: a signed note (c2sp.org/signed-note) with one Ed25519
/// signature of ours and any number of others.
///
///   <origin> LF <size, decimal> LF <root, base64> LF [<extension> LF]... LF
///   U+2014 SP <key name> SP <base64 of key hash (4) || signature (64)> LF ...
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/seal/secret.h"

// OpenSSL's EVP_PKEY, which this header must not include.
struct evp_pkey_st;

namespace muster {

struct TreeHead {
  std::string origin;  // names the log; one line
  std::uint64_t size = 0;
  Digest root{};

  bool operator==(const TreeHead&) const = default;
};

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

/// The whole note.
std::string sign_checkpoint(const HeadKey& key, const TreeHead& head);

/// The head, when the note is well-formed and signed by the key in `verifier`. Other signatures
/// are stepped over. kInvalidSyntax "checkpoint_malformed" or "verifier_malformed"; kUnauthorized
/// "checkpoint_unsigned" when that key did not sign; kCorrupt "checkpoint_forged" when it did not
/// sign this.
Result<TreeHead> parse_and_verify_checkpoint(std::string_view note, std::string_view verifier);

/// Replaces `dir`/<log> atomically and durably. One writer per log.
Result<void> save_tree_head(const std::filesystem::path& dir, LogId log, std::string_view note);
/// Nothing when none was ever saved.
Result<std::optional<std::string>> load_tree_head(const std::filesystem::path& dir, LogId log);

}  // namespace muster
