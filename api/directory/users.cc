#include <array>

#include "api/directory/access.h"
#include "api/directory/answers.h"
#include "api/directory/body.h"
#include "api/directory/handlers.h"
#include "api/directory/parameters.h"
#include "api/directory/subjects.h"
#include "api/server/answer_budget.h"
#include "api/server/compiled_schemas.h"
#include "api/server/erase_person.h"
#include "engine/credentials/password_policy.h"
#include "engine/pools/pool_settings.h"
#include "engine/users/create.h"
#include "projections/documents.h"

namespace muster {
namespace {

bool is_system(const Context& context) {
  return context.caller.workspace == kSystemWorkspace;
}

/// `first` unless it is empty.
const std::string& either(const std::string& first, const std::string& second) {
  return first.empty() ? second : first;
}

/// The schemas of those ids, to validate with.
Result<UserSchemas> find_schemas(const Context& context, const UserSchemaIds& ids) {
  const auto find = [&](const std::string& id) {
    return context.services.schemas.find(context.point, context.log(), id);
  };
  UserSchemas schemas;
  MUSTER_TRY(schemas.payload, find(ids.payload));
  MUSTER_TRY(schemas.metadata, find(ids.metadata));
  MUSTER_TRY(schemas.business_metadata, find(ids.business_metadata));
  schemas.in_place = context.attempt >= kAttemptsInPlace;
  return schemas;
}

/// Puts `pointer` before the pointers of the faults.
Failure below(Failure refusal, std::string_view pointer) {
  for (Fault& fault : refusal.faults) {
    fault.pointer.insert(0, pointer);
  }
  return refusal;
}

Result<PasswordHash> hash_new_password(const Context& context,
                                       const PoolSettings& settings,
                                       const std::string& password) {
  MUSTER_CHECKED(check_password_policy(settings.password_policy, password, {}));
  std::array<std::uint8_t, kSaltBytes> salt{};
  context.services.domain.entropy.fill(salt);
  const std::string_view bytes{reinterpret_cast<const char*>(salt.data()), salt.size()};
  return hash_password(settings.hashing_method, password, bytes);
}

/// The policy holds for passwords that administrators choose too (N-57).
Result<void> hash_passwords(const Context& context, const PoolState& pool, NewUserBody& body) {
  // One user has one password; more would be refused later anyway, and each costs a hash.
  MUSTER_CHECKED(check_repeated(pool, body.user));
  for (std::size_t i = 0; i < body.passwords.size(); ++i) {
    if (!body.passwords[i]) {
      continue;
    }
    auto hash = hash_new_password(context, settings_of(pool), *body.passwords[i]);
    if (!hash) {
      return below(std::move(hash).error(), "/credentials/" + std::to_string(i));
    }
    body.user.credentials[i].password = std::move(*hash);
  }
  return {};
}

Result<Step> create_user_of(const Context& context, const PoolState& pool, NewUserBody body) {
  body.user.log = context.log();
  const UserSchemaIds& asked = body.user.schema_ids;
  MUSTER_TRY(body.user.schemas,
             find_schemas(context,
                          {either(asked.payload, pool.payload_schema_id),
                           either(asked.metadata, pool.metadata_schema_id),
                           either(asked.business_metadata, pool.business_metadata_schema_id)}));
  MUSTER_CHECKED(hash_passwords(context, pool, body));
  Prepared prepared;
  MUSTER_TRY(prepared.decide,
             prepare_create_user(context.services.domain, pool, std::move(body.user)));
  return Step{std::move(prepared)};
}

/// Delegated administrators see and say nothing of metadata.
void forget_metadata(UserValues& values, UserSchemaIds& ids) {
  values.metadata = {};
  values.business_metadata = {};
  ids.metadata.clear();
  ids.business_metadata.clear();
}

/// `with_total`, ours: users are counted per pool, not per filter.
Result<std::optional<std::uint64_t>> total_of(const Context& context,
                                              const PoolState& pool,
                                              const UserList& list) {
  MUSTER_TRY(const bool wanted, read_flag(context.request, "with_total"));
  if (!wanted) {
    return std::optional<std::uint64_t>{};
  }
  if (list.filter) {
    return failure_at(Errc::kInvalid,
                      "total_not_counted",
                      "with_total",
                      "cannot be combined with query: only all users of a pool are counted");
  }
  MUSTER_TRY(const Counters users,
             context.services.directory.pool_users(context.point, context.log(), pool.head.stream));
  return std::optional{static_cast<std::uint64_t>(users[0] + users[1])};
}

}  // namespace

Result<Step> list_users(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserList list, read_user_list(context.request));
  const PoolAt at{context.point, context.log(), *pool};
  MUSTER_TRY(const auto users, context.services.users.list(at, list.query));
  MUSTER_TRY(const auto total, total_of(context, *pool, list));
  MUSTER_TRY(Response response, user_list_response(context, users, total));
  return Step{std::move(response)};
}

