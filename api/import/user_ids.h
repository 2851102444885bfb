/// How an imported row gets its user id.
///
/// The id depends on the row alone, so that a second import of the same file finds the users of the
/// first. Everything in this file is therefore fixed for ever: another namespace or another
/// normal form would create every user a second time.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/ids.h"

namespace muster {

/// RFC 9562 section 5.5: version 5, the SHA-1 of namespace and name.
[[nodiscard]] Uuid uuid_v5(const Uuid& name_space, std::string_view name);

/// Ids from DNs: RFC 9562's own namespace for X.500 names, 6ba7b814-9dad-11d1-80b4-00c04fd430c8.
inline constexpr Uuid kDnNamespace{{0x6b,
                                    0xa7,
                                    0xb8,
                                    0x14,
                                    0x9d,
                                    0xad,
                                    0x11,
                                    0xd1,
                                    0x80,
                                    0xb4,
                                    0x00,
                                    0xc0,
                                    0x4f,
                                    0xd4,
                                    0x30,
                                    0xc8}};
/// Ids from given ids: 7d1f3c0a-52b6-4e9d-8c47-1b0e6a93f5d2, made for Muster.
inline constexpr Uuid kGivenIdNamespace{{0x7d,
                                         0x1f,
                                         0x3c,
                                         0x0a,
                                         0x52,
                                         0xb6,
                                         0x4e,
                                         0x9d,
                                         0x8c,
                                         0x47,
                                         0x1b,
                                         0x0e,
                                         0x6a,
                                         0x93,
                                         0xf5,
                                         0xd2}};
/// Ids from the first identifier, when no id is given: e2b85f41-0c9a-4d37-b6f8-93a4d71c2e60.
inline constexpr Uuid kIdentifierNamespace{{0xe2,
                                            0xb8,
                                            0x5f,
                                            0x41,
                                            0x0c,
                                            0x9a,
                                            0x4d,
                                            0x37,
                                            0xb6,
                                            0xf8,
                                            0x93,
                                            0xa4,
                                            0xd7,
                                            0x1c,
                                            0x2e,
                                            0x60}};

/// `dn` with A to Z in lower case and without spaces around the unescaped ',' and '+' and around
/// the first '=' of each part. Escapes are left as they are spelled.
[[nodiscard]] std::string normalized_dn(std::string_view dn);

[[nodiscard]] std::string user_id_from_dn(std::string_view dn);
/// A UUID is kept (in lower case); any other id is a name in kGivenIdNamespace, as spelled.
[[nodiscard]] std::string user_id_from_given_id(std::string_view id);
/// `type` is "uid", "email", ... The name hashed is type, ':' and value.
[[nodiscard]] std::string user_id_from_identifier(std::string_view type, std::string_view value);

}  // namespace muster
