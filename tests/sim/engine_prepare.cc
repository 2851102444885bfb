#include <map>

#include "engine/administration/commands.h"
#include "engine/pools/pool_commands.h"
#include "engine/pools/schema_commands.h"
#include "engine/users/commands.h"
#include "engine/users/folding.h"
#include "tests/sim/engine.h"

namespace muster::sim {
namespace {

constexpr PoolOptions kPoolOptions{};

/// Schemas of all worlds are few, and compiling one takes as long as fifty commands.
std::shared_ptr<const CompiledSchema> compiled(const std::string& text) {
  static std::map<std::string, std::shared_ptr<const CompiledSchema>> known;
  auto& entry = known[text];
  if (entry == nullptr) {
    auto made = CompiledSchema::compile(text);
    check(made.has_value(), "stored schemas compile");
    entry = *made;
  }
  return entry;
}

NewIdentifier identifier_of(const Part& part) {
  return {part.type, part.value, {note_of(part.note)}};
}

NewAddress address_of(const Part& part) {
  return {part.type, part.value, part.verified, part.status, "", {}};
}

NewCredential password_of(int number) {
  NewCredential credential;
  credential.type = "password";
  credential.password = PasswordHash{
      DigestHash{DigestFunction::kSha256, std::to_string(number), std::string(32, 'd')}};
  return credential;
}

CreateUser entry_of(const Intent& intent) {
  const Person& person = intent.person;
  CreateUser input;
  input.log = intent.log;
  input.id = intent.id;
  input.status = person.status;
  input.user_type = person.jit ? "jit" : "";
  input.values.payload.text = payload_of(person.level, person.name);
  input.values.metadata.text = note_of(person.note);
  input.schema_ids.payload = person.schema;
  for (const Part& part : person.identifiers) {
    input.identifiers.push_back(identifier_of(part));
  }
  for (const Part& part : person.addresses) {
    input.addresses.push_back(address_of(part));
  }
  if (person.password != 0) {
    input.credentials.push_back(password_of(person.password));
  }
  return input;
}

PoolBody pool_body_of(const Intent& intent) {
  PoolBody body;
  body.id = intent.id;
  body.name = intent.name;
  body.payload_schema_id = intent.schema;
  body.identifier_case_insensitive = intent.folds;
  body.settings.description = intent.text;
  return body;
}

Result<Decide> prepare_folding(const Intent& intent) {
  FoldingPool pool{intent.log, intent.id, intent.stream};
  switch (intent.fold) {
    case Fold::kStart:
      return prepare_start_folding(std::move(pool));
    case Fold::kStep:
      return prepare_folding_step({std::move(pool), intent.users, intent.folds});
    case Fold::kEnd:
      return prepare_end_folding(std::move(pool));
    case Fold::kCancel:
      break;
  }
  return prepare_cancel_folding(std::move(pool));
}

}  // namespace

std::optional<SchemaWithRevision> Engine::schema(LogId log, const std::string& id) const {
  const auto found = read<SchemaState>({log, Aggregate::kSchema, {}, id});
  if (!found) {
    return std::nullopt;
  }
  return SchemaWithRevision{
      id, found->head.stream, found->head.revision, compiled(found->schema.text)};
}

std::optional<PoolState> Engine::pool(LogId log, const std::string& id) const {
  return read<PoolState>({log, Aggregate::kPool, {}, id});
}

UserSchemas Engine::schemas_for(const Intent& intent, const std::string& payload_schema) const {
  const std::string& asked = intent.person.schema;
  return {schema(intent.log, asked.empty() ? payload_schema : asked),
          schema(intent.log, std::string{kDefaultMetadataSchema}),
          std::nullopt,
          intent.in_place};
}

Result<Decide> Engine::prepare_creation(const Intent& intent, const PoolState& in) {
  CreateUser input = entry_of(intent);
  if (intent.kind == Kind::kCreateUser) {
    input.schemas = schemas_for(intent, in.payload_schema_id);
    return prepare_create_user(ports_, in, std::move(input));
  }
  const auto stored = read<UserState>({intent.log, Aggregate::kUser, in.head.stream, intent.id});
  input.schemas = schemas_for(intent, stored ? stored->payload_schema_id : in.payload_schema_id);
  return prepare_upsert_user(ports_, in, stored ? &*stored : nullptr, {std::move(input)});
}

Result<Decide> Engine::prepare_of(const Intent& intent,
                                  const PoolState& in,
                                  const UserState& user) {
  const UserTarget target{intent.log, in, user};
  switch (intent.kind) {
    case Kind::kReplaceUser: {
      ReplaceUser input;
      input.status = intent.person.status;
      input.values.payload.text = payload_of(intent.person.level, intent.person.name);
      input.values.metadata.text = note_of(intent.person.note);
      input.schema_ids.payload = intent.person.schema;
      input.schemas = schemas_for(intent, user.payload_schema_id);
      return prepare_replace_user(ports_, target, std::move(input));
    }
    case Kind::kAddIdentifier:
      return prepare_add_identifier(ports_, target, identifier_of(intent.part));
    case Kind::kAddAddress:
      return prepare_add_address(ports_, target, address_of(intent.part));
    case Kind::kUpdateAddress:
      return prepare_update_address(ports_,
                                    target,
                                    {intent.part.value,
                                     intent.part.status,
                                     intent.part.verified,
                                     std::nullopt,
                                     std::nullopt});
    case Kind::kSetCredential:
      return prepare_set_credential(ports_, target, password_of(intent.number));
    default: {
      const Credential* held = user.find_credential("password");
      if (held == nullptr) {
        return not_found("credential");
      }
      Credential verified = *held;
      verified.state = intent.text;
      verified.secret.text =
          R"({"hashed_password":)" + password_of(intent.number).password->to_json() + "}";
      return prepare_note_password_verified({intent.log, intent.pool, intent.id}, verified);
    }
  }
}

Result<Decide> Engine::prepare_by_name(const Intent& intent) {
  const UserName name{intent.log, intent.pool, intent.id};
  switch (intent.kind) {
    case Kind::kRemoveIdentifier:
      return prepare_remove_identifier(name, intent.part.value);
    case Kind::kRemoveAddress:
      return prepare_remove_address(name, intent.part.value);
    case Kind::kChangePasswordState:
      return prepare_change_password_state(name, intent.text);
    case Kind::kDeleteUser:
      return prepare_delete_user(name);
    default:
      return prepare_erase_user(name);
  }
}

Result<Decide> Engine::prepare_user(const Intent& intent) {
  const auto in = pool(intent.log, intent.pool);
  if (!in) {
    return not_found("pool");
  }
  if (intent.kind == Kind::kCreateUser || intent.kind == Kind::kUpsertUser) {
    return prepare_creation(intent, *in);
  }
  const auto user = read<UserState>({intent.log, Aggregate::kUser, in->head.stream, intent.id});
  if (!user) {
    return not_found("user");
  }
  return prepare_of(intent, *in, *user);
}

Result<Decide> Engine::prepare_directory(const Intent& intent) {
  const LogId log = intent.log;
  const std::string description = "level " + std::to_string(intent.level);
  switch (intent.kind) {
    case Kind::kCreatePool:
      return prepare_create_pool(
          ports_,
          kPoolOptions,
          {log, pool_body_of(intent), schema(log, intent.schema), std::nullopt});
    case Kind::kReplacePool:
      return prepare_replace_pool(ports_, kPoolOptions, {log, intent.id, pool_body_of(intent)});
    case Kind::kDeletePool:
      return prepare_delete_pool({log, intent.id});
    case Kind::kEmptyPoolStep:
      return prepare_empty_pool_step({log, intent.stream, intent.users});
    case Kind::kFoldPool:
      return prepare_folding(intent);
    case Kind::kCreateSchema:
      return prepare_create_schema(
          ports_,
          {log, intent.id, intent.name, description, {schema_of(intent.level)}, intent.system});
    case Kind::kReplaceSchema:
      return prepare_replace_schema(
          ports_, {log, intent.id, intent.name, description, {schema_of(intent.level)}, false});
    default:
      return prepare_delete_schema({log, intent.id});
  }
}

Result<Decide> Engine::prepare_administration(const Intent& intent) {
  const LogId log = intent.log;
  switch (intent.kind) {
    case Kind::kCreateClient:
      return prepare_create_client(ports_,
                                   {log,
                                    intent.id,
                                    intent.text,
                                    "Client " + intent.id,
                                    {"identity", "profile"},
                                    digest_text(intent.number)});
    case Kind::kRotateClientSecret: {
      const auto client = read<ClientState>({log, Aggregate::kClient, {}, intent.id});
      if (!client) {
        return not_found("client");
      }
      return prepare_rotate_client_secret(ports_, *client, {log, digest_text(intent.number)});
    }
    case Kind::kDeleteClient:
      return prepare_delete_client({log, intent.id});
    case Kind::kCreateWorkspace:
      return prepare_create_workspace(ports_, {log, intent.id, ""});
    case Kind::kCreateTenant:
      return prepare_create_tenant(
          ports_, {intent.id, "", LogId{static_cast<std::uint32_t>(intent.number)}});
    default:
      return prepare_create_signing_key(
          ports_,
          {log, digest_text(intent.number), "ES256", {R"({"kty":"EC"})"}, {R"({"d":"secret"})"}});
  }
}

Result<Decide> Engine::prepare(const Intent& intent) {
  switch (intent.kind) {
    case Kind::kCreateUser:
    case Kind::kUpsertUser:
    case Kind::kReplaceUser:
    case Kind::kAddIdentifier:
    case Kind::kAddAddress:
    case Kind::kUpdateAddress:
    case Kind::kSetCredential:
    case Kind::kNotePasswordVerified:
      return prepare_user(intent);
    case Kind::kDeleteUser:
    case Kind::kEraseUser:
    case Kind::kRemoveIdentifier:
    case Kind::kRemoveAddress:
    case Kind::kChangePasswordState:
      return prepare_by_name(intent);
    case Kind::kCreatePool:
    case Kind::kReplacePool:
    case Kind::kDeletePool:
    case Kind::kEmptyPoolStep:
    case Kind::kFoldPool:
    case Kind::kCreateSchema:
    case Kind::kReplaceSchema:
    case Kind::kDeleteSchema:
      return prepare_directory(intent);
    case Kind::kCreateClient:
    case Kind::kRotateClientSecret:
    case Kind::kDeleteClient:
    case Kind::kCreateWorkspace:
    case Kind::kCreateTenant:
    case Kind::kCreateSigningKey:
      return prepare_administration(intent);
  }
  return failure(Errc::kInvalid, "no_such_kind");
}

}  // namespace muster::sim