Result<Step> list_users_b2b(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserList list, read_user_list(context.request));
  if (list.query.metadata) {
    // What may not be seen may not be guessed by asking for it either.
    MUSTER_CHECKED(check_permission(context, *pool, Permission::kB2bReadAdminMetadata));
  }
  const PoolAt at{context.point, context.log(), *pool};
  MUSTER_TRY(const auto users, context.services.users.list(at, list.query));
  MUSTER_TRY(const auto total, total_of(context, *pool, list));
  std::string json = list_document(
      "users",
      users,
      [&](std::string& out, const UserState& user) {
        note_shown(context, user.head);
        append_extended_user(out, context.tenant(), user, UserForm::kBase);
      },
      total);
  const std::string etag = digest_etag(context, json);
  MUSTER_TRY(Response response, context.services.answers.json(std::move(json)));
  response.add_header("ETag", etag);
  return Step{std::move(response)};
}

bool may_have_password(const Request& request) {
  // Member names may be spelled with escapes.
  return request.body.find("\"password\"") != std::string::npos ||
         request.body.find("\\u") != std::string::npos;
}

Result<Step> create_user(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(NewUserBody body, read_new_user(context.request, is_system(context)));
  return create_user_of(context, *pool, std::move(body));
}

Result<Step> create_b2b_user(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(NewUserBody body, read_new_user(context.request, false));
  forget_metadata(body.user.values, body.user.schema_ids);
  return create_user_of(context, *pool, std::move(body));
}

Result<Step> get_user(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  return Step{user_response(context, row)};
}

Result<Step> get_b2b_user(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  MUSTER_TRY(Response response, base_user_response(context, user));
  return Step{std::move(response)};
}

Result<Step> get_user_by_key(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserKey key, read_user_key(context.request));
  const PoolAt at{context.point, context.log(), *pool};
  const Users& users = context.services.users;
  MUSTER_TRY(const auto row,
             key.identifier.empty() ? users.find_by_verified_address(at, key.address)
                                    : users.find_by_identifier(at, key.identifier));
  if (!row) {
    return not_found("user");
  }
  return Step{user_response(context, *row)};
}

Result<Step> update_user(const Context& context) {
  MUSTER_TRY(ReplaceUser changes, read_user_changes(context.request));
  return replace_user(context, std::move(changes));
}

Result<Step> update_b2b_user(const Context& context) {
  MUSTER_TRY(ReplaceUser changes, read_user_changes(context.request));
  forget_metadata(changes.values, changes.schema_ids);
  return replace_user(context, std::move(changes));
}

Result<Step> replace_user(const Context& context, ReplaceUser changes) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  const UserSchemaIds& asked = changes.schema_ids;
  MUSTER_TRY(changes.schemas,
             find_schemas(context,
                          {either(asked.payload, user.payload_schema_id),
                           either(asked.metadata, user.metadata_schema_id),
                           either(asked.business_metadata, user.business_metadata_schema_id)}));
  Prepared prepared;
  prepared.precondition = user_address(context, *pool);
  MUSTER_TRY(
      prepared.decide,
      prepare_replace_user(
          context.services.domain, UserTarget{context.log(), *pool, user}, std::move(changes)));
  return Step{std::move(prepared)};
}

Result<Step> patch_user(const Context& context) {
  MUSTER_TRY(const auto pool, find_pool(context));
  MUSTER_TRY(PatchUser patch, read_user_patch(context.request));
  MUSTER_TRY(const UserRow row, find_user(context, *pool));
  MUSTER_TRY(const UserState user, row.state(*pool));
  MUSTER_TRY(
      patch.schemas,
      find_schemas(
          context,
          {user.payload_schema_id, user.metadata_schema_id, user.business_metadata_schema_id}));
  Prepared prepared;
  prepared.precondition = user_address(context, *pool);
  MUSTER_TRY(
      prepared.decide,
      prepare_patch_user(
          context.services.domain, UserTarget{context.log(), *pool, user}, std::move(patch)));
  return Step{std::move(prepared)};
}

Result<Step> delete_user(const Context& context) {
  // Ours: erases the person beyond deletion.
  MUSTER_TRY(const bool erase, read_flag(context.request, "erase"));
  UserName name = named_user(context);
  Prepared prepared;
  MUSTER_TRY(prepared.precondition, user_precondition(context));
  if (!erase) {
    MUSTER_TRY(prepared.decide, prepare_delete_user(std::move(name)));
    return Step{std::move(prepared)};
  }
  MUSTER_TRY(const auto pool, find_pool(context));
  const auto stream = Uuid::parse(name.user_id);
  const auto row = find_user(context, *pool);
  if (!row && row.error().code == Errc::kNotFound && stream) {
    // Who was deleted is known by its stream.
    MUSTER_TRY(prepared.decide,
               prepare_erase_person(context.services.log,
                                    context.services.domain.sealer,
                                    {context.log(), StreamId{*stream}, pool->head.stream}));
    return Step{std::move(prepared)};
  }
  MUSTER_TRY(prepared.decide, prepare_erase_user(std::move(name)));
  return Step{std::move(prepared)};
}

}  // namespace muster
