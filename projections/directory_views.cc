#include "projections/directory_views.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/core/check.h"
#include "engine/core/json.h"
#include "engine/text/fold.h"
#include "projections/keys.h"

namespace muster {
namespace {

/// Adds a row unless there is one under the same key.
void add_once(RowSet& out, Row row) {
  const auto same = [&](const Row& other) {
    return other.view == row.view && other.key == row.key;
  };
  if (std::ranges::none_of(out.rows, same)) {
    out.rows.push_back(std::move(row));
  }
}

/// One reference to each distinct schema.
template <std::size_t N>
void add_schema_uses(RowSet& out, LogId log, const std::array<std::string_view, N>& ids) {
  for (std::size_t i = 0; i < N; ++i) {
    const auto earlier = std::span{ids}.first(i);
    if (!ids[i].empty() && std::ranges::find(earlier, ids[i]) == earlier.end()) {
      out.tallies.push_back({schema_uses_key(log, ids[i]), {1, 0}});
    }
  }
}

/// What the rows of one state are made of.
struct RowsOf {
  const AnyState& any;
  const RowContext& context;
  RowSet& out;

  void primary(Aggregate aggregate, const std::string& id) const {
    out.rows.push_back({View::kStates, state_key(context.log, aggregate, id), encoded(), true});
  }

  [[nodiscard]] std::string encoded() const {
    return context.keys_only ? std::string{} : encode_state_row(any);
  }

  void operator()(const std::monostate&) const {}

  void operator()(const TenantState& state) const { primary(Aggregate::kTenant, state.id); }

  void operator()(const WorkspaceState& state) const {
    primary(Aggregate::kWorkspace, state.id);
    if (!state.parent.empty()) {
      out.tallies.push_back({workspace_uses_key(context.log, state.parent), {0, 1}});
    }
  }

  void operator()(const ClientState& state) const {
    primary(Aggregate::kClient, state.id);
    out.tallies.push_back({workspace_uses_key(context.log, state.workspace), {0, 1}});
    role_uses(state.roles);
  }

  /// A workspace goes only once nobody has a role in it: another of the same id must not inherit
  /// it.
  void role_uses(const std::vector<RoleGrant>& roles) const {
    for (const RoleGrant& grant : roles) {
      if (!grant.workspace.empty()) {
        out.tallies.push_back({workspace_uses_key(context.log, grant.workspace), {0, 1}});
      }
    }
  }

  void operator()(const SigningKeyState& state) const { primary(Aggregate::kSigningKey, state.id); }

  void operator()(const WebhookState& state) const { primary(Aggregate::kWebhook, state.id); }

  void operator()(const SchemaState& state) const {
    primary(Aggregate::kSchema, state.id);
    out.rows.push_back({View::kStates,
                        schema_name_key(context.log, state.name),
                        owner_value(state.head, state.id),
                        true});
    if (state.checked != state.version) {
      out.rows.push_back({View::kStates,
                          unchecked_schemas_prefix(context.log) + state.id,
                          since_value(state.head),
                          false});
    }
  }

  void operator()(const PoolState& state) const {
    if (state.deleting) {
      primary(Aggregate::kDeletedPool, state.head.stream.text());
      return;
    }
    primary(Aggregate::kPool, state.id);
    out.rows.push_back({View::kStates,
                        pool_name_key(context.log, state.name),
                        owner_value(state.head, state.id),
                        true});
    add_schema_uses(
        out,
        context.log,
        std::array<std::string_view, 3>{
            state.payload_schema_id, state.metadata_schema_id, state.business_metadata_schema_id});
    if (state.folding == kFoldingBuilding || state.folding == kFoldingUndoing) {
      out.rows.push_back(
          {View::kStates, foldings_prefix(context.log) + state.id, since_value(state.head), false});
    }
    workspace_rows(state, state.workspace);
    for (const std::string& workspace : state.connected) {
      if (workspace != state.workspace) {
        workspace_rows(state, workspace);
      }
    }
  }

  void workspace_rows(const PoolState& state, const std::string& workspace) const {
    if (workspace.empty()) {
      return;
    }
    out.rows.push_back({View::kStates,
                        workspace_pool_names_prefix(context.log, workspace) + state.name,
                        owner_value(state.head, state.id),
                        false});
    out.rows.push_back({View::kStates,
                        workspace_pool_ids_prefix(context.log, workspace) + state.id,
                        since_value(state.head),
                        false});
    out.tallies.push_back({workspace_uses_key(context.log, workspace), {1, 0}});
  }

