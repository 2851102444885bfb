/// What a user has: identifiers, verifiable addresses, credentials. Stored inside events and, with
/// their instants, inside the user's state.
#pragma once

#include "engine/events/describe.h"

namespace muster {

/// What a user signs in with. Types: email, mobile, uid, external, federated (contract 3.3).
struct Identifier {
  std::string id;
  std::string type;
  std::string value;
  std::string folded;
  JsonText metadata;
  Micros created{};
  Micros updated{};

  bool operator==(const Identifier&) const = default;

  static constexpr auto describe() {
    return record(field("id", &Identifier::id, "Server-made id."),
                  field("type", &Identifier::type, "email, mobile, uid, external or federated."),
                  field("value", &Identifier::value, "As spelled by the caller."),
                  field("folded", &Identifier::folded, "Folded form, when it differs."),
                  field("metadata", &Identifier::metadata, "Free object."),
                  field("created", &Identifier::created, kImportedInstant),
                  field("updated", &Identifier::updated, kImportedInstant));
  }
};

/// Where messages to a user go. Types: email, mobile (contract 3.3).
struct Address {
  std::string id;
  std::string type;
  std::string value;
  std::string folded;
  std::string status;
  bool verified = false;
  std::string preferred_contact_method;
  JsonText metadata;
  Micros created{};
  Micros updated{};
  Micros verified_at{};

  bool operator==(const Address&) const = default;

  static constexpr auto describe() {
    return record(
        field("id", &Address::id, "Server-made id."),
        field("type", &Address::type, "email or mobile."),
        field("value", &Address::value, "As spelled by the caller."),
        field("folded", &Address::folded, "Folded form, when it differs."),
        field("status", &Address::status, "active or inactive."),
        field("verified", &Address::verified, "Proven to be the user's."),
        field("preferred_contact_method", &Address::preferred_contact_method, "sms or voice."),
        field("metadata", &Address::metadata, "Free object."),
        field("created", &Address::created, kImportedInstant),
        field("updated", &Address::updated, kImportedInstant),
        field("verified_at", &Address::verified_at, kImportedInstant));
  }
};

/// What a user proves who they are with. Types: password, totp, webauthn (contract 3.5).
struct Credential {
  std::string id;
  std::string type;
  std::string state;
  JsonText secret;
  Micros created{};
  Micros updated{};
  Micros expires{};

  bool operator==(const Credential&) const = default;

  static constexpr auto describe() {
    return record(field("id", &Credential::id, "Server-made id."),
                  field("type", &Credential::type, "password, totp or webauthn."),
                  field("state", &Credential::state, "valid, must_be_reset or must_be_changed."),
                  field("secret", &Credential::secret, "The stored payload: hash, secret or keys."),
                  field("expires", &Credential::expires, "Microseconds since 1970; absent: never."),
                  field("created", &Credential::created, kImportedInstant),
                  field("updated", &Credential::updated, kImportedInstant));
  }
};

/// A group that a user is a direct member of.
struct Membership {
  StreamId group;
  std::string group_id;

  bool operator==(const Membership&) const = default;

  static constexpr auto describe() {
    return record(field("group", &Membership::group, "Stream of the group."),
                  field("group_id", &Membership::group_id, "Id of the group."));
  }
};

}  // namespace muster
