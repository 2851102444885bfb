/// Credentials as other products keep them, made into ours. What cannot be verified here is refused
/// by name; nothing is guessed.
#pragma once

#include <string>
#include <string_view>

#include "api/import/imported_user.h"
#include "api/import/object_reader.h"
#include "engine/credentials/password_hash.h"

namespace muster {

/// A hash from a string of any form that is known: crypt(3), PHC, `{SCHEME}...`, or the JSON of a
/// hash object. Clear text is refused, with "unsupported_hash".
Result<PasswordHash> read_foreign_hash(std::string_view text);

ImportedPassword password_of(const PasswordHash& hash);

/// RFC 4648 section 6, without padding: how secrets of one-time codes are written.
std::string to_base32(std::string_view bytes);

/// An element of `credentials` of a Keycloak user: passwords (pbkdf2, pbkdf2-sha256, pbkdf2-sha512,
/// argon2, clear text with `value`) and otp (TOTP with SHA-1, 6 digits, 30 s). Former passwords are
/// passed over.
void read_keycloak_credential(ObjectReader& credential, ImportedUser& user);

/// `custom_password_hash`, `password_hash` and `mfa_factors` of an Auth0 user.
void read_auth0_credentials(ObjectReader& row, ImportedUser& user);

}  // namespace muster
