/// A tenant with a pool and commands about users as a request would prepare them.
#pragma once

#include "engine/users/commands.h"
#include "tests/engine/support/tenant.h"

namespace muster {

inline constexpr const char* kAda =
    R"({"given_name":"Ada","family_name":"Lovelace","name":"Ada Lovelace"})";

inline JsonText json(std::string text) {
  return JsonText{std::move(text)};
}

inline PasswordHash hash_of(const std::string& salt) {
  return {DigestHash{DigestFunction::kSha256, salt, std::string(32, 'd')}};
}

inline NewCredential password(const std::string& salt) {
  NewCredential credential;
  credential.type = "password";
  credential.password = hash_of(salt);
  return credential;
}

class PeopleStory : public Story {
 public:
  explicit PeopleStory(PoolBody body = pool_body("people")) {
    given_system_schemas(*this);
    given_schema(*this, "open", R"({"type":"object"})");
    given_schema(*this, "numbered", R"({"type":"object","required":["number"]})");
    given(create_pool(*this, std::move(body)));
  }

  PoolState pool() { return pool_of(*this, "people"); }

  UserState user(const std::string& id = "ada") {
    return read<UserState>(Aggregate::kUser, id, pool().head.stream);
  }

  static UserName name(const std::string& id = "ada") { return {log, "people", id}; }

  /// The least that a user says.
  static CreateUser ada() {
    CreateUser input;
    input.log = log;
    input.id = "ada";
    input.status = "active";
    input.values.payload = json(kAda);
    return input;
  }

  /// Reads the schemas that the command needs.
  UserSchemas schemas(const UserSchemaIds& asked, const UserSchemaIds& otherwise) {
    const auto read_one = [&](const std::string& id, const std::string& other) {
      return read_schema_use(*this, id.empty() ? other : id);
    };
    return {read_one(asked.payload, otherwise.payload),
            read_one(asked.metadata, otherwise.metadata),
            read_one(asked.business_metadata, otherwise.business_metadata),
            false};
  }

  Result<Decide> create(CreateUser input) {
    const PoolState pool_now = pool();
    input.schemas = schemas(input.schema_ids, ids_of(pool_now));
    return prepare_create_user(ports(), pool_now, std::move(input));
  }

  Result<Decide> replace(ReplaceUser input) {
    const UserState ada_now = user();
    input.schemas = schemas(input.schema_ids, ids_of(ada_now));
    return replace_as_read(std::move(input));
  }

  Result<Decide> replace_as_read(ReplaceUser input) {
    return prepare(prepare_replace_user, std::move(input));
  }

  Result<Decide> upsert(CreateUser input) {
    const PoolState pool_now = pool();
    const auto found =
        states.get<UserState>({log, Aggregate::kUser, pool_now.head.stream, input.id});
    const bool stored = *found != nullptr;
    input.schemas = schemas(input.schema_ids, stored ? ids_of(**found) : ids_of(pool_now));
    return prepare_upsert_user(ports(), pool_now, *found, {std::move(input)});
  }

  /// Any of the commands that take a target, for ada.
  template <class Prepare, class Input>
  Result<Decide> prepare(Prepare prepare_it, Input input) {
    const PoolState pool_now = pool();
    const UserState ada_now = user();
    return prepare_it(ports(), UserTarget{log, pool_now, ada_now}, std::move(input));
  }

  template <class State>
  static UserSchemaIds ids_of(const State& state) {
    return {state.payload_schema_id, state.metadata_schema_id, state.business_metadata_schema_id};
  }
};

inline PoolBody case_insensitive() {
  PoolBody body = pool_body("people");
  body.identifier_case_insensitive = true;
  return body;
}

}  // namespace muster
