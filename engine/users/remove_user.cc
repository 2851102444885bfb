#include "engine/users/lookup.h"

namespace muster {
namespace {

Decide end_user(UserName name, const AnyEvent& event) {
  return [name = std::move(name), event](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    return decision_of(found, {open_draft(event)});
  };
}

}  // namespace

Result<Decide> prepare_delete_user(UserName name) {
  return end_user(std::move(name), UserDeleted{});
}

Result<Decide> prepare_erase_user(UserName name) {
  return end_user(std::move(name), UserErased{});
}

}  // namespace muster