  void operator()(const GroupState& state) const {
    out.tallies.push_back({pool_group_count_key(context.log, state.pool),
                           {1, static_cast<std::int64_t>(raw(state.head.last))}});
    if (!state.parent.is_nil()) {
      out.tallies.push_back({group_content_count_key(context.log, state.parent), {0, 1}});
    }
    if (state.deleting) {
      primary(Aggregate::kDeletedGroup, state.head.stream.text());
      return;
    }
    const PoolKeys keys{context.log, state.pool};
    out.rows.push_back({View::kGroups, keys.group(state.id), encoded(), true});
    out.rows.push_back({View::kGroups,
                        keys.group_name(state.parent, state.name),
                        owner_value(state.head, state.id),
                        true});
  }

  void operator()(const UserState& user) const {
    if (user.erased) {
      primary(Aggregate::kErasedUser, user.head.stream.text());
      if (!user.certified) {
        out.rows.push_back({View::kStates,
                            open_erasures_prefix(context.log) + user.head.stream.text(),
                            {},
                            false});
      }
      return;
    }
    check(context.pool != nullptr, "rows of a user need its pool");
    const PoolKeys keys{context.log, user.pool};
    out.rows.push_back(
        {View::kUsers,
         keys.user(user.id),
         context.keys_only ? std::string{} : encode_user_row(user, context.tenant_id),
         true});
    const bool folds = folds_every_row(*context.pool);
    user_keys(user, keys, KeyRows::kOfEveryUser, folds);
    if (user.keys_folded) {
      user_keys(user, keys, KeyRows::kFolded, true);
      out.tallies.push_back({pool_folded_count_key(context.log, user.pool), {1, 0}});
    }
    user_index(user, keys);
    for (const Membership& membership : user.groups) {
      out.rows.push_back(
          {View::kGroups, keys.member(membership.group, user.id), since_value(user.head), false});
      out.tallies.push_back({group_content_count_key(context.log, membership.group), {1, 0}});
    }
    role_uses(user.roles);
    if (!user.unfit.empty()) {
      out.rows.push_back({View::kUserIndex, keys.unfit(user.id), since_value(user.head), false});
      out.tallies.push_back({pool_unfit_key(context.log, user.pool), {1, 0}});
    }
    const bool jit = user.user_type == "jit";
    out.rows.push_back({View::kUserIndex,
                        keys.arrival(user.head.first),
                        arrival_value(user.head, jit, user.id),
                        false});
    out.tallies.push_back({pool_users_key(context.log, user.pool), {jit ? 0 : 1, jit ? 1 : 0}});
    add_schema_uses(
        out,
        context.log,
        std::array<std::string_view, 3>{
            user.payload_schema_id, user.metadata_schema_id, user.business_metadata_schema_id});
  }

  void user_keys(const UserState& user, const PoolKeys& keys, KeyRows rows, bool folds) const {
    const std::string owner = owner_value(user.head, user.id);
    const std::string since = since_value(user.head);
    for (const Identifier& identifier : user.identifiers) {
      const std::string& form = folds ? folded_form(identifier) : identifier.value;
      add_once(out, {View::kUserKeys, keys.identifier(form, rows), owner, true});
      add_once(out, {View::kUserKeys, keys.from_end(form, user.id, rows), since, false});
    }
    for (const Address& address : user.addresses) {
      if (address.verified) {
        const std::string& form = folds ? folded_form(address) : address.value;
        add_once(out, {View::kUserKeys, keys.address(form, rows), owner, true});
        add_once(out, {View::kUserKeys, keys.from_end(form, user.id, rows), since, false});
      }
    }
  }

