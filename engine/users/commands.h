/// Commands of users.
///
/// Fields wrong in themselves: kInvalid, rule "invalid_request"; values against their schema:
/// "schema_violation". Pointers lead into the request body. What another user of the pool holds is
/// refused by the views; here are refused, all kAlreadyTaken: user_id_taken, and identifier_taken,
/// address_taken, credential_taken for what one user would have twice.
///
/// Every command also refuses with pool_not_found, and all but creation with user_not_found. Those
/// that take a UserTarget seal under the user's key and refuse with stale when the user was deleted
/// and made again, or has changed in what the command was prepared from.
///
/// PoolState, UserState: as read; looked at during the call only. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/administration/prepare.h"
#include "engine/credentials/password_hash.h"
#include "engine/pools/schema_use.h"

namespace muster {

/// Ids chosen by callers: letters, digits and `. _ ~ : @ + -` of ASCII; not "." and "..".
inline constexpr std::size_t kUserIdBytesMax = 128;
inline constexpr std::size_t kIdentifierBytesMax = 256;
/// Metadata of one identifier or address (N-74); nothing else bounds how many a user collects.
inline constexpr std::size_t kPartMetadataBytesMax = 4096;
inline constexpr std::size_t kIdentifiersMax = 64;
inline constexpr std::size_t kAddressesMax = 64;

bool is_user_id(std::string_view text);

/// Types: email, mobile, uid, external, federated.
struct NewIdentifier {
  std::string type;
  std::string value;
  JsonText metadata;
  // Of imports only; empty: made by the server.
  std::string id = {};
  Micros created = {};
  Micros updated = {};
};

/// Types: email, mobile.
struct NewAddress {
  std::string type;
  std::string value;
  bool verified = false;
  std::string status;                    // active, inactive; empty: active
  std::string preferred_contact_method;  // sms, voice, or empty
  JsonText metadata;
  // Of imports only; empty: made by the server.
  std::string id = {};
  Micros created = {};
  Micros updated = {};
  Micros verified_at = {};
};

/// Types: password, totp, webauthn; exactly the member of that type is set.
struct NewCredential {
  std::string type;
  std::optional<PasswordHash> password;
  std::string totp_secret;
  JsonText webauthn_credentials;  // array
  bool must_be_changed = false;
  bool must_be_reset = false;  // wins
  /// Nothing: for passwords the pool's password_settings.expires_after from now on. Micros{0}:
  /// never.
  std::optional<Micros> expires;
  // Of imports only; empty: made by the server.
  std::string id = {};
  Micros created = {};
  Micros updated = {};
};

/// The three governed values: empty texts are absent.
struct UserValues {
  JsonText payload;
  JsonText metadata;
  JsonText business_metadata;
};

/// Which of the three values a user is to have no more.
struct RemovedValues {
  bool payload = false;
  bool metadata = false;
  bool business_metadata = false;
};

/// Ids as the request names them. Empty: the pool's at creation, the user's later.
struct UserSchemaIds {
  std::string payload;
  std::string metadata;
  std::string business_metadata;
};

/// The schemas that those ids lead to, as read; nothing where there is none.
struct UserSchemas {
  std::optional<SchemaWithRevision> payload;
  std::optional<SchemaWithRevision> metadata;
  std::optional<SchemaWithRevision> business_metadata;
  /// Validate while deciding, against the schemas as they are then. For the attempt after three
  /// stale ones: the sequencer's time is everybody's.
  bool in_place = false;
};

/// The published `NewUser`. A payload that is absent is validated as `{}` unless the status is
/// `new` (N-65); the other two values are validated when present.
struct CreateUser {
  LogId log{};
  std::string id;         // empty: made by the server
  std::string status;     // new, active, inactive, deleted
  std::string user_type;  // standard, jit, or empty, which is standard (N-20)
  UserValues values;
  UserSchemaIds schema_ids;
  UserSchemas schemas;
  std::vector<NewIdentifier> identifiers;
  std::vector<NewAddress> addresses;
  std::vector<NewCredential> credentials;
  // Of imports only; unset: now.
  Micros created = {};
  Micros updated = {};
  Micros status_updated = {};
  /// Of imports only: values that need not fit their schema ("payload"), as when they were
  /// exported.
  std::vector<std::string> unfit = {};
};

Result<Decide> prepare_create_user(const DomainPorts& ports,
                                   const PoolState& pool,
                                   CreateUser input);

/// A user whose key is needed.
struct UserTarget {
  LogId log{};
  const PoolState& pool;
  const UserState& user;
};

/// The published `UpdateUser`: what is empty is left as it is, the rest replaced whole. A schema id
/// alone: the stored value must fit the new schema. Nothing differs: no event. At least the schemas
/// of the values and ids that are given must be in `schemas`.
struct ReplaceUser {
  std::string status;
  UserValues values;
  RemovedValues removed = {};  // wins over a value
  UserSchemaIds schema_ids;
  UserSchemas schemas;
};

Result<Decide> prepare_replace_user(const DomainPorts& ports,
                                    const UserTarget& target,
                                    ReplaceUser input);

/// Merges each patch (RFC 7396) into the value that the user has when the command is decided, and
/// replaces the value by the outcome: stale when it is not the one of target.user any more, so no
/// change by somebody else is ever lost. `null` takes the whole value away. Empty: left as it is.
struct PatchUser {
  UserValues patches;  // each an object or `null`
  UserSchemas schemas;
};

Result<Decide> prepare_patch_user(const DomainPorts& ports,
                                  const UserTarget& target,
                                  PatchUser input);

/// Refusals: identifier_taken.
Result<Decide> prepare_add_identifier(const DomainPorts& ports,
                                      const UserTarget& target,
                                      NewIdentifier input);

/// Refusals: address_taken.
Result<Decide> prepare_add_address(const DomainPorts& ports,
                                   const UserTarget& target,
                                   NewAddress input);

/// Refusals: address_not_found. What is absent stays as it is; nothing differs: no event.
struct UpdateAddress {
  std::string value;
  std::string status;  // active, inactive
  bool verified = false;
  std::optional<std::string> preferred_contact_method;
  std::optional<JsonText> metadata;
};

Result<Decide> prepare_update_address(const DomainPorts& ports,
                                      const UserTarget& target,
                                      UpdateAddress input);

/// Sets or replaces the credential of that type. Stale when target.user's is no longer what it was,
/// so a caller may rely on the old password it has verified and on the history it has looked at.
Result<Decide> prepare_set_credential(const DomainPorts& ports,
                                      const UserTarget& target,
                                      NewCredential input);

/// A user by name; nothing needs to have been read.
struct UserName {
  LogId log{};
  std::string pool_id;
  std::string user_id;
};

/// Refusals: identifier_not_found. By value as the pool compares, whatever the type.
Result<Decide> prepare_remove_identifier(UserName name, std::string value);
/// Refusals: address_not_found.
Result<Decide> prepare_remove_address(UserName name, std::string value);

/// State of the password: valid, must_be_reset, must_be_changed. Refusals: credential_not_found.
Result<Decide> prepare_change_password_state(UserName name, std::string state);

/// A password was verified: one that must be changed must be reset from now on (N-53). `password`
/// is the credential that was looked at; if it is another by now, nothing happens. To let such a
/// password pass exactly once, let the sign-in of the command pass that caused an event.
Result<Decide> prepare_note_password_verified(UserName name, const Credential& password);

/// How many users one step of a fit check compares.
inline constexpr std::size_t kFitStepMax = 200;

/// Compares the values of users that a schema governs with it, as both are when it is decided, and
/// notes who fits and who does not. Users that are gone are passed over; the schema is another by
/// now: no event.
struct CheckFit {
  LogId log{};
  SchemaWithRevision schema;

