#include "storage/seal/secret.h"

#include <openssl/crypto.h>

namespace muster {

void wipe(std::span<std::uint8_t> bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

}  // namespace muster
