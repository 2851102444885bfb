/// Turns an LDIF entry into a user.
///
/// A person is an entry with the object class person, organizationalPerson or inetOrgPerson
/// (RFC 2798, RFC 4519). What becomes what:
///
/// | attribute | becomes |
/// |---|---|
/// | cn, sn, givenName | payload members name, family_name, given_name: the first value; further
/// values stay under the attribute's own name | | any other | a payload member as the file spells
/// it, options included ("description;lang-fr"): a string, or an array when there are several
/// values | | uid | identifiers of type uid | | mail | identifiers of type email, and verified
/// addresses | | mobile | a verified address of type mobile, when normalise_mobile() makes E.164 of
/// it | | userPassword | the password (the first value) |
///
/// Binary values (option ";binary", the binary attributes of RFC 2798 and RFC 4523, or any value
/// that is not UTF-8) are base64 strings. objectClass and all attributes that hold password hashes
/// or keys stay out of the payload, because whoever may read a user reads the payload. Payload
/// members are sorted by name: an export in another order is no change.
#pragma once

#include <variant>

#include "api/import/imported_user.h"
#include "api/import/ldif_reader.h"
#include "api/import/row_failure.h"

namespace muster {

/// The entry is not a person.
struct NotAPerson {};

using PersonRecord = std::variant<ImportedUser, NotAPerson, RowFailure>;

[[nodiscard]] PersonRecord person_from_ldif(const LdifEntry& entry);

}  // namespace muster
