/// Roles that a Keycloak realm gives a user or a group: `realmRoles`, and `clientRoles` by client.
///
/// They are rights in other programs. Roles of ours are rights to administer this directory, so one
/// never becomes the other.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/json.h"

namespace muster {

struct KeycloakRoles {
  /// {"clientRoles":{"<client>":["<role>",...]},"realmRoles":["<role>",...]}, each sorted and once,
  /// so that an export in another order is no change. Empty without roles.
  std::string json;
  std::uint64_t count = 0;
};

/// What is not spelled as Keycloak does is no role.
KeycloakRoles read_keycloak_roles(JsonValue owner);

}  // namespace muster
