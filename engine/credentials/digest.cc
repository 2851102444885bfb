#include "engine/credentials/digest.h"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/evp.h>

#include "engine/core/check.h"

namespace muster {
namespace {

struct Description {
  DigestFunction function;
  std::string_view name;
  std::size_t bytes;
  const EVP_MD* (*implementation)();
};

constexpr std::array kDescriptions = {
    Description{DigestFunction::kMd5, "md5", 16, &EVP_md5},
    Description{DigestFunction::kSha1, "sha1", 20, &EVP_sha1},
    Description{DigestFunction::kSha224, "sha224", 28, &EVP_sha224},
    Description{DigestFunction::kSha256, "sha256", 32, &EVP_sha256},
    Description{DigestFunction::kSha384, "sha384", 48, &EVP_sha384},
    Description{DigestFunction::kSha512, "sha512", 64, &EVP_sha512},
};

const Description& description_of(DigestFunction function) {
  const auto* found =
      std::find_if(kDescriptions.begin(), kDescriptions.end(), [&](const Description& one) {
        return one.function == function;
      });
  check(found != kDescriptions.end(), "an unknown digest function");
  return *found;
}

/// OpenSSL refuses these calls only when it is out of memory or built without the function.
Failure openssl_failed() {
  return failure(Errc::kUnavailable, "hashing_failed", "The password could not be hashed now.");
}

}  // namespace

std::string_view name_of(DigestFunction function) {
  return description_of(function).name;
}

std::optional<DigestFunction> parse_digest_function(std::string_view name) {
  std::string plain;
  for (const char c : name.substr(0, 16)) {
    if (c != '-') {
      plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  const auto* found = std::find_if(kDescriptions.begin(),
                                   kDescriptions.end(),
                                   [&](const Description& one) { return one.name == plain; });
  return found == kDescriptions.end() ? std::nullopt : std::optional{found->function};
}

std::size_t size_bytes(DigestFunction function) {
  return description_of(function).bytes;
}

Result<std::string> digest_of(DigestFunction function,
                              std::string_view first,
                              std::string_view second) {
  const Description& description = description_of(function);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (context == nullptr ||
      EVP_DigestInit_ex(context.get(), description.implementation(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context.get(), second.data(), second.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1) {
    return openssl_failed();
  }
  check(size == description.bytes, "a digest of another size");
  return std::string{reinterpret_cast<const char*>(digest.data()), size};
}

Result<std::string> pbkdf2(const Pbkdf2Parameters& parameters,
                           std::string_view password,
                           std::string_view salt) {
  std::string key(parameters.key_bytes, '\0');
  // An empty view may point nowhere, which OpenSSL would take for "no password given".
  const char* password_bytes = password.empty() ? "" : password.data();
  const int done = PKCS5_PBKDF2_HMAC(password_bytes,
                                     static_cast<int>(password.size()),
                                     reinterpret_cast<const unsigned char*>(salt.data()),
                                     static_cast<int>(salt.size()),
                                     static_cast<int>(parameters.iterations),
                                     description_of(parameters.function).implementation(),
                                     static_cast<int>(key.size()),
                                     reinterpret_cast<unsigned char*>(key.data()));
  if (done != 1) {
    return openssl_failed();
  }
  return key;
}

}  // namespace muster
