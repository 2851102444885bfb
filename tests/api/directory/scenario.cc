#include "tests/api/directory/scenario.h"

namespace muster::test {
namespace {

constexpr std::string_view kWrongTag = R"("0.999")";
constexpr std::string_view kNames =
    R"("payload":{"given_name":"Ann","family_name":"Lee","name":"Ann Lee"})";

void add(std::vector<Scene>& story, const std::vector<Scene>& scenes) {
  story.insert(story.end(), scenes.begin(), scenes.end());
}

// A scene reads best on few lines.
// clang-format off

std::vector<Scene> schema_scenes() {
  constexpr std::string_view kBody =
      R"({"tenant_id":"default","id":"{p}schema","name":"{p} schema","schema":{"type":"object","properties":{"nick":{"type":"string"}}}})";
  return {
      {"createSchema", 201, "a schema is created", Method::kPost, "/schemas", kBody},
      {"createSchema", 409, "its id is taken", Method::kPost, "/schemas", kBody},
      {"createSchema", 400, "a member has the wrong type", Method::kPost, "/schemas",
       R"({"name":7,"schema":{"type":"object"}})"},
      {"createSchema", 422, "a keyword is not supported", Method::kPost, "/schemas",
       R"({"name":"other","schema":{"type":"object","$ref":"#"}})"},
      {"listSchemas", 200, "schemas are listed", Method::kGet, "/schemas"},
      {"getSchema", 200, "a schema is read", Method::kGet, "/schemas/{p}schema"},
      {"getSchema", 404, "there is no such schema", Method::kGet, "/schemas/nowhere"},
      {"updateSchema", 200, "a schema is replaced", Method::kPut, "/schemas/{p}schema",
       R"({"tenant_id":"default","name":"{p} schema 2","schema":{"type":"object"}})"},
      {"updateSchema", 400, "the body is no JSON", Method::kPut, "/schemas/{p}schema", "{"},
      {"updateSchema", 404, "there is no such schema", Method::kPut, "/schemas/nowhere",
       R"({"name":"nowhere","schema":{"type":"object"}})"},
      {"updateSchema", 409, "system schemas never change", Method::kPut, "/schemas/default_payload",
       R"({"name":"user v1","schema":{"type":"object"}})"},
      {"updateSchema", 412, "somebody else was first", Method::kPut, "/schemas/{p}schema",
       R"({"name":"late","schema":{"type":"object"}})", "If-Match", kWrongTag},
      {"updateSchema", 422, "a schema needs a name", Method::kPut, "/schemas/{p}schema",
       R"({"schema":{"type":"object"}})"},
      {"deleteSchema", 409, "system schemas stay", Method::kDelete, "/schemas/default_metadata"},
      {"deleteSchema", 404, "there is no such schema", Method::kDelete, "/schemas/nowhere"},
      {"deleteSchema", 204, "a schema nobody uses goes", Method::kDelete, "/schemas/{p}schema"},
  };
}

std::vector<Scene> pool_scenes() {
  constexpr std::string_view kBody = R"({"tenant_id":"default","id":"{p}","name":"{p}"})";
  return {
      {"createPool", 201, "a pool is created", Method::kPost, "/pools", kBody},
      {"createPool", 201, "a second pool is created", Method::kPost, "/pools",
       R"({"tenant_id":"default","id":"{p}2","name":"{p}2"})"},
      {"createPool", 409, "its id is taken", Method::kPost, "/pools", kBody},
      {"createPool", 400, "a member has the wrong type", Method::kPost, "/pools",
       R"({"name":"x","identifier_case_insensitive":"yes"})"},
      {"createPool", 404, "its schema does not exist", Method::kPost, "/pools",
       R"({"name":"x","payload_schema_id":"nowhere"})"},
      {"createPool", 422, "its name has a space", Method::kPost, "/pools", R"({"name":"a b"})"},
      {"listPools", 200, "pools are listed", Method::kGet, "/pools"},
      {"listPools", 400, "the limit is too high", Method::kGet, "/pools?limit=101"},
      {"getPool", 200, "a pool is read", Method::kGet, "/pools/{p}"},
      {"getPool", 404, "there is no such pool", Method::kGet, "/pools/nowhere"},
      {"getPool", 412, "it is not the version asked for", Method::kGet, "/pools/{p}", {},
       "If-Match", kWrongTag},
      {"updatePool", 200, "a pool is replaced", Method::kPut, "/pools/{p}",
       R"({"tenant_id":"default","name":"{p}","description":"people"})"},
      {"updatePool", 400, "the body is no JSON", Method::kPut, "/pools/{p}", "nothing"},
      {"updatePool", 404, "there is no such pool", Method::kPut, "/pools/nowhere",
       R"({"name":"nowhere"})"},
      {"updatePool", 409, "another pool has the name", Method::kPut, "/pools/{p}",
       R"({"name":"{p}2"})"},
      {"updatePool", 412, "somebody else was first", Method::kPut, "/pools/{p}",
       R"({"name":"{p}"})", "If-Match", kWrongTag},
      {"updatePool", 422, "a pool needs a name", Method::kPut, "/pools/{p}", "{}"},
      {"deletePool", 412, "it is not the version asked for", Method::kDelete, "/pools/{p}2", {},
       "If-Match", kWrongTag},
      {"deletePool", 204, "a pool is deleted", Method::kDelete, "/pools/{p}2?with_idp=true"},
      {"deletePool", 404, "there is no such pool", Method::kDelete, "/pools/{p}2"},
  };
}

std::vector<Scene> user_scenes() {
  static const std::string kAnn =
      R"({"status":"active","id":"ann",)" + std::string{kNames} +
      R"(,"identifiers":[{"identifier":"ann@a.test","type":"email"}],)"
      R"("verifiable_addresses":[{"address":"ann@a.test","type":"email","status":"active","verified":true}],)"
      R"("credentials":[{"type":"password","password":"correct horse"}]})";
  static const std::string kBob = R"({"status":"active","id":"bob",)" + std::string{kNames} + "}";
  static const std::string kThief =
      R"({"status":"new","identifiers":[{"identifier":"ann@a.test","type":"email"}]})";
  return {
      {"createUser", 201, "a user is created", Method::kPost, "/pools/{p}/users", kAnn},
      {"createUser", 201, "a second user is created", Method::kPost, "/pools/{p}/users", kBob},
      {"createUser", 400, "a member has the wrong type", Method::kPost, "/pools/{p}/users",
       R"({"status":"new","identifiers":{}})"},
      {"createUser", 404, "there is no such pool", Method::kPost, "/pools/nowhere/users", kBob},
      {"createUser", 409, "an identifier is somebody else's", Method::kPost, "/pools/{p}/users",
       kThief},
      {"createUser", 422, "the payload breaks its schema", Method::kPost, "/pools/{p}/users",
       R"({"status":"active","payload":{"given_name":""}})"},
      {"listUsers", 200, "users are listed", Method::kGet, "/pools/{p}/users"},
      {"listUsers", 400, "the query is no JSON", Method::kGet, "/pools/{p}/users?query=x"},
      {"listUsers", 404, "there is no such pool", Method::kGet, "/pools/nowhere/users"},
      {"getUser", 200, "a user is read", Method::kGet, "/pools/{p}/users/ann"},
      {"getUser", 404, "there is no such user", Method::kGet, "/pools/{p}/users/nobody"},
      {"getUser", 412, "it is not the version asked for", Method::kGet, "/pools/{p}/users/ann", {},
       "If-Match", kWrongTag},
      {"updateUser", 200, "a user is changed", Method::kPut, "/pools/{p}/users/bob",
       R"({"status":"inactive"})"},
      {"updateUser", 400, "a member has the wrong type", Method::kPut, "/pools/{p}/users/bob",
       R"({"payload":"x"})"},
      {"updateUser", 404, "there is no such user", Method::kPut, "/pools/{p}/users/nobody",
       R"({"status":"active"})"},
      {"updateUser", 412, "somebody else was first", Method::kPut, "/pools/{p}/users/bob",
       R"({"status":"active"})", "If-Match", kWrongTag},
      {"updateUser", 422, "the payload breaks its schema", Method::kPut, "/pools/{p}/users/bob",
       R"({"payload":{}})"},
      {"patchUser", 200, "a member of the payload is changed", Method::kPatch,
       "/pools/{p}/users/bob", R"({"payload":{"name":"Bob L."}})"},
      {"patchUser", 400, "a member has the wrong type", Method::kPatch, "/pools/{p}/users/bob",
       R"({"payload":"x"})"},
      {"patchUser", 404, "there is no such user", Method::kPatch, "/pools/{p}/users/nobody",
       R"({"payload":{}})"},
      {"patchUser", 412, "somebody else was first", Method::kPatch, "/pools/{p}/users/bob",
       R"({"payload":{}})", "If-Match", kWrongTag},
      {"patchUser", 422, "what comes out breaks the schema", Method::kPatch,
       "/pools/{p}/users/bob", R"({"payload":{"name":null}})"},
  };
}

std::vector<Scene> identifier_scenes() {
  constexpr std::string_view kAdd = "/pools/{p}/users/bob/identifiers/add";
  constexpr std::string_view kRemove = "/pools/{p}/users/bob/identifiers/remove";
  constexpr std::string_view kBody = R"({"identifier":"bob1","type":"uid"})";
  return {
      {"addUserIdentifier", 200, "an identifier is added", Method::kPost, kAdd, kBody},
      {"addUserIdentifier", 404, "there is no such user", Method::kPost,
       "/pools/{p}/users/nobody/identifiers/add", kBody},
      {"addUserIdentifier", 409, "it is somebody else's", Method::kPost, kAdd,
       R"({"identifier":"ann@a.test","type":"email"})"},
      {"addUserIdentifier", 412, "somebody else was first", Method::kPost, kAdd,
       R"({"identifier":"bob2","type":"uid"})", "If-Match", kWrongTag},
      {"addUserIdentifier", 422, "its type is unknown", Method::kPost, kAdd,
       R"({"identifier":"bob2","type":"name"})"},
      {"deleteUserIdentifier", 412, "somebody else was first", Method::kPost, kRemove,
       R"({"identifier":"bob1"})", "If-Match", kWrongTag},
      {"deleteUserIdentifier", 422, "which one is not said", Method::kPost, kRemove, "{}"},
      {"deleteUserIdentifier", 204, "an identifier is removed", Method::kPost, kRemove,
       R"({"identifier":"bob1"})"},
      {"deleteUserIdentifier", 404, "the user has none of it", Method::kPost, kRemove,
       R"({"identifier":"bob1"})"},
  };
}

std::vector<Scene> address_scenes() {
  constexpr std::string_view kAdd = "/pools/{p}/users/bob/addresses/add";
  constexpr std::string_view kUpdate = "/pools/{p}/users/bob/addresses/update";
  constexpr std::string_view kRemove = "/pools/{p}/users/bob/addresses/remove";
  constexpr std::string_view kBody =
      R"({"address":"+48123456789","type":"mobile","verified":false})";
  constexpr std::string_view kChange =
      R"({"address":"+48123456789","status":"inactive","verified":true})";
  return {
      {"addUserVerifiableAddress", 200, "an address is added", Method::kPost, kAdd, kBody},
      {"addUserVerifiableAddress", 404, "there is no such user", Method::kPost,
       "/pools/{p}/users/nobody/addresses/add", kBody},
      {"addUserVerifiableAddress", 409, "it is another user's verified address", Method::kPost,
       kAdd, R"({"address":"ann@a.test","type":"email","verified":true})"},
      {"addUserVerifiableAddress", 412, "somebody else was first", Method::kPost, kAdd,
       R"({"address":"b@b.test","type":"email","verified":true})", "If-Match", kWrongTag},
      {"addUserVerifiableAddress", 422, "it is no e-mail address", Method::kPost, kAdd,
       R"({"address":"b at b","type":"email","verified":true})"},
      {"addUserVerifiableAddress", 200, "anybody may claim an address unverified", Method::kPost,
       kAdd, R"({"address":"ann@a.test","type":"email","verified":false})"},
      {"updateUserVerifiableAddress", 200, "an address is verified", Method::kPost, kUpdate,
       kChange},
      {"updateUserVerifiableAddress", 404, "the user has none of it", Method::kPost, kUpdate,
       R"({"address":"c@c.test","status":"active","verified":true})"},
      {"updateUserVerifiableAddress", 409, "another user has it verified", Method::kPost, kUpdate,
       R"({"address":"ann@a.test","status":"active","verified":true})"},
      {"updateUserVerifiableAddress", 412, "somebody else was first", Method::kPost, kUpdate,
       kChange, "If-Match", kWrongTag},
      {"updateUserVerifiableAddress", 422, "its status is unknown", Method::kPost, kUpdate,
       R"({"address":"+48123456789","status":"open","verified":true})"},
      {"deleteUserVerifiableAddress", 412, "somebody else was first", Method::kPost, kRemove,
       R"({"address":"+48123456789"})", "If-Match", kWrongTag},
      {"deleteUserVerifiableAddress", 422, "which one is not said", Method::kPost, kRemove, "{}"},
      {"deleteUserVerifiableAddress", 204, "an address is removed", Method::kPost, kRemove,
       R"({"address":"+48123456789"})"},
      {"deleteUserVerifiableAddress", 404, "the user has none of it", Method::kPost, kRemove,
       R"({"address":"+48123456789"})"},
  };
}

std::vector<Scene> password_scenes() {
  constexpr std::string_view kFirst = "/pools/{p}/user/password/verify";
  constexpr std::string_view kSecond = "/pools/{p}/user/password/v2/verify";
  constexpr std::string_view kRight = R"({"identifier":"ann@a.test","password":"correct horse"})";
  constexpr std::string_view kState = "/pools/{p}/users/ann/password/state";
  return {
      {"verifyPassword", 200, "it is the password", Method::kPost, kFirst, kRight, {}, {}, true},
      {"verifyPassword", 401, "it is not the password", Method::kPost, kFirst,
       R"({"identifier":"ann@a.test","password":"wrong"})", {}, {}, true},
      {"verifyPassword", 404, "there is no such pool", Method::kPost,
       "/pools/nowhere/user/password/verify", kRight, {}, {}, true},
      {"verifyPassword", 422, "whose is not said", Method::kPost, kFirst,
       R"({"password":"correct horse"})", {}, {}, true},
      {"verifyPasswordV2", 200, "the answer says how it went", Method::kPost, kSecond, kRight,
       {}, {}, true},
      {"verifyPasswordV2", 404, "there is no such pool", Method::kPost,
       "/pools/nowhere/user/password/v2/verify", kRight, {}, {}, true},
      {"verifyPasswordV2", 422, "no password is given", Method::kPost, kSecond,
       R"({"identifier":"ann@a.test"})", {}, {}, true},
      {"setPasswordState", 204, "a password must be reset", Method::kPut, kState,
       R"({"state":"must_be_reset"})"},
      {"setPasswordState", 400, "a member has the wrong type", Method::kPut, kState,
       R"({"state":1})"},
      {"setPasswordState", 404, "the user has no password", Method::kPut,
       "/pools/{p}/users/bob/password/state", R"({"state":"valid"})"},
      {"setPasswordState", 412, "somebody else was first", Method::kPut, kState,
       R"({"state":"valid"})", "If-Match", kWrongTag},
      {"setPasswordState", 422, "there is no such state", Method::kPut, kState,
       R"({"state":"fine"})"},
      {"systemGetUserByKey", 200, "an identifier finds its user", Method::kPost,
       "/pools/{p}/users/by_key", R"({"identifier":"ann@a.test"})", {}, {}, true},
      {"systemGetUserByKey", 404, "nobody has it", Method::kPost, "/pools/{p}/users/by_key",
       R"({"address":"nobody@a.test"})", {}, {}, true},
      {"systemGetUserByKey", 412, "it is not the version asked for", Method::kPost,
       "/pools/{p}/users/by_key", R"({"identifier":"ann@a.test"})", "If-Match", kWrongTag, true},
      {"systemGetUserByKey", 422, "two keys are given", Method::kPost, "/pools/{p}/users/by_key",
       R"({"identifier":"ann@a.test","address":"ann@a.test"})", {}, {}, true},
      {"deleteUser", 400, "a flag is neither true nor false", Method::kDelete,
       "/pools/{p}/users/bob?erase=yes"},
      {"deleteUser", 412, "somebody else was first", Method::kDelete, "/pools/{p}/users/bob", {},
       "If-Match", kWrongTag},
      {"deleteUser", 204, "a user is deleted", Method::kDelete, "/pools/{p}/users/bob"},
      {"deleteUser", 404, "there is no such user", Method::kDelete, "/pools/{p}/users/bob"},
  };
}

// clang-format on

}  // namespace

std::vector<Scene> every_scene() {
  std::vector<Scene> story;
  add(story, schema_scenes());
  add(story, pool_scenes());
  add(story, user_scenes());
  add(story, identifier_scenes());
  add(story, address_scenes());
  add(story, workspace_scenes());
  add(story, delegated_scenes());
  add(story, group_scenes());
  add(story, password_scenes());
  return story;
}

}  // namespace muster::test
