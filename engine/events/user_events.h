/// Events of users. Everything a caller says about a person is sealed under that person's key.
#pragma once

#include "engine/events/system_events.h"
#include "engine/events/user_records.h"

namespace muster {

struct UserCreated {
  StreamId pool;
  std::string pool_id;
  std::string status;
  std::string user_type;
  std::string payload_schema_id;
  std::string metadata_schema_id;
  std::string business_metadata_schema_id;
  std::uint64_t folding = 0;
  std::string id;
  JsonText payload;
  JsonText metadata;
  JsonText business_metadata;
  std::vector<Identifier> identifiers;
  std::vector<Address> addresses;
  std::vector<Credential> credentials;
  Micros created{};
  Micros updated{};
  Micros status_updated{};
  bool keys_folded = false;

  bool operator==(const UserCreated&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.created", EventCode{40}, EventVersion{3}, "A user was added to a pool."},
        field("pool", &UserCreated::pool, "Stream of the pool."),
        field("pool_id", &UserCreated::pool_id, "Id of the pool."),
        field("status", &UserCreated::status, "new, active, inactive or deleted."),
        field("user_type", &UserCreated::user_type, "standard when absent, or jit."),
        field("payload_schema_id", &UserCreated::payload_schema_id, "Schema of the payload."),
        field("metadata_schema_id", &UserCreated::metadata_schema_id, "Schema of the metadata."),
        field("business_metadata_schema_id",
              &UserCreated::business_metadata_schema_id,
              "Schema of the business metadata."),
        field("folding", &UserCreated::folding, "Number of the table that made the folded forms."),
        field("id",
              &UserCreated::id,
              "Id chosen by the caller; absent when the id is the stream's.",
              Privacy::kPersonal),
        field("payload", &UserCreated::payload, "The payload.", Privacy::kPersonal),
        field("metadata", &UserCreated::metadata, "The metadata.", Privacy::kPersonal),
        field("business_metadata",
              &UserCreated::business_metadata,
              "The business metadata.",
              Privacy::kPersonal),
        field("identifiers", &UserCreated::identifiers, "Its identifiers.", Privacy::kPersonal),
        field("addresses", &UserCreated::addresses, "Its addresses.", Privacy::kPersonal),
        field("credentials", &UserCreated::credentials, "Its credentials.", Privacy::kSecret),
        field("created", &UserCreated::created, kImportedInstant),
        field("updated", &UserCreated::updated, kImportedInstant),
        field("status_updated", &UserCreated::status_updated, kImportedInstant),
        field("keys_folded",
              &UserCreated::keys_folded,
              "It has its folded forms to itself, beside the forms that the pool compared when it "
              "had no users."));
  }
};

struct UserPayloadReplaced {
  std::string schema_id;
  JsonText payload;

  bool operator==(const UserPayloadReplaced&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.payload_replaced",
         EventCode{41},
         EventVersion{1},
         "The payload, its schema, or both were replaced."},
        field("schema_id", &UserPayloadReplaced::schema_id, "Schema from now on."),
        field(
            "payload", &UserPayloadReplaced::payload, "Payload from now on.", Privacy::kPersonal));
  }
};

struct UserMetadataReplaced {
  std::string schema_id;
  JsonText metadata;

  bool operator==(const UserMetadataReplaced&) const = default;

  static constexpr auto describe() {
    return event({"user.metadata_replaced",
                  EventCode{42},
                  EventVersion{1},
                  "The metadata, its schema, or both were replaced."},
                 field("schema_id", &UserMetadataReplaced::schema_id, "Schema from now on."),
                 field("metadata",
                       &UserMetadataReplaced::metadata,
                       "Metadata from now on.",
                       Privacy::kPersonal));
  }
};

struct UserBusinessMetadataReplaced {
  std::string schema_id;
  JsonText business_metadata;

