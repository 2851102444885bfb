/// crypt(3): the strings $1$ (MD5), $5$ and $6$ (SHA), $7$ (scrypt), $y$ (yescrypt) and $2$
/// (bcrypt). Over libcrypt.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/core/result.h"
#include "engine/credentials/password_hash.h"

namespace muster {

/// See verify_password.
Result<bool> verify_crypt(const CryptHash& hash, std::string_view password);

/// See hash_password. `password` must satisfy bcrypt's bounds.
Result<CryptHash> make_bcrypt(std::string_view password,
                              std::uint32_t cost,
                              std::string_view salt_entropy);

}  // namespace muster
