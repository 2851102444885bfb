#include "api/import/keycloak_reader.h"

#include "api/import/user_ids.h"
#include "tests/api/import/rows.h"

using namespace muster;
using namespace muster::test;

namespace {

std::vector<PersonRecord> read(const std::string& text,
                               bool skip_credentials = false,
                               const std::string& roles_as = {}) {
  RowSourceOptions options;
  options.format = ImportFormat::kKeycloak;
  options.foreign.skip_credentials = skip_credentials;
  options.foreign.roles_as = roles_as;
  return rows_of(options, text);
}

std::string realm_with(const std::string& user) {
  return R"({"realm":"r","users":[)" + user + "]}";
}

std::string user_with(const std::string& credential) {
  return realm_with(R"({"id":"1","username":"u","credentials":[)" + credential + "]}");
}

std::string first_fault(const std::string& text) {
  const auto rows = read(text);
  const Failure& why = failure_in(rows, 0).failure;
  REQUIRE_FALSE(why.faults.empty());
  return why.faults[0].pointer + " " + why.faults[0].rule;
}

}  // namespace

TEST_CASE("users of a realm come with names, keys, attributes and state", "[import]") {
  const auto rows = read(sample("realm.json"));
  REQUIRE(rows.size() == 6);
  const ImportedUser& iris = user_in(rows, 0);
  CHECK(iris.id == "5f0c2a01-1d6b-4b52-9a3e-7d1f6f2b9c01");
  CHECK(iris.status == "active");
  CHECK(iris.payload_json == R"({"department":"Grafting","family_name":"Holm","given_name":"Iris",)"
                             R"("languages":["da","en"],"name":"Iris Holm"})");
  CHECK(iris.metadata_json == R"({"created_timestamp":1690000000001})");
  CHECK(iris.identifiers ==
        std::vector<ImportedIdentifier>{{"uid", "iris.holm", ""},
                                        {"email", "iris.holm@orchard.example", ""}});
  CHECK(iris.addresses == std::vector<ImportedAddress>{
                              {"email", "iris.holm@orchard.example", true, "active", "", ""}});
  // base64.b32encode(b"rJ9kXyv2wq8Lm3Zt0aQb")
  CHECK(iris.totp_secret == "OJFDS22YPF3DE53RHBGG2M22OQYGCULC");
  CHECK_FALSE(user_in(rows, 1).addresses.at(0).verified);
  CHECK(user_in(rows, 2).status == "inactive");
  CHECK(std::holds_alternative<NotAPerson>(rows[5]));
}

TEST_CASE("hashes that Keycloak makes verify", "[import]") {
  const auto rows = read(sample("realm.json"));
  for (std::size_t i = 0; i < 4; ++i) {
    CAPTURE(i);
    CHECK(verifies(user_in(rows, i)));
    CHECK_FALSE(verifies(user_in(rows, i), "correct horse"));
  }
}

TEST_CASE("a password that Keycloak wants changed must be changed", "[import]") {
  const auto rows = read(sample("realm.json"));
  CHECK_FALSE(user_in(rows, 0).password->must_be_changed);
  CHECK(user_in(rows, 1).password->must_be_changed);
  CHECK(user_in(rows, 4).password ==
        ImportedPassword{ImportedPassword::Kind::kClearText, "first day of spring", true, false});
}

TEST_CASE("a user name that is the email address is one identifier", "[import]") {
  const auto rows = read(sample("realm.json"));
  CHECK(user_in(rows, 4).identifiers ==
        std::vector<ImportedIdentifier>{{"email", "nell@orchard.example", ""}});
}

TEST_CASE("credentials that cannot be verified here fail the row by name, or are left out",
          "[import]") {
  const std::string odd_hash =
      R"({"type":"password","secretData":"{\"value\":\"AAAA\",\"salt\":\"AAAA\"}",)"
      R"("credentialData":"{\"hashIterations\":1,\"algorithm\":\"scram\"}"})";
  const std::string odd_otp = R"({"type":"otp","secretData":"{\"value\":\"x\"}",)"
                              R"("credentialData":"{\"subType\":\"hotp\",\"digits\":6}"})";
  CHECK(first_fault(user_with(odd_hash)) == "/credentials/0/credentialData unsupported_hash");
  CHECK(first_fault(user_with(odd_otp)) == "/credentials/0/credentialData unsupported_otp");
  CHECK(first_fault(user_with(R"({"type":"webauthn"})")) == "/credentials/0/type enum");
  CHECK(first_fault(user_with(R"({"type":"password","secretData":"x","credentialData":"{}"})")) ==
        "/credentials/0/secretData malformed_json");
  const auto rows = read(user_with(odd_hash + "," + odd_otp), true);
  CHECK_FALSE(user_in(rows, 0).password.has_value());
  CHECK(user_in(rows, 0).totp_secret.empty());
}

TEST_CASE("a user that is none does not stop the others", "[import]") {
  const auto rows = read(realm_with(R"({"id":"1"},3,{bad},{"username":"u"})"));
  REQUIRE(rows.size() == 4);
  CHECK(failure_in(rows, 0).failure.faults.at(0).pointer == "/username");
  CHECK(failure_in(rows, 1).failure.rule == "invalid_row");
  CHECK(failure_in(rows, 2).failure.rule == "malformed_json");
  CHECK(user_in(rows, 3).id == user_id_from_given_id("u"));
}

TEST_CASE("an export of several realms is refused", "[import]") {
  const auto rows = read("[" + sample("realm.json") + "]");
  REQUIRE(rows.size() == 1);
  CHECK(failure_in(rows, 0).failure.rule == "malformed_json");
}

TEST_CASE("roles of a realm become a member of metadata when it is named", "[import]") {
  const auto rows = read(sample("realm.json"), false, "keycloak");
  CHECK(user_in(rows, 0).metadata_json ==
        R"({"created_timestamp":1690000000001,"keycloak":{"clientRoles":{"press":["clean","run"]},)"
        R"("realmRoles":["default-roles-orchard","offline_access"]}})");
  // However they are spelled, an order is no change.
  const auto twice =
      read(realm_with(R"({"username":"u","realmRoles":["b","a","b",3,""]})"), false, "r");
  CHECK(user_in(twice, 0).metadata_json == R"({"r":{"realmRoles":["a","b"]}})");
  const auto none = read(realm_with(R"({"username":"u","realmRoles":[]})"), false, "r");
  CHECK(user_in(none, 0).metadata_json.empty());
}

TEST_CASE("roles of users that nobody wants are counted", "[import]") {
  RowSourceOptions options;
  options.format = ImportFormat::kKeycloak;
  for (const bool wanted : {false, true}) {
    options.foreign.roles_as = wanted ? "roles" : "";
    std::istringstream input{sample("realm.json")};
    auto source = open_rows(options, input);
    REQUIRE(source.has_value());
    rows_of(**source);
    CHECK((*source)->left_behind().roles == (wanted ? 0 : 8));
  }
}