  bool operator==(const UserBusinessMetadataReplaced&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.business_metadata_replaced",
         EventCode{43},
         EventVersion{1},
         "The business metadata, its schema, or both were replaced."},
        field("schema_id", &UserBusinessMetadataReplaced::schema_id, "Schema from now on."),
        field("business_metadata",
              &UserBusinessMetadataReplaced::business_metadata,
              "Business metadata from now on.",
              Privacy::kPersonal));
  }
};

struct UserStatusChanged {
  std::string status;

  bool operator==(const UserStatusChanged&) const = default;

  static constexpr auto describe() {
    return event({"user.status_changed", EventCode{44}, EventVersion{1}, "The status changed."},
                 field("status", &UserStatusChanged::status, "Status from now on."));
  }
};

struct UserIdentifierAdded {
  std::uint64_t folding = 0;
  Identifier identifier;

  bool operator==(const UserIdentifierAdded&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.identifier_added", EventCode{45}, EventVersion{2}, "An identifier was added."},
        field("folding", &UserIdentifierAdded::folding, "Table that made the folded form."),
        field(
            "identifier", &UserIdentifierAdded::identifier, "The identifier.", Privacy::kPersonal));
  }
};

struct UserIdentifierRemoved {
  std::string identifier_id;

  bool operator==(const UserIdentifierRemoved&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.identifier_removed", EventCode{46}, EventVersion{1}, "An identifier was removed."},
        field("identifier_id", &UserIdentifierRemoved::identifier_id, "Server-made id of it."));
  }
};

struct UserAddressAdded {
  std::uint64_t folding = 0;
  Address address;

  bool operator==(const UserAddressAdded&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.address_added", EventCode{47}, EventVersion{2}, "A verifiable address was added."},
        field("folding", &UserAddressAdded::folding, "Table that made the folded form."),
        field("address", &UserAddressAdded::address, "The address.", Privacy::kPersonal));
  }
};

/// Only what may change: the address itself and its type never do.
struct UserAddressUpdated {
  std::string address_id;
  std::string status;
  bool verified = false;
  std::string preferred_contact_method;
  JsonText metadata;

  bool operator==(const UserAddressUpdated&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.address_updated", EventCode{48}, EventVersion{1}, "An address was changed."},
        field("address_id", &UserAddressUpdated::address_id, "Server-made id of it."),
        field("status", &UserAddressUpdated::status, "active or inactive."),
        field("verified", &UserAddressUpdated::verified, "Proven to be the user's."),
        field("preferred_contact_method",
              &UserAddressUpdated::preferred_contact_method,
              "sms or voice."),
        field("metadata", &UserAddressUpdated::metadata, "Free object.", Privacy::kPersonal));
  }
};

struct UserAddressRemoved {
  std::string address_id;

  bool operator==(const UserAddressRemoved&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.address_removed", EventCode{49}, EventVersion{1}, "An address was removed."},
        field("address_id", &UserAddressRemoved::address_id, "Server-made id of it."));
  }
};

/// Adds the credential, or replaces the one with the same id.
struct UserCredentialSet {
  Credential credential;

  bool operator==(const UserCredentialSet&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.credential_set", EventCode{50}, EventVersion{2}, "A credential was set."},
        field("credential", &UserCredentialSet::credential, "The credential.", Privacy::kSecret));
  }
};

struct UserCredentialStateChanged {
  std::string credential_id;
  std::string state;

  bool operator==(const UserCredentialStateChanged&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.credential_state_changed",
         EventCode{51},
         EventVersion{1},
         "A credential became valid, to be changed, or to be reset."},
        field("credential_id", &UserCredentialStateChanged::credential_id, "Server-made id of it."),
        field("state",
              &UserCredentialStateChanged::state,
              "valid, must_be_reset or must_be_changed."));
  }
};

struct UserDeleted {
  bool operator==(const UserDeleted&) const = default;

  static constexpr auto describe() {
    return event({"user.deleted",
                  EventCode{52},
                  EventVersion{1},
                  "The user was removed with all it had; its history remains."});
  }
};

struct UserErased {
  bool operator==(const UserErased&) const = default;

