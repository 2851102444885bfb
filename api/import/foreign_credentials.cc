#include "api/import/foreign_credentials.h"

#include <cstdint>

#include "engine/credentials/hash_bounds.h"

namespace muster {

Result<PasswordHash> read_foreign_hash(std::string_view text) {
  if (!text.starts_with('{') || text.starts_with("{\"")) {
    return parse_password_hash(text);
  }
  MUSTER_TRY(auto parsed, parse_ldap_password(text));
  if (auto* hash = std::get_if<PasswordHash>(&parsed)) {
    return std::move(*hash);
  }
  return unsupported_hash("/value", "This is clear text, no hash.");
}

ImportedPassword password_of(const PasswordHash& hash) {
  return {.kind = ImportedPassword::Kind::kHashJson, .value = hash.to_json()};
}

std::string to_base32(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    held = (held << 8U) | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out.push_back(kAlphabet[(held >> bits) & 31U]);
    }
  }
  if (bits > 0) {
    out.push_back(kAlphabet[(held << (5 - bits)) & 31U]);
  }
  return out;
}

}  // namespace muster
