// Shared by the tests of stored hashes.
#pragma once

#include <string>
#include <string_view>

#include "engine/credentials/password_hash.h"

namespace muster::tests {

/// A Hash object; `members` is the inside of config.<method>.
inline std::string object(std::string_view value,
                          std::string_view method,
                          std::string_view members) {
  const std::string name{method};
  return R"({"value":")" + std::string{value} + R"(","config":{"method":")" + name + R"(",")" +
         name + R"(":{)" + std::string{members} + "}}}";
}

// The salt that python3 used: s = bytes(range(16)).
inline const std::string kSalt = R"("salt":"AAECAwQFBgcICQoLDA0ODw==")";

/// An argon2 object whose value is that of the argon2id string in foreign_hashes.h.
inline std::string argon2_object(std::string_view members) {
  return object("HMyoxXxt1N5duIiXboBqHW5748t224jy8N1So+jwi1Y=", "argon2", members);
}

}  // namespace muster::tests