  static constexpr auto describe() {
    return event({"user.erased",
                  EventCode{53},
                  EventVersion{1},
                  "The person was erased: the key of all sealed values is destroyed."});
  }
};

struct UserGroupJoined {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is
  StreamId group;
  std::string group_id;

  bool operator==(const UserGroupJoined&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.group_joined", EventCode{54}, EventVersion{1}, "The user became a group's member."},
        field("group", &UserGroupJoined::group, "Stream of the group."),
        field("group_id", &UserGroupJoined::group_id, "Id of the group."));
  }
};

struct UserGroupLeft {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is
  StreamId group;

  bool operator==(const UserGroupLeft&) const = default;

  static constexpr auto describe() {
    return event({"user.group_left",
                  EventCode{55},
                  EventVersion{1},
                  "The user is no member of a group any more."},
                 field("group", &UserGroupLeft::group, "Stream of the group."));
  }
};

struct UserRolesReplaced {
  std::vector<RoleGrant> roles;

  bool operator==(const UserRolesReplaced&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.roles_replaced",
         EventCode{56},
         EventVersion{1},
         "Roles were granted to the user, or taken back."},
        field("roles", &UserRolesReplaced::roles, "What it may do from now on, and where."));
  }
};

/// Removes a credential. Passwords are replaced, and removed only by an import of the whole user.
struct UserCredentialRemoved {
  std::string credential_id;

  bool operator==(const UserCredentialRemoved&) const = default;

  static constexpr auto describe() {
    return event(
        {"user.credential_removed", EventCode{57}, EventVersion{1}, "A credential was removed."},
        field("credential_id", &UserCredentialRemoved::credential_id, "Server-made id of it."));
  }
};

/// Stands until the value is replaced, which validates it, or compared again.
struct UserFitChecked {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is
  std::vector<std::string> unfit;

  bool operator==(const UserFitChecked&) const = default;

  static constexpr auto describe() {
    return event({"user.fit_checked",
                  EventCode{58},
                  EventVersion{1},
                  "The user's values were compared with a changed schema."},
                 field("unfit",
                       &UserFitChecked::unfit,
                       "What does not fit its schema: payload, metadata, business_metadata."));
  }
};

/// See PoolFoldingStarted.
struct UserKeysFolded {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is

  bool operator==(const UserKeysFolded&) const = default;

  static constexpr auto describe() {
    return event({"user.keys_folded",
                  EventCode{59},
                  EventVersion{1},
                  "No other user of the pool can have an identifier or verified address of the "
                  "user's in another case any more."});
  }
};

/// See PoolFoldingCancelled.
struct UserKeysUnfolded {
  static constexpr bool kUnseen = true;  // the entity tag stays as it is

  bool operator==(const UserKeysUnfolded&) const = default;

  static constexpr auto describe() {
    return event({"user.keys_unfolded",
                  EventCode{60},
                  EventVersion{1},
                  "Other users may have the user's identifiers and addresses in another case "
                  "again."});
  }
};

struct UserErasureCertified {
  static constexpr bool kUnseen = true;
  std::uint64_t erased = 0;
  std::uint64_t events = 0;
  std::uint64_t slot = 0;
  std::string ledger;

  bool operator==(const UserErasureCertified&) const = default;

  static constexpr auto describe() {
    return event({"user.erasure_certified",
                  EventCode{61},
                  EventVersion{1},
                  "The erasure of the person came to its end: no file of the data directory holds "
                  "what was erased."},
                 field("erased", &UserErasureCertified::erased, "Position of user.erased."),
                 field("events",
                       &UserErasureCertified::events,
                       "How many events the person's stream had, that one included."),
                 field("slot",
                       &UserErasureCertified::slot,
                       "Slot of the destroyed key; absent when nothing was ever sealed."),
                 field("ledger",
                       &UserErasureCertified::ledger,
                       "Chain hash of the erasure's line in the ledger, hexadecimal."));
  }
};

}  // namespace muster
