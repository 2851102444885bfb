#include <memory>

#include "engine/administration/commands.h"
#include "engine/users/lookup.h"

namespace muster {

Result<Decide> prepare_replace_user_roles(UserName name, std::vector<RoleGrant> input) {
  Faults faults;
  check_roles(faults, input);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const auto roles = std::make_shared<const std::vector<RoleGrant>>(std::move(input));
  return Decide{[name = std::move(name), roles](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_CHECKED(check_grants(states, name.log, *roles));
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    if (found.user->roles == *roles) {
      return Decision{{}, found.address, {}};
    }
    return decision_of(found, {open_draft(UserRolesReplaced{*roles})});
  }};
}

}  // namespace muster
