/// Workspaces, schemas and pools of an import.
#include <algorithm>

#include "engine/administration/commands.h"
#include "engine/configuration/part.h"
#include "engine/core/json.h"

namespace muster {
namespace {

/// Creating what has come into being since would not be creating it.
Decide create_at(StateAddress address, Decide create) {
  return [address = std::move(address), create = std::move(create)](
             StateReader& states, Micros now) -> Result<Decision> {
    MUSTER_TRY(const AnyState* present, states.find(address));
    return present != nullptr ? Result<Decision>{stale()} : create(states, now);
  };
}

/// Nothing to do, if the entry still says what is stored.
Decide leave_as_is(StateAddress address, const StreamHead& head) {
  return [address = std::move(address), stream = head.stream, revision = head.revision](
             StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const AnyState* present, states.find(address));
    if (present == nullptr || head_of(*present).stream != stream ||
        head_of(*present).revision != revision) {
      return stale();
    }
    return Decision{{}, address, {}};
  };
}

bool same_json(const JsonText& left, const JsonText& right) {
  if (left == right || left.empty() || right.empty()) {
    return left == right;
  }
  const auto first = parse_json(left.text);
  const auto second = parse_json(right.text);
  return first && second && json_equal(first->root(), second->root());
}

}  // namespace

Result<Decide> prepare_workspace_entry(const ImportContext& context, const WorkspaceEntry& entry) {
  StateAddress address{context.log, Aggregate::kWorkspace, {}, entry.id};
  MUSTER_TRY(const WorkspaceState* stored, context.states.get<WorkspaceState>(address));
  if (stored == nullptr) {
    MUSTER_TRY(Decide create,
               prepare_create_workspace(
                   context.ports.domain,
                   {context.log, entry.id, entry.name, entry.parent, entry.cors_origins}));
    return create_at(std::move(address), std::move(create));
  }
  if (stored->parent != entry.parent) {
    return failure_at(
        Errc::kInvalid, "workspace_fixed", "/parent_id", "a workspace stays where it was made");
  }
  return prepare_replace_workspace(context.ports.domain,
                                   {context.log, entry.id, entry.name, entry.cors_origins});
}

Decide connect_with(const ImportContext& context,
                    std::string pool_id,
                    std::vector<std::string> workspaces) {
  return [address = StateAddress{context.log, Aggregate::kPool, {}, std::move(pool_id)},
          workspaces = std::move(workspaces)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, states.get<PoolState>(address));
    if (pool == nullptr) {
      return stale();
    }
    Decision decision{{}, address, {}};
    const auto change = [&](AnyEvent event) {
      decision.facts.push_back({address, pool->head.stream, open_draft(std::move(event))});
    };
    for (const std::string& id : pool->connected) {
      if (std::ranges::find(workspaces, id) == workspaces.end()) {
        change(PoolDisconnected{id});
      }
    }
    for (std::size_t i = 0; i < workspaces.size(); ++i) {
      const std::string& id = workspaces[i];
      if (std::ranges::find(pool->connected, id) != pool->connected.end()) {
        continue;
      }
      MUSTER_TRY(const AnyState* workspace,
                 states.find({address.log, Aggregate::kWorkspace, {}, id}));
      if (workspace == nullptr) {
        return failure_at(Errc::kInvalid,
                          "workspace_not_found",
                          "/connected_workspaces/" + std::to_string(i),
                          "there is no such workspace");
      }
      change(PoolConnected{id});
    }
    return decision;
  };
}

Result<Decide> prepare_schema_entry(const ImportContext& context, SchemaEntry entry) {
  CreateSchema& wanted = entry.schema;
  wanted.log = context.log;
  StateAddress address{context.log, Aggregate::kSchema, {}, wanted.id};
  MUSTER_TRY(const SchemaState* stored, context.states.get<SchemaState>(address));
  if (stored == nullptr) {
    MUSTER_TRY(Decide create, prepare_create_schema(context.ports.domain, std::move(wanted)));
    return create_at(std::move(address), std::move(create));
  }
  if (stored->name == wanted.name && stored->description == wanted.description &&
      stored->system == wanted.system && same_json(stored->schema, wanted.schema)) {
    return leave_as_is(std::move(address), stored->head);
  }
  return prepare_replace_schema(context.ports.domain,
                                {context.log,
                                 std::move(wanted.id),
                                 std::move(wanted.name),
                                 std::move(wanted.description),
                                 std::move(wanted.schema),
                                 wanted.system});
}

Result<Decide> prepare_pool_entry(const ImportContext& context, PoolEntry entry) {
  PoolBody& wanted = entry.body;
  StateAddress address{context.log, Aggregate::kPool, {}, wanted.id};
  MUSTER_TRY(const PoolState* stored, context.states.get<PoolState>(address));
  if (stored == nullptr) {
    CreatePool input{context.log, std::move(wanted), {}, {}};
    MUSTER_TRY(input.payload_schema, schema_in(context, input.body.payload_schema_id));
    MUSTER_TRY(Decide create,
               prepare_create_pool(context.ports.domain, context.ports.pools, std::move(input)));
    return create_at(std::move(address), std::move(create));
  }
  if (!wanted.workspace_id.empty() && wanted.workspace_id != stored->workspace) {
    return failure_at(Errc::kInvalid,
                      "workspace_fixed",
                      "/workspace_id",
                      "a pool stays in the workspace that it was made in");
  }
  if (same_json(stored->settings, wanted.settings.to_json()) &&
      stored->settings != wanted.settings.to_json()) {
    wanted.settings = settings_of(*stored);
  }
  return prepare_replace_pool(context.ports.domain,
                              context.ports.pools,
                              {context.log, std::move(address.id), std::move(wanted)});
}

}  // namespace muster
