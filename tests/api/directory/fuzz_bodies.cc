#include "tests/api/directory/fuzz_bodies.h"

namespace muster::test {

// A body reads best on few lines.
// clang-format off

namespace {

const ValidBodies& bodies_beside_pools() {
  static const ValidBodies kBodies{
      {"createWorkspace",
       {"/workspaces", R"({"id":"w","name":"w","cors_origins":["https://a.test"]})"}},
      {"updateWorkspace",
       {"/workspaces/default", R"({"name":"w","cors_origins":["https://a.test"]})"}},
      {"createOrganization",
       {"/workspaces/default/organizations", R"({"id":"o","name":"o","cors_origins":["*"]})"}},
      {"createWebhook",
       {"/webhooks",
        R"({"id":"w","url":"https://a.test/","types":["tenant","signing_key.created"],)"
        R"("secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})"}},
      {"replaceWebhook", {"/webhooks/w", R"({"url":"https://a.test/b","types":["tenant"]})"}},
  };
  return kBodies;
}

}  // namespace

/// A body with every member that the operation reads.
const ValidBodies& valid_bodies() {
  static const std::string kUser = "/pools/fuzzed/users/ann";
  static const std::string kPayload =
      R"("payload":{"given_name":"A","family_name":"L","name":"A L"},"metadata":{"a":[1,{"b":2}]},)"
      R"("business_metadata":{"c":"d"})";
  static const std::string kIds =
      R"("payload_schema_id":"default_payload","metadata_schema_id":"default_metadata",)"
      R"("business_metadata_schema_id":"default_metadata")";
  static const std::string kPool =
      R"({"tenant_id":"default","name":"fuzzedtoo","description":"x","deleted":false,)"
      R"("identifier_case_insensitive":false,"public_registration_allowed":true,)" +
      kIds +
      R"(,"password_policy":{"min_length":4,"require_digit":false},)"
      R"("password_settings":{"hashing_method":"sha","expires_after":"24h0m0s"},)"
      R"("authentication_mechanisms":["password"],"preferred_authentication_mechanism":"password",)"
      R"("otp_settings":{"activation":{"length":6,"ttl":"10m0s"}}})";
  static const std::string kSchema =
      R"({"tenant_id":"default","name":"fuzzed","description":"x","schema":{"type":"object",)"
      R"("properties":{"a":{"type":"string","minLength":1,"pattern":"^a+$"},"b":{"enum":[1,null]}},)"
      R"("required":["a"],"additionalProperties":false}})";
  static const std::string kConfiguration =
      R"({"pools":[{"id":"brought","tenant_id":"default","name":"brought"}],)"
      R"("schemas":[{"id":"broughts","tenant_id":"default","name":"bs","schema":{"type":"object"}}],)"
      R"("users":[{"id":"u","tenant_id":"default","user_pool_id":"brought","status":"active",)"
      R"("payload":{"given_name":"A","family_name":"L","name":"A L"},"metadata":{"a":1}}],)"
      R"("user_identifiers":[{"id":"i","user_pool_id":"brought","user_id":"u","identifier":"x",)"
      R"("type":"uid"}],"user_verifiable_addresses":[{"id":"a","user_pool_id":"brought",)"
      R"("user_id":"u","address":"x@a.test","type":"email","status":"active","verified":true}],)"
      R"("user_credentials":[{"id":"c","user_pool_id":"brought","user_id":"u","type":"password",)"
      R"("payload":{"hashed_password":{"value":"00","config":{"method":"md5"}}}}],"codes":[],)"
      R"("groups":[{"id":"g","user_pool_id":"brought","name":"g","path":"g"}],)"
      R"("group_members":[{"user_pool_id":"brought","group_id":"g","user_id":"u"}]})";
  static const ValidBodies kBodies = [] {
    ValidBodies bodies{
      {"createPool", {"/pools", kPool}},
      {"updatePool", {"/pools/fuzzed", kPool}},
      {"createWorkspacePool", {"/workspace/default/pools", kPool}},
      {"setUserMetadata", {kUser + "/metadata/admin", R"({"metadata":{"a":{"b":[1]}}})"}},
      {"createB2BUser",
       {"/b2b/pools/fuzzed/users", R"({"id":"bea","status":"active",)" + kPayload + "}"}},
      {"updateB2BUser", {"/b2b/pools/fuzzed/users/ann", R"({"status":"active",)" + kPayload + "}"}},
      {"createSchema", {"/schemas", kSchema}},
      {"updateSchema", {"/schemas/fuzzed", kSchema}},
      {"createUser",
       {"/pools/fuzzed/users",
        R"({"id":"zoe","status":"active","user_type":"standard",)" + kPayload + "," + kIds +
            R"(,"identifiers":[{"identifier":"z","type":"uid","metadata":{"a":1}}],)"
            R"("verifiable_addresses":[{"address":"z@a.test","type":"email","status":"active",)"
            R"("verified":true,"preferred_contact_method":"sms","metadata":{}}],)"
            R"("credentials":[{"type":"password","password":"correct horse","must_be_changed":true},)"
            R"({"type":"totp","totp_secret":"JBSWY3DPEHPK3PXP"}]})"}},
      {"updateUser", {kUser, R"({"status":"active",)" + kPayload + "," + kIds + "}"}},
      {"patchUser", {kUser, "{" + kPayload + "}"}},
      {"setPasswordState", {kUser + "/password/state", R"({"state":"valid"})"}},
      {"addUserIdentifier",
       {kUser + "/identifiers/add", R"({"identifier":"x","type":"uid","metadata":{"a":1}})"}},
      {"deleteUserIdentifier", {kUser + "/identifiers/remove", R"({"identifier":"x"})"}},
      {"addUserVerifiableAddress",
       {kUser + "/addresses/add",
        R"({"address":"x@a.test","type":"email","status":"active","verified":false,)"
        R"("preferred_contact_method":"sms","metadata":{"a":1}})"}},
      {"updateUserVerifiableAddress",
       {kUser + "/addresses/update",
        R"({"address":"x@a.test","status":"active","verified":true,)"
        R"("preferred_contact_method":"sms","metadata":{"a":1}})"}},
      {"deleteUserVerifiableAddress", {kUser + "/addresses/remove", R"({"address":"x@a.test"})"}},
      {"systemGetUserByKey", {"/pools/fuzzed/users/by_key", R"({"identifier":"ann"})"}},
      {"verifyPassword",
       {"/pools/fuzzed/user/password/verify",
        R"({"identifier":"ann","password":"correct horse"})"}},
      {"verifyPasswordV2",
       {"/pools/fuzzed/user/password/v2/verify", R"({"userID":"ann","password":"correct horse"})"}},
      {"createGroup",
       {"/pools/fuzzed/groups", R"({"id":"g","name":"g","description":"x","user_pool_id":"fuzzed"})"}},
      {"updateGroup",
       {"/pools/fuzzed/groups/staff", R"({"name":"staff","description":"x","parent_id":"all"})"}},
      {"importTenantConfiguration", {"/api/identity/default/configuration", kConfiguration}},
      {"patchTenantConfiguration",
       {"/api/identity/default/configuration",
        R"([{"op":"test","path":"/codes","value":[]},{"op":"replace","path":"/pools/0/description",)"
        R"("value":"x"},{"op":"copy","from":"/pools/0/name","path":"/pools/0/badge_color"}])"}},
      {"createClient",
       {"/clients",
        R"({"id":"c","workspace_id":"admin","name":"c","scopes":["identity"],)"
        R"("roles":[{"role":"auditor","pool_id":"fuzzed"},{"role":"auditor","workspace_id":"admin"}]})"}},
      {"replaceClientRoles",
       {"/clients/c/roles", R"({"roles":[{"role":"user_manager","pool_id":"fuzzed"}]})"}},
      {"replaceUserRoles",
       {kUser + "/roles", R"({"roles":[{"role":"user_manager","pool_id":"fuzzed"}]})"}},
      {"planSchema", {"/schemas/fuzzed/plan", R"({"schema":{"type":"object","required":["a"]}})"}},
      {"applyPlan",
       {"/schemas/fuzzed/apply", R"({"plan_id":"p","violations":"allow","name":"n"})"}},
    };
    bodies.insert(bodies_beside_pools().begin(), bodies_beside_pools().end());
    return bodies;
  }();
  return kBodies;
}

// clang-format on

}  // namespace muster::test
