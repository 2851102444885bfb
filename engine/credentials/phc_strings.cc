/// PHC strings, https://github.com/P-H-C/phc-string-format:
///   $argon2id$v=19$m=19456,t=2,p=1$<salt>$<key>
///   $pbkdf2-sha256$i=600000,l=32$<salt>$<key>     and the older $pbkdf2-sha256$600000$<salt>$<key>
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

constexpr std::string_view kPbkdf2Prefix = "$pbkdf2-";

struct VariantName {
  Argon2Variant variant;
  std::string_view name;
};

constexpr std::array kVariants = {
    VariantName{Argon2Variant::kD, "argon2d"},
    VariantName{Argon2Variant::kI, "argon2i"},
    VariantName{Argon2Variant::kId, "argon2id"},
};

Failure malformed() {
  return unsupported_hash("/value", "The string form is malformed.");
}

/// The members that the bounds speak of all stand in the string.
Result<PasswordHash> blaming_value(Result<PasswordHash> hash) {
  if (!hash) {
    for (Fault& fault : hash.error().faults) {
      fault.pointer = "/value";
    }
  }
  return hash;
}

/// At most seven parts, one more than any form has, so that too many are noticed.
std::vector<std::string_view> split(std::string_view text, char separator) {
  constexpr std::size_t kPartsMax = 7;
  std::vector<std::string_view> parts;
  while (parts.size() < kPartsMax) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      break;
    }
    text.remove_prefix(end + 1);
  }
  return parts;
}

/// Base64 as the string forms use it; passlib and OpenLDAP write `.` for `+`.
std::optional<std::string> decode(std::string_view text) {
  std::string plain{text};
  std::replace(plain.begin(), plain.end(), '.', '+');
  return from_base64(plain);
}

/// The number of `<name>=<number>`.
std::optional<std::uint32_t> named_count(std::string_view text, std::string_view name) {
  if (!text.starts_with(name)) {
    return std::nullopt;
  }
  return parse_count(text.substr(name.size()));
}

std::string without_padding(std::string text) {
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

/// `m=..,t=..,p=..`, in this order.
bool read_costs(std::string_view text, Argon2Hash& hash) {
  const auto costs = split(text, ',');
  if (costs.size() != 3) {
    return false;
  }
  const auto memory = named_count(costs[0], "m=");
  const auto iterations = named_count(costs[1], "t=");
  const auto lanes = named_count(costs[2], "p=");
  if (!memory || !iterations || !lanes) {
    return false;
  }
  hash.memory_kib = *memory;
  hash.iterations = *iterations;
  hash.lanes = *lanes;
  return true;
}

}  // namespace

Result<PasswordHash> parse_argon2_string(std::string_view text) {
  auto parts = split(text, '$');
  Argon2Hash hash;
  if (parts.size() == 5) {
    // Version 0x10 had no version field.
    hash.version = 0x10;
  } else if (parts.size() == 6) {
    hash.version = named_count(parts[2], "v=").value_or(0);
    parts.erase(parts.begin() + 2);
  }
  if (parts.size() != 5 || !parts[0].empty() ||
      (hash.version != 0x10 && hash.version != kArgon2Version)) {
    return malformed();
  }
  const auto* known = std::find_if(kVariants.begin(), kVariants.end(), [&](const VariantName& one) {
    return one.name == parts[1];
  });
  auto salt = decode(parts[3]);
  auto key = decode(parts[4]);
  if (known == kVariants.end() || !read_costs(parts[2], hash) || !salt || !key) {
    return malformed();
  }
  hash.variant = known->variant;
  hash.salt = *std::move(salt);
  hash.key = *std::move(key);
  return blaming_value(within_bounds(std::move(hash)));
}

Result<PasswordHash> parse_pbkdf2_fields(DigestFunction function, std::string_view fields) {
  const auto parts = split(fields, '$');
  if (parts.size() != 3) {
    return malformed();
  }
  const auto costs = split(parts[0], ',');
  const auto iterations =
      costs[0].starts_with("i=") ? named_count(costs[0], "i=") : parse_count(costs[0]);
  auto salt = decode(parts[1]);
  auto key = decode(parts[2]);
  if (!iterations || !salt || !key || costs.size() > 2) {
    return malformed();
  }
  if (costs.size() == 2 && named_count(costs[1], "l=") != key->size()) {
    return malformed();
  }
  return blaming_value(
      within_bounds(Pbkdf2Hash{function, *iterations, *std::move(salt), *std::move(key)}));
}

Result<PasswordHash> parse_hash_string(std::string_view text) {
  if (text.size() > kHashTextBytesMax) {
    return unsupported_hash("/value", "The string is too long for a password hash.");
  }
  if (text.starts_with("$argon2")) {
    return parse_argon2_string(text);
  }
  if (text.starts_with("$pbkdf2$")) {
    return parse_pbkdf2_fields(DigestFunction::kSha1, text.substr(8));
  }
  if (text.starts_with(kPbkdf2Prefix)) {
    const std::string_view rest = text.substr(kPbkdf2Prefix.size());
    const std::size_t dollar = rest.find('$');
    const auto function = parse_digest_function(rest.substr(0, dollar));
    if (!function || dollar == std::string_view::npos) {
      return malformed();
    }
    return parse_pbkdf2_fields(*function, rest.substr(dollar + 1));
  }
  return parse_crypt_string(text);
}

std::string to_phc(const Argon2Hash& hash) {
  const auto* known = std::find_if(kVariants.begin(), kVariants.end(), [&](const VariantName& one) {
    return one.variant == hash.variant;
  });
  std::string out = "$" + std::string{known->name};
  if (hash.version != 0x10) {
    out += "$v=" + std::to_string(hash.version);
  }
  out += "$m=" + std::to_string(hash.memory_kib) + ",t=" + std::to_string(hash.iterations) +
         ",p=" + std::to_string(hash.lanes);
  out += "$" + without_padding(to_base64(hash.salt));
  out += "$" + without_padding(to_base64(hash.key));
  return out;
}

}  // namespace muster
