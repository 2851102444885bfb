/// State of a user.
#pragma once

#include "engine/events/user_events.h"
#include "engine/state/stream_head.h"

namespace muster {

struct UserState {
  StreamHead head;
  bool gone = false;    // deleted or erased
  bool erased = false;  // the key of the sealed values is destroyed
  /// As of a moment before: erased by now, so the stream stands for the id and values are gone.
  bool erased_since = false;
  StreamId pool;
  std::string pool_id;
  std::string id;
  std::string status;
  std::string user_type;
  std::string payload_schema_id;
  std::string metadata_schema_id;
  std::string business_metadata_schema_id;
  JsonText payload;
  JsonText metadata;
  JsonText business_metadata;
  std::vector<Identifier> identifiers;
  std::vector<Address> addresses;
  std::vector<Credential> credentials;
  std::vector<Membership> groups;  // direct; some may be of groups that are being removed
  std::vector<RoleGrant> roles;
  std::vector<std::string> unfit;  // values known not to fit their schema as it is now
  Micros created{};
  Micros updated{};
  Micros status_updated{};
  bool keys_folded = false;  // its folded forms are unique; see folds_every_row()
  // Of whoever was erased; of all that was sealed its state has nothing any more.
  std::uint64_t erased_position = 0;  // of user.erased
  Micros erased_time{};
  bool certified = false;  // the erasure came to its end

  bool operator==(const UserState&) const = default;
  using Events = EventList<UserCreated,
                           UserPayloadReplaced,
                           UserMetadataReplaced,
                           UserBusinessMetadataReplaced,
                           UserStatusChanged,
                           UserIdentifierAdded,
                           UserIdentifierRemoved,
                           UserAddressAdded,
                           UserAddressUpdated,
                           UserAddressRemoved,
                           UserCredentialSet,
                           UserCredentialStateChanged,
                           UserCredentialRemoved,
                           UserGroupJoined,
                           UserGroupLeft,
                           UserRolesReplaced,
                           UserFitChecked,
                           UserKeysFolded,
                           UserKeysUnfolded,
                           UserDeleted,
                           UserErased,
                           UserErasureCertified>;

  /// Null when the user has none of that value or type.
  [[nodiscard]] const Identifier* find_identifier(std::string_view value) const;
  [[nodiscard]] const Address* find_address(std::string_view value) const;
  [[nodiscard]] const Credential* find_credential(std::string_view type) const;
  [[nodiscard]] const Membership* find_membership(StreamId group) const;
};

/// The folded form of an identifier or address: stored only when it differs from the spelling.
template <class Named>
const std::string& folded_form(const Named& named) {
  return named.folded.empty() ? named.value : named.folded;
}

void evolve(UserState& state, const EventMeta& meta, const UserCreated& event);
void evolve(UserState& state, const EventMeta& meta, const UserPayloadReplaced& event);
void evolve(UserState& state, const EventMeta& meta, const UserMetadataReplaced& event);
void evolve(UserState& state, const EventMeta& meta, const UserBusinessMetadataReplaced& event);
void evolve(UserState& state, const EventMeta& meta, const UserStatusChanged& event);
void evolve(UserState& state, const EventMeta& meta, const UserIdentifierAdded& event);
void evolve(UserState& state, const EventMeta& meta, const UserIdentifierRemoved& event);
void evolve(UserState& state, const EventMeta& meta, const UserAddressAdded& event);
void evolve(UserState& state, const EventMeta& meta, const UserAddressUpdated& event);
void evolve(UserState& state, const EventMeta& meta, const UserAddressRemoved& event);
void evolve(UserState& state, const EventMeta& meta, const UserCredentialSet& event);
void evolve(UserState& state, const EventMeta& meta, const UserCredentialStateChanged& event);
void evolve(UserState& state, const EventMeta& meta, const UserCredentialRemoved& event);
void evolve(UserState& state, const EventMeta& meta, const UserGroupJoined& event);
void evolve(UserState& state, const EventMeta& meta, const UserGroupLeft& event);
void evolve(UserState& state, const EventMeta& meta, const UserRolesReplaced& event);
void evolve(UserState& state, const EventMeta& meta, const UserFitChecked& event);
void evolve(UserState& state, const EventMeta& meta, const UserKeysFolded& event);
void evolve(UserState& state, const EventMeta& meta, const UserKeysUnfolded& event);
void evolve(UserState& state, const EventMeta& meta, const UserDeleted& event);
void evolve(UserState& state, const EventMeta& meta, const UserErased& event);
void evolve(UserState& state, const EventMeta& meta, const UserErasureCertified& event);

}  // namespace muster
