#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

constexpr std::string_view kLee = R"({"given_name":"Ann","family_name":"Lee","name":"Ann Lee"})";

std::string_view code(const Response& response, std::string& kept) {
  kept = at(response, "/error_code");
  return kept;
}

}  // namespace

TEST_CASE("a user is created with all parts, and read back byte for byte") {
  stack().make_pool("whole");
  const Response made = stack().system(
      Method::kPost,
      "/pools/whole/users",
      R"({"id":"ann","status":"active","payload":)" + std::string{kLee} +
          R"(,"metadata":{"n":1.0},)"
          R"("identifiers":[{"identifier":"Ann@Example.test","type":"email","metadata":{"a":1}}],)"
          R"("verifiable_addresses":[{"address":"+48123456789","type":"mobile","status":"active",)"
          R"("verified":true,"preferred_contact_method":"sms"}],)"
          R"("credentials":[{"type":"password","password":"correct horse","must_be_changed":true},)"
          R"({"type":"totp","totp_secret":"JBSWY3DPEHPK3PXP"}]})");
  INFO(made.bytes());
  REQUIRE(made.status == 201);
  CHECK(version_of(made) == "1.1");
  CHECK(at(made, "/id") == "\"ann\"");
  CHECK(at(made, "/user_pool_id") == "\"whole\"");
  CHECK(at(made, "/payload") == kLee);
  CHECK(at(made, "/metadata") == R"({"n":1.0})");
  CHECK(at(made, "/payload_schema_id") == "\"default_payload\"");
  CHECK(at(made, "/identifiers/0/identifier") == "\"Ann@Example.test\"");
  CHECK(at(made, "/identifiers/0/identifier_lc") == "\"ann@example.test\"");
  CHECK(at(made, "/identifiers/0/user_id") == "\"ann\"");
  CHECK(at(made, "/verifiable_addresses/0/verified_at") == at(made, "/created_at"));
  CHECK(at(made, "/credentials/0/state") == "\"must_be_changed\"");
  CHECK(at(made, "/credentials/0/payload") == R"({"hashed_password":"###"})");
  CHECK(made.bytes().find("$2") == std::string_view::npos);
  CHECK(made.bytes().find("JBSWY3DPEHPK3PXP") == std::string_view::npos);
  const Response read = stack().admin(Method::kGet, "/pools/whole/users/ann");
  CHECK(read.bytes() == made.bytes());
  CHECK(read.header("ETag") == made.header("ETag"));
}

TEST_CASE("what the generated Go client and the reference screens send for a user is understood") {
  stack().make_pool("clients");
  const std::string bodies[] = {
      R"({"credentials":null,"identifiers":null,"status":"new","verifiable_addresses":null,"payload":null})",
      R"({"credentials":[],"identifiers":[{"identifier":"x@x.test","type":"email"}],"payload":)" +
          std::string{kLee} + R"(,"status":"new"})",
      R"({"credentials":[{"type":"password","password":"correct horse","totp_secret":"","webauthn_credentials":null}],)"
      R"("identifiers":[{"identifier":"y@x.test","type":"email"}],"payload":)" +
          std::string{kLee} + R"(,"status":"active"})",
  };
  for (const std::string& body : bodies) {
    const Response made = stack().admin(Method::kPost, "/pools/clients/users", body);
    INFO(body << made.bytes());
    CHECK(made.status == 201);
    CHECK(at(made, "/identifiers").starts_with('['));
    CHECK(at(made, "/credentials").starts_with('['));
  }
}

TEST_CASE("what is wrong with a new user is told with a code and pointers") {
  stack().make_pool("strict", R"(,"password_policy":{"min_length":12,"digits":1})");
  stack().make_user(
      "strict",
      "held",
      R"(,"identifiers":[{"identifier":"held","type":"uid"}],)"
      R"("verifiable_addresses":[{"address":"h@h.test","type":"email","status":"active","verified":true}])");

  struct Row {
    std::string_view body;
    int status;
    std::string_view error_code;
    std::string_view pointer;
  };

  const Row rows[] = {
      {R"({})", 422, "invalid_request", "/status"},
      {R"({"status":"open"})", 422, "invalid_request", "/status"},
      {R"({"status":7})", 400, "invalid_body", "/status"},
      {R"({"status":"new","id":"a/b"})", 422, "invalid_request", "/id"},
      {R"({"status":"new","payload":[]})", 400, "invalid_body", "/payload"},
      {R"({"status":"new","identifiers":[7]})", 400, "invalid_body", "/identifiers/0"},
      {R"({"status":"new","identifiers":[{"type":"email"}]})",
       422,
       "invalid_request",
       "/identifiers/0/identifier"},
      {R"({"status":"new","identifiers":[{"identifier":"x","type":"email"}]})",
       422,
       "invalid_request",
       "/identifiers/0/identifier"},
      {R"({"status":"new","verifiable_addresses":[{"address":"x@x.test","type":"email","status":"active"}]})",
       422,
       "invalid_request",
       "/verifiable_addresses/0/verified"},
      {R"({"status":"new","credentials":[{"type":"password"}]})",
       422,
       "invalid_request",
       "/credentials/0/password"},
      {R"({"status":"new","credentials":[{"type":"totp","password":"x"}]})",
       422,
       "invalid_request",
       "/credentials/0/password"},
      {R"({"status":"new","credentials":[{"type":"totp","totp_secret":"1"}]})",
       422,
       "invalid_request",
       "/credentials/0/totp_secret"},
      {R"({"status":"new","credentials":[{"type":"password","password":"short"}]})",
       422,
       "password_policy",
       "/credentials/0/password"},
      {R"({"status":"new","payload":{"given_name":"A","family_name":"B","name":7}})",
       422,
       "schema_violation",
       "/payload/name"},
      {R"({"status":"active"})", 422, "schema_violation", "/payload"},
      {R"({"status":"new","metadata_schema_id":"nowhere","metadata":{}})",
       404,
       "schema_not_found",
       "/metadata_schema_id"},
      {R"({"status":"new","id":"held"})", 409, "user_id_taken", ""},
      {R"({"status":"new","identifiers":[{"identifier":"held","type":"external"}]})",
       409,
       "identifier_taken",
       ""},
      {R"({"status":"new","identifiers":[{"identifier":"a","type":"uid"},{"identifier":"a","type":"external"}]})",
       409,
       "identifier_taken",
       "/identifiers/1/identifier"},
      {R"({"status":"new","verifiable_addresses":[{"address":"h@h.test","type":"email","status":"active","verified":true}]})",
       409,
       "address_taken",
       ""},
  };
  for (const Row& row : rows) {
    const Response refused =
        stack().system(Method::kPost, "/pools/strict/users", std::string{row.body});
    INFO(row.body << refused.bytes());
    std::string kept;
    CHECK(refused.status == row.status);
    CHECK(code(refused, kept) == '"' + std::string{row.error_code} + '"');
    if (!row.pointer.empty()) {
      CHECK(at(refused, "/details/faults/0/pointer") == '"' + std::string{row.pointer} + '"');
    }
  }
}

TEST_CASE("two passwords of one user are refused before any is hashed") {
  stack().make_pool("greedy");
  std::string credentials;
  for (int i = 0; i < 500; ++i) {
    credentials += R"(,{"type":"password","password":"correct horse"})";
  }
  const Response refused =
      stack().admin(Method::kPost,
                    "/pools/greedy/users",
                    R"({"status":"new","credentials":[)" + credentials.substr(1) + "]}");
  CHECK(refused.status == 409);
  CHECK(at(refused, "/error_code") == "\"credential_taken\"");
}

TEST_CASE("only the system family says what type a user is of") {
  stack().make_pool("typed");
  const std::string body = R"({"status":"new","user_type":"jit"})";
  CHECK(stack().admin(Method::kPost, "/pools/typed/users", body).status == 201);
  CHECK(stack().system(Method::kPost, "/pools/typed/users", body).status == 201);
  CHECK(stack()
            .system(Method::kPost, "/pools/typed/users", R"({"status":"new","user_type":"x"})")
            .status == 422);
  const Response pool = stack().admin(Method::kGet, "/pools/typed");
  CHECK(at(pool, "/number_of_standard_users") == "1");
  CHECK(at(pool, "/number_of_jit_users") == "1");
}

TEST_CASE("an update leaves out what it does not name and replaces what it does") {
  stack().make_pool("updated");
  stack().make_user("updated", "ann", R"(,"metadata":{"a":1,"b":2})");
  const std::string path = "/pools/updated/users/ann";
  const Response changed =
      stack().admin(Method::kPut, path, R"({"metadata":{"b":3},"payload":null})");
  CHECK(changed.status == 200);
  CHECK(at(changed, "/metadata") == R"({"b":3})");
  CHECK(at(changed, "/payload/name") == "\"Ann Lee\"");
  CHECK(at(changed, "/status") == "\"active\"");
  CHECK(version_of(changed) == "1.2");
  const Response same = stack().admin(Method::kPut, path, R"({"metadata":{"b":3}})");
  CHECK(version_of(same) == "1.2");
  CHECK(same.bytes() == changed.bytes());
  const Response both = stack().system(Method::kPut, path, R"({"status":"deleted","metadata":{}})");
  CHECK(version_of(both) == "1.4");
  CHECK(at(both, "/status") == "\"deleted\"");
  CHECK(at(both, "/status_updated_at") == at(both, "/updated_at"));
}

TEST_CASE("a schema id alone must fit what is stored") {
  REQUIRE(
      stack()
          .admin(Method::kPost,
                 "/schemas",
                 R"({"id":"tight","name":"tight","schema":{"type":"object","required":["badge"]}})")
          .status == 201);
  stack().make_pool("fitting");
  stack().make_user("fitting", "ann");
  const std::string path = "/pools/fitting/users/ann";
  CHECK(stack().admin(Method::kPut, path, R"({"payload_schema_id":"tight"})").status == 422);
  const Response both =
      stack().admin(Method::kPut, path, R"({"payload_schema_id":"tight","payload":{"badge":1}})");
  CHECK(both.status == 200);
  CHECK(at(both, "/payload_schema_id") == "\"tight\"");
  CHECK(stack().admin(Method::kPut, path, R"({"payload_schema_id":"nowhere"})").status == 404);
}

TEST_CASE("a deleted user gives everything back") {
  stack().make_pool("freed");
  const std::string parts =
      R"(,"identifiers":[{"identifier":"f","type":"uid"}],)"
      R"("verifiable_addresses":[{"address":"f@f.test","type":"email","status":"active","verified":true}])";
  stack().make_user("freed", "ann", parts);
  const Response gone = stack().system(Method::kDelete, "/pools/freed/users/ann");
  CHECK(gone.status == 204);
  CHECK(gone.bytes().empty());
  CHECK(version_of(gone) == "1.2");
  CHECK(stack().system(Method::kGet, "/pools/freed/users/ann").status == 404);
  CHECK(
      stack().system(Method::kPost, "/pools/freed/users/by_key", R"({"identifier":"f"})").status ==
      404);
  stack().make_user("freed", "ann", parts);
}

TEST_CASE("an erased user is gone, and so is the answer to a repeated request about it") {
  stack().make_pool("erased");
  Call create = stack().call(
      ApiFamily::kSystem, Method::kPost, "/pools/erased/users", R"({"status":"new","id":"ann"})");
  create.headers.emplace_back("X-Idempotency-Key", std::string(40, 'e'));
  REQUIRE(stack().send(create).status == 201);
  CHECK(stack().send(create).status == 201);
  CHECK(stack().system(Method::kDelete, "/pools/erased/users/ann?erase=true").status == 204);
  CHECK(stack().system(Method::kGet, "/pools/erased/users/ann").status == 404);
  const Response again = stack().send(create);
  CHECK(again.status == 410);
  CHECK(at(again, "/error_code") == "\"erased\"");
}

TEST_CASE("by_key finds users by identifier and by verified address only") {
  stack().make_pool("keys");
  stack().make_pool("folded", R"(,"identifier_case_insensitive":true)");
  const std::string parts =
      R"(,"identifiers":[{"identifier":"Ann@A.test","type":"email"}],)"
      R"("verifiable_addresses":[{"address":"Ann@V.test","type":"email","status":"active","verified":true},)"
      R"({"address":"ann@u.test","type":"email","status":"active","verified":false}])";
  stack().make_user("keys", "ann", parts);
  stack().make_user("folded", "ann", parts);

  struct Row {
    std::string_view pool;
    std::string_view body;
    int status;
  };

  const Row rows[] = {
      {"keys", R"({"identifier":"Ann@A.test"})", 200},
      {"keys", R"({"identifier":"ann@a.test"})", 404},
      {"folded", R"({"identifier":"ANN@a.test"})", 200},
      {"keys", R"({"address":"Ann@V.test","identifier":null})", 200},
      {"folded", R"({"address":"ann@v.test","identifier":""})", 200},
      {"keys", R"({"address":"ann@u.test"})", 404},
      {"keys", R"({"address":"Ann@A.test"})", 404},
      {"keys", R"({})", 422},
      {"keys", R"({"identifier":7})", 400},
  };
  for (const Row& row : rows) {
    INFO(row.pool << row.body);
    const Response found = stack().system(
        Method::kPost, "/pools/" + std::string{row.pool} + "/users/by_key", std::string{row.body});
    CHECK(found.status == row.status);
    if (row.status == 200) {
      CHECK(at(found, "/id") == "\"ann\"");
      CHECK(version_of(found) == "1.1");
    }
  }
}

}  // namespace muster::test
