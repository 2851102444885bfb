#include "engine/pools/pool_commands.h"

#include <algorithm>
#include <memory>
#include <set>

#include "engine/administration/begin.h"

namespace muster {
namespace {

bool is_pool_name(std::string_view name, PoolNameRule rule) {
  const bool sized = !name.empty() && name.size() <= kPoolNameBytesMax;
  return sized && name.front() != ' ' && name.back() != ' ' &&
         std::ranges::all_of(name, [&](char byte) {
           const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= '0' && byte <= '9');
           const bool relaxed = byte == ' ' || byte == '-' || byte == '_';
           return plain || (relaxed && rule == PoolNameRule::kRelaxed);
         });
}

void check_pool(Faults& faults, const PoolBody& body, const PoolOptions& options) {
  if (!body.id.empty()) {
    check_id(faults, "/id", body.id);
  }
  if (body.name.empty()) {
    faults.add("/name", "required", "must be given and not be empty");
  } else if (!is_pool_name(body.name, options.names)) {
    faults.add("/name",
               "pool_name",
               options.names == PoolNameRule::kRelaxed
                   ? "must have at most 128 letters, digits, spaces (not at the ends), '-' and '_'"
                   : "must have at most 128 characters, letters and digits only");
  }
  check_id(faults, "/payload_schema_id", body.payload_schema_id);
  check_id(faults, "/metadata_schema_id", body.metadata_schema_id);
  if (!body.workspace_id.empty()) {
    check_id(faults, "/workspace_id", body.workspace_id);
  }
  if (!body.business_metadata_schema_id.empty()) {
    check_id(faults, "/business_metadata_schema_id", body.business_metadata_schema_id);
  }
}

void check_indexed(Faults& faults, const std::vector<std::string>& indexed) {
  if (indexed.size() > kIndexedMembersMax) {
    faults.add("/indexed", "maxItems", "at most 8 members can be indexed");
    return;
  }
  std::set<std::string_view> seen;
  for (std::size_t index = 0; index < indexed.size(); ++index) {
    const std::string pointer = "/indexed/" + std::to_string(index);
    check_name(faults, pointer, indexed[index]);
    if (!seen.insert(indexed[index]).second) {
      faults.add(pointer, "uniqueItems", "is named twice");
    }
  }
}

/// Sets `value` when the body has a text of that name that is not empty.
void read_text(JsonValue body, std::string_view name, std::string& value, Faults& types) {
  const auto member = body.find_set(name);
  if (!member) {
    return;
  }
  const auto text = member->text();
  if (!text) {
    types.add("/" + std::string{name}, "type", "must be a string");
  } else if (!text->empty()) {
    value = *text;
  }
}

Result<void> check_other_schemas(StateReader& states,
                                 LogId log,
                                 const std::string& metadata,
                                 const std::string& business_metadata) {
  MUSTER_CHECKED(find_schema(states, log, metadata, "/metadata_schema_id"));
  if (!business_metadata.empty()) {
    MUSTER_CHECKED(find_schema(states, log, business_metadata, "/business_metadata_schema_id"));
  }
  return {};
}

/// A pool without workspace belongs to the tenant.
Result<void> check_workspace(StateReader& states, LogId log, const std::string& id) {
  if (!id.empty()) {
    MUSTER_TRY(const AnyState* workspace, states.find({log, Aggregate::kWorkspace, {}, id}));
    if (workspace == nullptr) {
      return not_found("workspace");
    }
  }
  return {};
}

/// Whether neither users nor groups of a pool are left, deleted groups included.
Result<bool> is_empty(StateReader& states, LogId log, StreamId pool) {
  MUSTER_TRY(const Counters users, states.counters(states.views().pool_count_key(log, pool)));
  MUSTER_TRY(const Counters groups, states.counters(states.views().pool_groups_key(log, pool)));
  return users == Counters{} && groups == Counters{};
}

bool differs(const PoolState& pool, const PoolReplaced& event) {
  return pool.name != event.name || pool.payload_schema_id != event.payload_schema_id ||
         pool.metadata_schema_id != event.metadata_schema_id ||
         pool.business_metadata_schema_id != event.business_metadata_schema_id ||
         pool.identifier_case_insensitive != event.identifier_case_insensitive ||
         pool.settings != event.settings;
}

}  // namespace

