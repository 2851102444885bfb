#include "engine/state/user.h"

#include <algorithm>

namespace muster {
namespace {

template <class Named>
auto by_id(std::vector<Named>& list, std::string_view id) {
  return std::ranges::find_if(list, [&](const Named& named) { return named.id == id; });
}

template <class Named>
const Named* by_value(const std::vector<Named>& list, std::string_view value) {
  const auto found =
      std::ranges::find_if(list, [&](const Named& named) { return named.value == value; });
  return found == list.end() ? nullptr : &*found;
}

void touch(UserState& state, const EventMeta& meta) {
  state.updated = to_whole_milliseconds(meta.time);
}

/// Gives a new part of the user its instants: those it was imported with, else the event's.
template <class Part>
Part at(const Part& part, Micros time) {
  Part dated = part;
  dated.created = imported_or(part.created, time);
  dated.updated = imported_or(part.updated, time);
  return dated;
}

Address address_at(const Address& address, Micros time) {
  Address dated = at(address, time);
  dated.verified_at = dated.verified ? imported_or(address.verified_at, time) : Micros{};
  return dated;
}

}  // namespace

const Identifier* UserState::find_identifier(std::string_view value) const {
  return by_value(identifiers, value);
}

const Address* UserState::find_address(std::string_view value) const {
  return by_value(addresses, value);
}

const Credential* UserState::find_credential(std::string_view type) const {
  const auto found =
      std::ranges::find_if(credentials, [&](const Credential& held) { return held.type == type; });
  return found == credentials.end() ? nullptr : &*found;
}

const Membership* UserState::find_membership(StreamId group) const {
  const auto found = std::ranges::find(groups, group, &Membership::group);
  return found == groups.end() ? nullptr : &*found;
}

void evolve(UserState& state, const EventMeta& meta, const UserCreated& event) {
  state.pool = event.pool;
  state.pool_id = event.pool_id;
  state.id = event.id.empty() ? meta.stream.text() : event.id;
  state.status = event.status;
  state.user_type = event.user_type;
  state.payload_schema_id = event.payload_schema_id;
  state.metadata_schema_id = event.metadata_schema_id;
  state.business_metadata_schema_id = event.business_metadata_schema_id;
  state.payload = event.payload;
  state.metadata = event.metadata;
  state.business_metadata = event.business_metadata;
  for (const Identifier& identifier : event.identifiers) {
    state.identifiers.push_back(at(identifier, meta.time));
  }
  for (const Address& address : event.addresses) {
    state.addresses.push_back(address_at(address, meta.time));
  }
  for (const Credential& credential : event.credentials) {
    state.credentials.push_back(at(credential, meta.time));
  }
  state.created = imported_or(event.created, meta.time);
  state.updated = imported_or(event.updated, meta.time);
  state.status_updated = imported_or(event.status_updated, meta.time);
  state.keys_folded = event.keys_folded;
}

void evolve(UserState& state, const EventMeta& meta, const UserPayloadReplaced& event) {
  state.payload = event.payload;
  state.payload_schema_id = event.schema_id;
  touch(state, meta);
  std::erase(state.unfit, "payload");  // it was validated
}

void evolve(UserState& state, const EventMeta& meta, const UserMetadataReplaced& event) {
  state.metadata = event.metadata;
  state.metadata_schema_id = event.schema_id;
  touch(state, meta);
  std::erase(state.unfit, "metadata");  // it was validated
}

void evolve(UserState& state, const EventMeta& meta, const UserBusinessMetadataReplaced& event) {
  state.business_metadata = event.business_metadata;
  state.business_metadata_schema_id = event.schema_id;
  touch(state, meta);
  std::erase(state.unfit, "business_metadata");  // it was validated
}

void evolve(UserState& state, const EventMeta& meta, const UserStatusChanged& event) {
  state.status = event.status;
  touch(state, meta);
  state.status_updated = state.updated;
}

void evolve(UserState& state, const EventMeta& meta, const UserIdentifierAdded& event) {
  state.identifiers.push_back(at(event.identifier, meta.time));
  touch(state, meta);
}

void evolve(UserState& state, const EventMeta& meta, const UserIdentifierRemoved& event) {
  std::erase_if(state.identifiers,
                [&](const Identifier& held) { return held.id == event.identifier_id; });
  touch(state, meta);
}

void evolve(UserState& state, const EventMeta& meta, const UserAddressAdded& event) {
  state.addresses.push_back(address_at(event.address, meta.time));
  touch(state, meta);
}

void evolve(UserState& state, const EventMeta& meta, const UserAddressUpdated& event) {
  touch(state, meta);
  const auto found = by_id(state.addresses, event.address_id);
  if (found == state.addresses.end()) {
    return;
  }
  if (event.verified && !found->verified) {
    found->verified_at = state.updated;
  } else if (!event.verified) {
    found->verified_at = Micros{};
  }
  found->status = event.status;
  found->verified = event.verified;
  found->preferred_contact_method = event.preferred_contact_method;
  found->metadata = event.metadata;
  found->updated = state.updated;
}

void evolve(UserState& state, const EventMeta& meta, const UserAddressRemoved& event) {
  std::erase_if(state.addresses, [&](const Address& held) { return held.id == event.address_id; });
  touch(state, meta);
}

void evolve(UserState& state, const EventMeta& meta, const UserCredentialSet& event) {
  touch(state, meta);
  Credential credential = at(event.credential, meta.time);
  const auto found = by_id(state.credentials, credential.id);
  if (found == state.credentials.end()) {
    state.credentials.push_back(std::move(credential));
    return;
  }
  if (raw(event.credential.created) == 0) {
    credential.created = found->created;
  }
  *found = std::move(credential);
}

void evolve(UserState& state, const EventMeta& meta, const UserCredentialStateChanged& event) {
  touch(state, meta);
  const auto found = by_id(state.credentials, event.credential_id);
  if (found != state.credentials.end()) {
    found->state = event.state;
    found->updated = state.updated;
  }
}

void evolve(UserState& state, const EventMeta& meta, const UserCredentialRemoved& event) {
  std::erase_if(state.credentials,
                [&](const Credential& held) { return held.id == event.credential_id; });
  touch(state, meta);
}

// Groups and roles are not shown in the user's document, so they do not make it newer.
void evolve(UserState& state, const EventMeta&, const UserGroupJoined& event) {
  state.groups.push_back({event.group, event.group_id});
}

void evolve(UserState& state, const EventMeta&, const UserGroupLeft& event) {
  std::erase_if(state.groups, [&](const Membership& held) { return held.group == event.group; });
}

void evolve(UserState& state, const EventMeta&, const UserRolesReplaced& event) {
  state.roles = event.roles;
}

void evolve(UserState& state, const EventMeta&, const UserFitChecked& event) {
  state.unfit = event.unfit;
}

void evolve(UserState& state, const EventMeta&, const UserKeysFolded&) {
  state.keys_folded = true;
}

void evolve(UserState& state, const EventMeta&, const UserKeysUnfolded&) {
  state.keys_folded = false;
}

void evolve(UserState& state, const EventMeta&, const UserDeleted&) {
  state.gone = true;
}

// What was sealed goes from the state at once, as from one that is folded without the key.
void evolve(UserState& state, const EventMeta& meta, const UserErased&) {
  state.gone = true;
  state.erased = true;
  state.erased_position = raw(meta.position);
  state.erased_time = meta.time;
  state.id = meta.stream.text();
  state.payload = {};
  state.metadata = {};
  state.business_metadata = {};
  state.identifiers.clear();
  state.addresses.clear();
  state.credentials.clear();
}

void evolve(UserState& state, const EventMeta&, const UserErasureCertified&) {
  state.certified = state.erased;
}

}  // namespace muster
