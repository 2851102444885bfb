#include "engine/credentials/crypt_strings.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <string.h>

#include <crypt.h>

#include "engine/core/bytes.h"
#include "engine/core/check.h"
#include "engine/credentials/hash_bounds.h"

namespace muster {
namespace {

constexpr std::string_view kAlphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What follows the last `$`, or for bcrypt, which does not divide the two, follows the salt.
constexpr std::size_t kBcryptSaltChars = 22;
constexpr std::size_t kBcryptDigestChars = 31;
/// "$2b$10$"
constexpr std::size_t kBcryptPrefixChars = 7;

/// `$<name>$[<parameters>$]<salt>$<digest>`
struct Format {
  std::string_view prefix;
  std::size_t salt_chars_max;
  std::size_t digest_chars;
};

constexpr std::array kFormats = {
    Format{"$1$", 8, 22},
    Format{"$5$", 16, 43},
    Format{"$6$", 16, 86},
    Format{"$y$", 86, 43},
    Format{"$7$", 86, 43},
};

bool is_encoded(std::string_view text) {
  return text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

/// What libcrypt takes in a salt: printable ASCII without the signs of passwd(5).
bool is_salt(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && std::string_view{"$:;*!\\"}.find(c) == std::string_view::npos;
  });
}

std::uint64_t value_of(char c) {
  return kAlphabet.find(c);
}

/// Five characters of six bits, least significant first.
std::uint64_t value_of_five(std::string_view text) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    value |= value_of(text[i]) << (6 * i);
  }
  return value;
}

bool is_scrypt_affordable(std::uint64_t log2_n, std::uint64_t r, std::uint64_t p) {
  if (log2_n == 0 || log2_n > 30 || r == 0 || p == 0) {
    return false;
  }
  // r and p have 30 bits each, so the products are taken one by one.
  const std::uint64_t n = std::uint64_t{1} << log2_n;
  return r <= kScryptBlocksMax / n && p <= kScryptWorkMax / (n * r);
}

/// Takes `rounds=<number>$` off, if it is there.
bool take_rounds(std::string_view& rest) {
  constexpr std::string_view kRounds = "rounds=";
  if (!rest.starts_with(kRounds)) {
    return true;
  }
  rest.remove_prefix(kRounds.size());
  const std::size_t end = rest.find('$');
  if (end == std::string_view::npos) {
    return false;
  }
  const auto rounds = parse_count(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  return rounds && *rounds <= kCryptRoundsMax;
}

/// Takes the parameters of yescrypt off: flavour, log2(N) - 1 and r - 1, one character each as long
/// as they are small, then `$`. Longer parameters (p, t, g) are not made by crypt_gensalt.
bool take_yescrypt_parameters(std::string_view& rest) {
  constexpr std::uint64_t kOneCharacterEnd = 48;
  if (rest.size() < 4 || rest[0] != 'j' || rest[3] != '$' || !is_encoded(rest.substr(1, 2))) {
    return false;
  }
  const std::uint64_t log2_n = value_of(rest[1]);
  const std::uint64_t r = value_of(rest[2]);
  rest.remove_prefix(4);
  return log2_n < kOneCharacterEnd && r < kOneCharacterEnd &&
         is_scrypt_affordable(log2_n + 1, r + 1, 1);
}

/// Takes the parameters of scrypt off: log2(N) in one character, r and p in five each.
bool take_scrypt_parameters(std::string_view& rest) {
  constexpr std::size_t kChars = 11;
  if (rest.size() < kChars || !is_encoded(rest.substr(0, kChars))) {
    return false;
  }
  const std::uint64_t log2_n = value_of(rest[0]);
  const std::uint64_t r = value_of_five(rest.substr(1, 5));
  const std::uint64_t p = value_of_five(rest.substr(6, 5));
  rest.remove_prefix(kChars);
  return is_scrypt_affordable(log2_n, r, p);
}

bool take_parameters(const Format& format, std::string_view& rest) {
  if (format.prefix == "$5$" || format.prefix == "$6$") return take_rounds(rest);
  if (format.prefix == "$y$") return take_yescrypt_parameters(rest);
  if (format.prefix == "$7$") return take_scrypt_parameters(rest);
  return true;
}

Result<PasswordHash> parse_bcrypt(std::string_view text) {
  const bool framed = text.size() == kBcryptPrefixChars + kBcryptSaltChars + kBcryptDigestChars &&
                      (text[2] == 'a' || text[2] == 'b' || text[2] == 'y') && text[3] == '$' &&
                      text[6] == '$' && is_encoded(text.substr(kBcryptPrefixChars));
  const auto cost = framed ? parse_count(text.substr(4, 2)) : std::nullopt;
  if (!cost) {
    return unsupported_hash("/value", "Not a bcrypt string: $2b$, cost, $ and 53 characters.");
  }
  if (*cost < kBcryptCostMin || *cost > kBcryptCostMax) {
    return unsupported_hash("/value", "The bcrypt cost must be from 4 to 16.");
  }
  return PasswordHash{CryptHash{std::string{text}}};
}

/// How many characters at the end are the digest.
std::size_t digest_chars(std::string_view text) {
  const std::size_t dollar = text.rfind('$');
  return text.starts_with("$2") ? kBcryptDigestChars : text.size() - dollar - 1;
}

Failure short_of_memory() {
  return failure(Errc::kUnavailable, "hashing_failed", "The password could not be hashed now.");
}

/// crypt_r with its 32 KiB of work space, which it fills with the password.
Result<std::string> run_crypt(const std::string& password, const std::string& setting) {
  const auto wipe = [](crypt_data* data) {
    explicit_bzero(data, sizeof *data);
    delete data;
  };
  const std::unique_ptr<crypt_data, decltype(wipe)> work{new crypt_data{}, wipe};
  errno = 0;
  const char* made = crypt_r(password.c_str(), setting.c_str(), work.get());
  if (made == nullptr || made[0] == '*') {
    return errno == ENOMEM ? Result<std::string>{short_of_memory()} : std::string{};
  }
  return std::string{made};
}

}  // namespace