Result<PoolBody> read_pool(JsonValue body, const PoolOptions& options) {
  Faults types;
  Faults values;
  PoolBody pool;
  if (!body.is_object()) {
    return failure_at(Errc::kInvalidSyntax, "invalid_body", "", "must be an object");
  }
  read_text(body, "id", pool.id, types);
  read_text(body, "name", pool.name, types);
  read_text(body, "workspace_id", pool.workspace_id, types);
  read_text(body, "payload_schema_id", pool.payload_schema_id, types);
  read_text(body, "metadata_schema_id", pool.metadata_schema_id, types);
  read_text(body, "business_metadata_schema_id", pool.business_metadata_schema_id, types);
  if (const auto flag = body.find_set("identifier_case_insensitive")) {
    if (!flag->is_bool()) {
      types.add("/identifier_case_insensitive", "type", "must be a boolean");
    }
    pool.identifier_case_insensitive = flag->flag().value_or(false);
  }
  pool.settings = read_pool_settings(body, types, values);
  check_pool(values, pool, options);
  MUSTER_CHECKED(types.done("invalid_body", Errc::kInvalidSyntax));
  MUSTER_CHECKED(values.done("invalid_request"));
  return pool;
}

Result<Decide> prepare_create_pool(const DomainPorts& ports,
                                   const PoolOptions& options,
                                   CreatePool input) {
  Faults faults;
  PoolBody& body = input.body;
  check_pool(faults, body, options);
  if (!input.indexed && input.payload_schema) {
    input.indexed = input.payload_schema->compiled->top_level_string_members(kIndexedMembersMax);
  }
  std::vector<std::string> indexed = std::move(input.indexed).value_or(std::vector<std::string>{});
  check_indexed(faults, indexed);
  MUSTER_CHECKED(faults.done("invalid_request"));

  const StreamId stream = make_stream(ports);
  PoolCreated event{body.id.empty() ? stream.text() : std::move(body.id),
                    std::move(body.name),
                    std::move(body.payload_schema_id),
                    std::move(body.metadata_schema_id),
                    std::move(body.business_metadata_schema_id),
                    body.identifier_case_insensitive,
                    body.settings.to_json(),
                    std::move(indexed),
                    body.workspace_id,
                    input.connected ? std::vector{body.workspace_id} : std::vector<std::string>{}};
  const StateAddress address{input.log, Aggregate::kPool, {}, event.id};
  MUSTER_TRY(Draft draft, make_draft(ports.sealer, input.log, stream, Slot{0}, event));
  Decide create = begin_stream({address, stream, std::move(draft)}, "pool_id");
  return Decide{[event = std::move(event),
                 log = input.log,
                 read = std::move(input.payload_schema),
                 create = std::move(create)](StateReader& states, Micros now) -> Result<Decision> {
    MUSTER_CHECKED(check_workspace(states, log, event.workspace));
    const SchemaClaim claim{event.payload_schema_id, "/payload", read, {}};
    MUSTER_CHECKED(check_schema(states, log, claim));
    MUSTER_CHECKED(check_other_schemas(
        states, log, event.metadata_schema_id, event.business_metadata_schema_id));
    return create(states, now);
  }};
}

Result<Decide> prepare_replace_pool(const DomainPorts& ports,
                                    const PoolOptions& options,
                                    ReplacePool input) {
  Faults faults;
  PoolBody& body = input.body;
  body.id.clear();
  check_pool(faults, body, options);
  MUSTER_CHECKED(faults.done("invalid_request"));
  PoolReplaced replaced{std::move(body.name),
                        std::move(body.payload_schema_id),
                        std::move(body.metadata_schema_id),
                        std::move(body.business_metadata_schema_id),
                        body.identifier_case_insensitive,
                        body.settings.to_json()};
  // Nothing is sealed, so the draft needs no stream yet.
  MUSTER_TRY(Draft made, make_draft(ports.sealer, input.log, {}, Slot{0}, std::move(replaced)));
  const auto draft = std::make_shared<const Draft>(std::move(made));
  const StateAddress address{input.log, Aggregate::kPool, {}, std::move(input.id)};
  return Decide{[address, draft](StateReader& states, Micros) -> Result<Decision> {
    const auto& event = std::get<PoolReplaced>(draft->event);
    MUSTER_TRY(const PoolState* pool, states.get<PoolState>(address));
    if (pool == nullptr) {
      return not_found("pool");
    }
    MUSTER_CHECKED(find_schema(states, address.log, event.payload_schema_id, "/payload_schema_id"));
    MUSTER_CHECKED(check_other_schemas(
        states, address.log, event.metadata_schema_id, event.business_metadata_schema_id));
    if (pool->identifier_case_insensitive != event.identifier_case_insensitive) {
      const std::string key = states.views().pool_count_key(address.log, pool->head.stream);
      MUSTER_TRY(const Counters users, states.counters(key));
      if (users != Counters{}) {
        return failure_at(Errc::kConflict,
                          "pool_not_empty",
                          "/identifier_case_insensitive",
                          event.identifier_case_insensitive
                              ? "the pool has users: turn it on by a POST to "
                                "/api/muster/{tid}/pools/{ipID}/folding"
                              : "cannot be turned off while the pool has users");
      }
    }
    if (!differs(*pool, event)) {
      return Decision{{}, address, {}};
    }
    return Decision{{Fact{address, pool->head.stream, *draft}}, address, {}};
  }};
}