  void user_index(const UserState& user, const PoolKeys& keys) const {
    if (user.payload.empty() || context.pool->indexed.empty()) {
      return;
    }
    const auto payload = parse_json(user.payload.text);
    check(payload.has_value(), "a payload is JSON");
    for (std::size_t member = 0; member < context.pool->indexed.size(); ++member) {
      const auto value = payload->root().find(context.pool->indexed[member]);
      if (!value || !(value->is_string() || value->is_array())) {
        continue;  // never contains a text
      }
      const auto text = value->text();
      const bool indexed = text && is_indexed_value(*text);
      std::string key =
          indexed ? keys.indexed_prefix(member, *text) : keys.unindexed_prefix(member);
      out.rows.push_back(
          {View::kUserIndex, std::move(key += user.id), since_value(user.head), false});
    }
  }
};

Failure already_taken(std::string_view rule, std::string_view reason) {
  return failure(Errc::kAlreadyTaken, rule, reason);
}

Failure taken_group(char letter) {
  return letter == 'n'
             ? already_taken("group_name_taken",
                             "there is a group with this name below the same parent")
             : already_taken("group_id_taken", "the pool has a group with this id; choose another");
}

Failure taken_state(char letter) {
  switch (letter) {
    case 't':
      return already_taken("tenant_id_taken", "there is a tenant with this id");
    case 'w':
      return already_taken("workspace_id_taken", "there is a workspace with this id");
    case 'c':
      return already_taken("client_id_taken", "there is a client with this id");
    case 'k':
      return already_taken("signing_key_id_taken", "there is a signing key with this id");
    case 'x':
      return already_taken("webhook_id_taken", "there is a webhook with this id");
    case 's':
      return already_taken("schema_id_taken", "there is a schema with this id; choose another");
    case 'S':
      return already_taken("schema_name_taken", "there is a schema with this name; choose another");
    case 'P':
      return already_taken("pool_name_taken", "there is a pool with this name; choose another");
    default:
      return already_taken("pool_id_taken", "there is a pool with this id; choose another");
  }
}

}  // namespace

RowKey DirectoryViews::row_of(const StateAddress& address) const {
  if (address.aggregate == Aggregate::kUser) {
    return {View::kUsers, PoolKeys{address.log, address.pool}.user(address.id)};
  }
  if (address.aggregate == Aggregate::kGroup) {
    return {View::kGroups, PoolKeys{address.log, address.pool}.group(address.id)};
  }
  return {View::kStates, state_key(address.log, address.aggregate, address.id)};
}

Result<AnyState> DirectoryViews::decode(const StateAddress& address, std::string_view value) const {
  if (address.aggregate == Aggregate::kUser) {
    MUSTER_TRY(UserState user, decode_user_row(address.pool, value));
    return AnyState{std::move(user)};
  }
  return decode_state_row(address.aggregate, value);
}

void DirectoryViews::rows(const AnyState& state, const RowContext& context, RowSet& out) const {
  if (has_rows(state)) {
    std::visit(RowsOf{state, context, out}, state);
  }
}

Failure DirectoryViews::taken(const Row& wanted) const {
  if (wanted.view == View::kUsers) {
    return already_taken("user_id_taken", "the pool has a user with this id; choose another");
  }
  const std::size_t letter = kLogBytes + kStreamBytes;
  if (wanted.view == View::kGroups) {
    return taken_group(wanted.key.size() > letter ? wanted.key[letter] : '\0');
  }
  if (wanted.view == View::kUserKeys) {
    if (wanted.key.size() > letter && (wanted.key[letter] == 'a' || wanted.key[letter] == 'A')) {
      return already_taken("address_taken", "another user of the pool has verified this address");
    }
    return already_taken("identifier_taken", "a user of the pool has this identifier");
  }
  return taken_state(wanted.key.size() > kLogBytes ? wanted.key[kLogBytes] : '\0');
}

std::string DirectoryViews::pool_count_key(LogId log, StreamId pool) const {
  return pool_users_key(log, pool);
}

std::string DirectoryViews::schema_use_key(LogId log, std::string_view schema_id) const {
  return schema_uses_key(log, schema_id);
}

std::string DirectoryViews::workspace_use_key(LogId log, std::string_view workspace_id) const {
  return workspace_uses_key(log, workspace_id);
}

std::string DirectoryViews::pool_groups_key(LogId log, StreamId pool) const {
  return pool_group_count_key(log, pool);
}

std::string DirectoryViews::pool_folded_key(LogId log, StreamId pool) const {
  return pool_folded_count_key(log, pool);
}

std::string DirectoryViews::group_content_key(LogId log, StreamId group) const {
  return group_content_count_key(log, group);
}

std::string comparison_form(const PoolState& pool, std::string_view value) {
  return pool.identifier_case_insensitive ? fold(value) : std::string{value};
}

KeyRows compared_rows(const PoolState& pool) {
  return finds_by_added_rows(pool) ? KeyRows::kFolded : KeyRows::kOfEveryUser;
}

}  // namespace muster