Result<PasswordHash> parse_crypt_string(std::string_view text) {
  if (text.starts_with("$2")) {
    return parse_bcrypt(text);
  }
  const auto* format = std::find_if(kFormats.begin(), kFormats.end(), [&](const Format& known) {
    return text.starts_with(known.prefix);
  });
  if (format == kFormats.end()) {
    return unsupported_hash("/value", "Not one of the known string forms of a password hash.");
  }
  std::string_view rest = text.substr(format->prefix.size());
  if (!take_parameters(*format, rest)) {
    return unsupported_hash("/value", "The parameters are malformed or cost too much.");
  }
  const std::size_t dollar = rest.find('$');
  if (dollar == std::string_view::npos || dollar > format->salt_chars_max ||
      !is_salt(rest.substr(0, dollar)) || rest.size() - dollar - 1 != format->digest_chars ||
      !is_encoded(rest.substr(dollar + 1))) {
    return unsupported_hash("/value", "The salt or the digest is malformed.");
  }
  return PasswordHash{CryptHash{std::string{text}}};
}

Result<bool> verify_crypt(const CryptHash& hash, std::string_view password) {
  const std::size_t bytes_max =
      hash.is_bcrypt() ? kBcryptPasswordBytesMax : std::size_t{CRYPT_MAX_PASSPHRASE_SIZE - 1};
  if (password.size() > bytes_max || password.find('\0') != std::string_view::npos) {
    return false;
  }
  std::string secret{password};
  const auto made = run_crypt(secret, hash.text);
  explicit_bzero(secret.data(), secret.size());
  if (!made) {
    return made.error();
  }
  // Only the digests: libcrypt clears bits of the salt that do not count, others left them set.
  const std::size_t chars = digest_chars(hash.text);
  if (made->size() < chars) {
    return false;
  }
  return equal_in_constant_time(std::string_view{*made}.substr(made->size() - chars),
                                std::string_view{hash.text}.substr(hash.text.size() - chars));
}

Result<CryptHash> make_bcrypt(std::string_view password,
                              std::uint32_t cost,
                              std::string_view salt_entropy) {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  const char* made_setting = crypt_gensalt_rn("$2b$",
                                              cost,
                                              salt_entropy.data(),
                                              static_cast<int>(salt_entropy.size()),
                                              setting.data(),
                                              static_cast<int>(setting.size()));
  check(made_setting != nullptr, "libcrypt makes a bcrypt setting");
  std::string secret{password};
  auto made = run_crypt(secret, std::string{made_setting});
  explicit_bzero(secret.data(), secret.size());
  if (!made) {
    return std::move(made).error();
  }
  check(made->starts_with("$2b$"), "libcrypt makes a bcrypt hash");
  return CryptHash{*std::move(made)};
}

}  // namespace muster