Result<Decide> prepare_connect_pool(ConnectPool input) {
  const StateAddress address{input.log, Aggregate::kPool, {}, std::move(input.id)};
  return Decide{[address, workspace = std::move(input.workspace), wanted = input.connected](
                    StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, states.get<PoolState>(address));
    if (pool == nullptr) {
      return not_found("pool");
    }
    const bool connected = std::ranges::find(pool->connected, workspace) != pool->connected.end();
    if (wanted) {
      MUSTER_CHECKED(check_workspace(states, address.log, workspace));
    }
    if (connected == wanted) {
      return Decision{{}, address, {}};
    }
    if (wanted && pool->connected.size() >= kConnectedWorkspacesMax) {
      return failure(Errc::kInvalid, "too_many_workspaces", "a pool serves at most 100 workspaces");
    }
    AnyEvent event = wanted ? AnyEvent{PoolConnected{workspace}} : PoolDisconnected{workspace};
    Fact fact{address, pool->head.stream, open_draft(std::move(event))};
    return Decision{{std::move(fact)}, address, {}};
  }};
}

Result<Decide> prepare_delete_pool(DeletePool input) {
  const StateAddress address{input.log, Aggregate::kPool, {}, std::move(input.id)};
  return Decide{[address](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, states.get<PoolState>(address));
    if (pool == nullptr) {
      return not_found("pool");
    }
    Fact fact{address, pool->head.stream, open_draft(PoolDeleted{})};
    return Decision{{std::move(fact)}, address, {}};
  }};
}

Result<Decide> prepare_empty_pool_step(EmptyPoolStep input) {
  if (input.users.size() + input.groups.size() > kEmptyPoolStepMax) {
    return failure(Errc::kTooLarge, "command_too_large", "at most 500 users and groups a step");
  }
  const StateAddress address{input.log, Aggregate::kDeletedPool, {}, input.pool.text()};
  const auto step = std::make_shared<const EmptyPoolStep>(std::move(input));
  return Decide{[address, step](StateReader& states, Micros) -> Result<Decision> {
    Decision decision{{}, address, {}};
    MUSTER_TRY(const PoolState* pool, states.get<PoolState>(address));
    if (pool == nullptr) {
      return decision;
    }
    if (step->users.empty() && step->groups.empty()) {
      MUSTER_TRY(const bool empty, is_empty(states, step->log, step->pool));
      if (!empty) {
        return stale();
      }
      decision.facts.push_back({address, step->pool, open_draft(PoolEmptied{})});
    }
    const Draft end = end_of_user(*pool);
    for (const std::string& id : step->users) {
      const StateAddress place{step->log, Aggregate::kUser, step->pool, id};
      MUSTER_TRY(const UserState* user, states.get<UserState>(place));
      if (user != nullptr) {
        decision.facts.push_back({place, user->head.stream, end});
      }
    }
    for (const std::string& id : step->groups) {
      const StateAddress place{step->log, Aggregate::kGroup, step->pool, id};
      MUSTER_TRY(const GroupState* group, states.get<GroupState>(place));
      if (group != nullptr) {
        decision.facts.push_back({place, group->head.stream, open_draft(GroupDeleted{})});
      }
    }
    return decision;
  }};
}

}  // namespace muster
