#include <memory>

#include "engine/users/lookup.h"
#include "engine/users/parts.h"

namespace muster {
namespace {

Failure too_many(std::size_t max) {
  return failure(
      Errc::kInvalid, "too_many", "a user can have at most " + std::to_string(max) + " of them");
}

}  // namespace

Result<Decide> prepare_add_identifier(const DomainPorts& ports,
                                      const UserTarget& target,
                                      NewIdentifier input) {
  Faults faults;
  check_identifier(faults, "", input);
  MUSTER_CHECKED(faults.done("invalid_request"));
  UserIdentifierAdded event;
  event.identifier = make_identifier(ports, std::move(input));
  event.folding = folding_of(event.identifier);
  UserDrafts drafts{ports, target};
  MUSTER_TRY(Draft sealed, drafts.seal(std::move(event)));
  const auto draft = std::make_shared<const Draft>(std::move(sealed));
  return Decide{[draft, target = drafts.target()](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, target));
    const Identifier& added = std::get<UserIdentifierAdded>(draft->event).identifier;
    if (find_repeated(found.user->identifiers, added, *found.pool) != nullptr) {
      return taken("identifier");
    }
    if (found.user->identifiers.size() >= kIdentifiersMax) {
      return too_many(kIdentifiersMax);
    }
    return decision_of(found, {*draft});
  }};
}

Result<Decide> prepare_add_address(const DomainPorts& ports,
                                   const UserTarget& target,
                                   NewAddress input) {
  Faults faults;
  check_address(faults, "", input);
  MUSTER_CHECKED(faults.done("invalid_request"));
  UserAddressAdded event;
  event.address = make_address(ports, std::move(input));
  event.folding = folding_of(event.address);
  UserDrafts drafts{ports, target};
  MUSTER_TRY(Draft sealed, drafts.seal(std::move(event)));
  const auto draft = std::make_shared<const Draft>(std::move(sealed));
  return Decide{[draft, target = drafts.target()](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, target));
    const Address& added = std::get<UserAddressAdded>(draft->event).address;
    if (find_repeated(found.user->addresses, added, *found.pool) != nullptr) {
      return taken("address");
    }
    if (found.user->addresses.size() >= kAddressesMax) {
      return too_many(kAddressesMax);
    }
    return decision_of(found, {*draft});
  }};
}

namespace {

/// The event that brings an address to what is asked for.
UserAddressUpdated updated(const Address& address, const UpdateAddress& input) {
  return {address.id,
          input.status.empty() ? address.status : input.status,
          input.verified,
          input.preferred_contact_method.value_or(address.preferred_contact_method),
          input.metadata.value_or(address.metadata)};
}

UserAddressUpdated unchanged(const Address& address) {
  return {address.id,
          address.status,
          address.verified,
          address.preferred_contact_method,
          address.metadata};
}

}  // namespace

Result<Decide> prepare_update_address(const DomainPorts& ports,
                                      const UserTarget& target,
                                      UpdateAddress input) {
  Faults faults;
  check_address_status(faults, "", input.status);
  check_contact_method(faults, "", input.preferred_contact_method.value_or(""));
  check_part_metadata(faults, "", input.metadata.value_or(JsonText{}));
  MUSTER_CHECKED(faults.done("invalid_request"));
  UserDrafts drafts{ports, target};
  std::shared_ptr<const Draft> draft;
  const Address* read = find_part(target.user.addresses, input.value, target.pool);
  if (read != nullptr) {
    MUSTER_TRY(Draft sealed, drafts.seal(updated(*read, input)));
    draft = std::make_shared<const Draft>(std::move(sealed));
  }
  return Decide{[draft, input = std::move(input), target = drafts.target()](
                    StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, target));
    const Address* address = find_part(found.user->addresses, input.value, *found.pool);
    if (address == nullptr) {
      return not_found("address");
    }
    const UserAddressUpdated wanted = updated(*address, input);
    if (wanted == unchanged(*address)) {
      return decision_of(found, {});
    }
    if (draft == nullptr || wanted != std::get<UserAddressUpdated>(draft->event)) {
      return stale();
    }
    return decision_of(found, {*draft});
  }};
}

Result<Decide> prepare_remove_identifier(UserName name, std::string value) {
  return Decide{[name = std::move(name), value = std::move(value)](StateReader& states,
                                                                   Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    const Identifier* identifier = find_part(found.user->identifiers, value, *found.pool);
    if (identifier == nullptr) {
      return not_found("identifier");
    }
    return decision_of(found, {open_draft(UserIdentifierRemoved{identifier->id})});
  }};
}

Result<Decide> prepare_remove_address(UserName name, std::string value) {
  return Decide{[name = std::move(name), value = std::move(value)](StateReader& states,
                                                                   Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    const Address* address = find_part(found.user->addresses, value, *found.pool);
    if (address == nullptr) {
      return not_found("address");
    }
    return decision_of(found, {open_draft(UserAddressRemoved{address->id})});
  }};
}

}  // namespace muster