  struct Who {
    std::string pool_id;
    std::string user_id;
  };

  std::vector<Who> users;  // at most kFitStepMax
};

Result<Decide> prepare_check_fit(CheckFit input);

/// Nothing differs: no event. Refusals: those of check_grants().
Result<Decide> prepare_replace_user_roles(UserName name, std::vector<RoleGrant> input);

/// The user goes. History remains, unless the pool's policy is that whoever is deleted is erased.
Result<Decide> prepare_delete_user(UserName name);
/// The user goes and the key of all that was sealed is destroyed. `stream`, unless nil: stale when
/// the user of that name is another by now.
Result<Decide> prepare_erase_user(UserName name, StreamId stream = {});
/// The same for a user who was deleted: `ended` is its state, folded from all its events. Erased
/// already: no event.
Result<Decide> prepare_erase_deleted_user(LogId log, UserState ended);

/// Whose erasure came to its end; see UserErasureCertified.
struct CertifiedErasure {
  StreamId person;
  std::uint64_t events = 0;
  std::string ledger;
};

inline constexpr std::size_t kCertifyStepMax = 500;

/// At most kCertifyStepMax at once. Who is certified already, or was not erased, is passed over.
Result<Decide> prepare_certify_erasures(LogId log, std::vector<CertifiedErasure> erasures);

/// An entry of an import: `user.id` is set. Absent: created. Otherwise the stored user becomes what
/// the entry says: identifiers and addresses that the entry lacks go, values that it lacks go too;
/// credentials that it lacks and the type of the user stay. Nothing differs: no event, so
/// Accepted.events == 0 tells unchanged users, and Accepted.revision == 1 tells created ones.
/// Clear-text passwords: leave the credential out when the stored hash verifies.
struct UpsertUser {
  CreateUser user;
};

Result<Decide> prepare_upsert_user(const DomainPorts& ports,
                                   const PoolState& pool,
                                   const UserState* stored,  // null: there was none
                                   UpsertUser input);

}  // namespace muster
