#include <algorithm>

#include "engine/administration/commands.h"
#include "engine/administration/permissions.h"

namespace muster {

void check_roles(Faults& faults, const std::vector<RoleGrant>& grants) {
  if (grants.size() > kRolesMax) {
    faults.add("/roles", "maxItems", "at most 64 roles");
    return;
  }
  for (std::size_t index = 0; index < grants.size(); ++index) {
    const RoleGrant& grant = grants[index];
    const std::string pointer = "/roles/" + std::to_string(index);
    if (find_role(grant.role) == nullptr) {
      faults.add(pointer + "/role", "enum", "there is no such role");
    }
    if (grant.role == kTenantAdministrator &&
        (!grant.workspace.empty() || !grant.pool_id.empty())) {
      faults.add(pointer, "scope", "is granted for the whole tenant only");
    }
    if (!grant.workspace.empty() && !grant.pool_id.empty()) {
      faults.add(pointer, "scope", "names a workspace or a pool, not both");
    }
    if (std::find(grants.begin(), grants.begin() + static_cast<std::ptrdiff_t>(index), grant) !=
        grants.begin() + static_cast<std::ptrdiff_t>(index)) {
      faults.add(pointer, "uniqueItems", "is granted twice");
    }
  }
}

Result<void> check_grants(StateReader& states, LogId log, const std::vector<RoleGrant>& grants) {
  for (const RoleGrant& grant : grants) {
    if (!grant.workspace.empty()) {
      MUSTER_TRY(const AnyState* workspace,
                 states.find({log, Aggregate::kWorkspace, {}, grant.workspace}));
      if (workspace == nullptr) {
        return not_found("workspace");
      }
    }
    if (!grant.pool_id.empty()) {
      MUSTER_TRY(const PoolState* pool,
                 states.get<PoolState>({log, Aggregate::kPool, {}, grant.pool_id}));
      if (pool == nullptr) {
        return not_found("pool");
      }
      if (pool->head.stream != grant.pool) {
        return stale();
      }
    }
  }
  return {};
}

bool administers_tenant(const ClientState& client) {
  return client.workspace == kSystemWorkspaces.front() &&
         permissions_at(client.roles, {}).covers(Permissions::all());
}

Result<void> check_administrators_left(
    StateReader& states,
    LogId log,
    const ClientState& client,
    const std::optional<std::vector<std::string>>& other_administrators) {
  if (!other_administrators || !administers_tenant(client)) {
    return {};
  }
  if (other_administrators->empty()) {
    return failure(Errc::kConflict,
                   "last_tenant_administrator",
                   "no other client of the workspace 'admin' is tenant_administrator; make one "
                   "first");
  }
  for (const std::string& id : *other_administrators) {
    MUSTER_TRY(const ClientState* other,
               states.get<ClientState>({log, Aggregate::kClient, {}, id}));
    if (other != nullptr && administers_tenant(*other)) {
      return {};
    }
  }
  return stale();
}

Result<Decide> prepare_replace_client_roles(ReplaceClientRoles input) {
  Faults faults;
  check_roles(faults, input.roles);
  MUSTER_CHECKED(faults.done("invalid_request"));
  const StateAddress address{input.log, Aggregate::kClient, {}, std::move(input.id)};
  const auto roles = std::make_shared<const std::vector<RoleGrant>>(std::move(input.roles));
  const bool stays = permissions_at(*roles, {}).covers(Permissions::all());
  return Decide{[address, roles, stays, others = std::move(input.other_administrators)](
                    StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const ClientState* client, states.get<ClientState>(address));
    if (client == nullptr) {
      return not_found("client");
    }
    MUSTER_CHECKED(check_grants(states, address.log, *roles));
    if (client->roles == *roles) {
      return Decision{{}, address, {}};
    }
    if (!stays) {
      MUSTER_CHECKED(check_administrators_left(states, address.log, *client, others));
    }
    Fact fact{address, client->head.stream, open_draft(ClientRolesReplaced{*roles})};
    return Decision{{std::move(fact)}, address, {}};
  }};
}

}  // namespace muster
