#include <memory>

#include "engine/core/bytes.h"
#include "engine/users/lookup.h"
#include "engine/users/parts.h"

namespace muster {
namespace {

bool is_password_state(std::string_view state) {
  return state == "valid" || state == "must_be_reset" || state == "must_be_changed";
}

bool same(const Credential* left, const Credential& right) {
  return left != nullptr && left->id == right.id && left->state == right.state &&
         left->expires == right.expires &&
         equal_in_constant_time(left->secret.text, right.secret.text);
}

}  // namespace

Result<Decide> prepare_set_credential(const DomainPorts& ports,
                                      const UserTarget& target,
                                      NewCredential input) {
  Faults faults;
  check_credential(faults, "", input);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const Credential* stored = target.user.find_credential(input.type);
  const std::optional<Credential> read = stored == nullptr ? std::nullopt : std::optional{*stored};
  UserDrafts drafts{ports, target};
  UserCredentialSet event{
      make_credential(ports, target.pool, std::move(input), read ? read->id : std::string{})};
  MUSTER_TRY(Draft sealed, drafts.seal(std::move(event)));
  const auto draft = std::make_shared<const Draft>(std::move(sealed));
  return Decide{
      [draft, read, target = drafts.target()](StateReader& states, Micros) -> Result<Decision> {
        MUSTER_TRY(const FoundUser found, find_user(states, target));
        const Credential& wanted = std::get<UserCredentialSet>(draft->event).credential;
        const Credential* current = found.user->find_credential(wanted.type);
        if (read ? !same(current, *read) : current != nullptr) {
          return stale();
        }
        if (same(current, wanted)) {
          return decision_of(found, {});
        }
        return decision_of(found, {*draft});
      }};
}

Result<Decide> prepare_change_password_state(UserName name, std::string state) {
  if (!is_password_state(state)) {
    return failure_at(Errc::kInvalid,
                      "invalid_request",
                      "/state",
                      "must be valid, must_be_reset or must_be_changed");
  }
  return Decide{[name = std::move(name), state = std::move(state)](StateReader& states,
                                                                   Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    const Credential* password = found.user->find_credential("password");
    if (password == nullptr) {
      return not_found("credential");
    }
    if (password->state == state) {
      return decision_of(found, {});
    }
    return decision_of(found, {open_draft(UserCredentialStateChanged{password->id, state})});
  }};
}

Result<Decide> prepare_note_password_verified(UserName name, const Credential& password) {
  return Decide{[name = std::move(name), verified = password](StateReader& states,
                                                              Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    const Credential* current = found.user->find_credential("password");
    if (!same(current, verified) || current->state != "must_be_changed") {
      return decision_of(found, {});
    }
    const UserCredentialStateChanged event{current->id, "must_be_reset"};
    return decision_of(found, {open_draft(event)});
  }};
}

}  // namespace muster
