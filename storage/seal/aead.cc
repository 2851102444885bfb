#include "storage/seal/aead.h"

#include <algorithm>
#include <limits>
#include <memory>

#include <openssl/evp.h>

#include "engine/core/check.h"

namespace muster {

namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

const std::uint8_t* as_bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

int as_int(std::size_t bytes) {
  check(bytes <= static_cast<std::size_t>(std::numeric_limits<int>::max()), "too long to encrypt");
  return static_cast<int>(bytes);
}

// Fetching a cipher takes microseconds and so does making a context; both are kept. The context
// holds the last key until the next use or the end of the thread, where it is wiped.
EVP_CIPHER_CTX* thread_context() {
  // Never freed: a thread that outlives main may still encrypt.
  static EVP_CIPHER* const kCipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  check(kCipher != nullptr, "OpenSSL has no AES-256-GCM");
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> kContext{[] {
    EVP_CIPHER_CTX* const made = EVP_CIPHER_CTX_new();
    check(made != nullptr && EVP_CipherInit_ex2(made, kCipher, nullptr, nullptr, 1, nullptr) == 1,
          "no cipher context");
    return made;
  }()};
  return kContext.get();
}

EVP_CIPHER_CTX* begin(const AeadUse& use, bool encrypting) {
  EVP_CIPHER_CTX* const context = thread_context();
  int count = 0;
  const bool ready =
      EVP_CipherInit_ex2(
          context, nullptr, use.key.data(), use.nonce.data(), encrypting ? 1 : 0, nullptr) == 1 &&
      EVP_CipherUpdate(
          context, nullptr, &count, as_bytes(use.associated), as_int(use.associated.size())) == 1;
  check(ready, "AES-256-GCM could not start");
  return context;
}

}  // namespace

void aead_seal(const AeadUse& use, std::string_view plaintext, std::span<std::uint8_t> out) {
  check(out.size() == plaintext.size() + kAeadTagBytes, "wrong room for a ciphertext");
  EVP_CIPHER_CTX* const context = begin(use, true);
  int count = 0;
  const bool sealed =
      EVP_CipherUpdate(
          context, out.data(), &count, as_bytes(plaintext), as_int(plaintext.size())) == 1 &&
      EVP_CipherFinal_ex(context, out.data() + plaintext.size(), &count) == 1 &&
      EVP_CIPHER_CTX_ctrl(
          context, EVP_CTRL_AEAD_GET_TAG, as_int(kAeadTagBytes), out.data() + plaintext.size()) ==
          1;
  check(sealed, "AES-256-GCM could not encrypt");
}

bool aead_open(const AeadUse& use, std::string_view sealed, std::span<std::uint8_t> out) {
  check(sealed.size() == out.size() + kAeadTagBytes, "wrong room for a plaintext");
  EVP_CIPHER_CTX* const context = begin(use, false);
  std::array<std::uint8_t, kAeadTagBytes> tag{};
  std::copy(sealed.end() - kAeadTagBytes, sealed.end(), tag.begin());
  int count = 0;
  const bool opened =
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, as_int(tag.size()), tag.data()) == 1 &&
      EVP_CipherUpdate(context, out.data(), &count, as_bytes(sealed), as_int(out.size())) == 1 &&
      EVP_CipherFinal_ex(context, tag.data(), &count) == 1;
  // GCM decrypts before it has seen the tag; what it wrote must not be used by anyone.
  if (!opened) std::fill(out.begin(), out.end(), std::uint8_t{0});
  return opened;
}

}  // namespace muster
