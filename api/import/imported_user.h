/// One user as an import file describes it, whatever the format. Only the form has been checked:
/// schemas, uniqueness, identifier grammar and passwords are the directory's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

struct ImportedIdentifier {
  std::string type;  // "uid", "email", "mobile", "external", "federated"
  std::string value;
  std::string metadata_json;  // empty: not given

  bool operator==(const ImportedIdentifier&) const = default;
};

struct ImportedAddress {
  std::string type;  // "email", "mobile"
  std::string value;
  bool verified = false;
  std::string status = "active";         // "active", "inactive"
  std::string preferred_contact_method;  // "sms", "voice"; empty: not given
  std::string metadata_json;             // empty: not given

  bool operator==(const ImportedAddress&) const = default;
};

/// A secret: never logged, never in a failure.
struct ImportedPassword {
  enum class Kind : std::uint8_t {
    kLdap,       // a userPassword value: "{SSHA}...", "{CRYPT}...", "{ARGON2}..." or clear text
    kClearText,  // to be hashed
    kHashJson,   // JSON text: a hash object {"value","config"} or a quoted crypt or PHC string
  };
  Kind kind = Kind::kClearText;
  std::string value;
  bool must_be_changed = false;
  bool must_be_reset = false;

  bool operator==(const ImportedPassword&) const = default;
};

struct ImportedUser {
  std::string id;  // a UUID, see user_ids.h
  /// The DN or the given id, for the error file only. Personal.
  std::string source_key;
  std::uint64_t line = 0;
  std::string status;  // "new", "active", "inactive", "deleted"
  // The three are JSON objects without white space; empty: not given.
  std::string payload_json;
  std::string metadata_json;
  std::string business_metadata_json;
  // Empty: the pool's.
  std::string payload_schema_id;
  std::string metadata_schema_id;
  std::string business_metadata_schema_id;
  std::vector<ImportedIdentifier> identifiers;
  std::vector<ImportedAddress> addresses;
  std::optional<ImportedPassword> password;
  /// In base32; empty: not given. A secret as a password is.
  std::string totp_secret;
};

}  // namespace muster
