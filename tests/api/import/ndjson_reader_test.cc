#include "api/import/ndjson_reader.h"

#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "api/import/user_ids.h"

using namespace muster;

namespace {

std::optional<NdjsonRecord> first_of(const std::string& text) {
  std::istringstream input{text};
  NdjsonReader reader{input};
  return reader.next();
}

ImportedUser user_in(const std::string& text) {
  const auto record = first_of(text);
  REQUIRE(record.has_value());
  REQUIRE(std::holds_alternative<ImportedUser>(*record));
  return std::get<ImportedUser>(*record);
}

}  // namespace

TEST_CASE("a row is the body that creates a user", "[import]") {
  const ImportedUser user = user_in(
      R"({"id":"e-7","status":"inactive","payload":{ "name": "Ada" },"metadata":{"a":1.50},)"
      R"("business_metadata":{},"payload_schema_id":"p","metadata_schema_id":"m",)"
      R"("business_metadata_schema_id":"b","unknown":1,)"
      R"("identifiers":[{"identifier":"ada","type":"uid","metadata":{"x":true}}],)"
      R"("verifiable_addresses":[{"address":"a@x","type":"email","status":"inactive",)"
      R"("verified":true,"preferred_contact_method":"sms"}],)"
      R"("credentials":[{"type":"password","password":"pw","must_be_changed":true}]})");
  CHECK(user.id == user_id_from_given_id("e-7"));
  CHECK(user.source_key == "e-7");
  CHECK(user.line == 1);
  CHECK(user.status == "inactive");
  CHECK(user.payload_json == R"({"name":"Ada"})");
  CHECK(user.metadata_json == R"({"a":1.50})");
  CHECK(user.business_metadata_json == "{}");
  CHECK(user.payload_schema_id == "p");
  CHECK(user.metadata_schema_id == "m");
  CHECK(user.business_metadata_schema_id == "b");
  REQUIRE(user.identifiers.size() == 1);
  CHECK(user.identifiers[0] == ImportedIdentifier{"uid", "ada", R"({"x":true})"});
  REQUIRE(user.addresses.size() == 1);
  CHECK(user.addresses[0] == ImportedAddress{"email", "a@x", true, "inactive", "sms", ""});
  CHECK(user.password == ImportedPassword{ImportedPassword::Kind::kClearText, "pw", true, false});
}

TEST_CASE("a row may bring a secret for one-time codes", "[import]") {
  const ImportedUser user = user_in(
      R"({"id":"x","status":"new","credentials":[{"type":"totp","totp_secret":"MZXW6YTB"}]})");
  CHECK(user.totp_secret == "MZXW6YTB");
  CHECK_FALSE(user.password.has_value());
}

TEST_CASE("null is absent and what is absent stays empty", "[import]") {
  const ImportedUser user =
      user_in(R"({"id":"x","status":"new","payload":null,"identifiers":null,"credentials":null})");
  CHECK(user.payload_json.empty());
  CHECK(user.identifiers.empty());
  CHECK_FALSE(user.password.has_value());
}

TEST_CASE("hashes are carried as JSON", "[import]") {
  const auto hash_of = [](const std::string& hash) {
    return user_in(R"({"id":"x","status":"new","credentials":[{"type":"password",)"
                   R"("hashed_password":)" +
                   hash + "}]}")
        .password->value;
  };
  CHECK(hash_of(R"("$2y$10$abc")") == R"("$2y$10$abc")");
  CHECK(hash_of(R"({ "value": "v", "config": {"method": "sha"} })") ==
        R"({"value":"v","config":{"method":"sha"}})");
}

TEST_CASE("a row without an id is found again by its first identifier", "[import]") {
  const ImportedUser user =
      user_in(R"({"status":"active","identifiers":[{"identifier":"a@x","type":"email"}]})");
  CHECK(user.id == user_id_from_identifier("email", "a@x"));
  CHECK(user.source_key == "a@x");
}

TEST_CASE("what is wrong with a row is said with its place", "[import]") {
  struct Row {
    std::string text;
    std::string faults;
  };

  const std::vector<Row> rows = {
      {R"({})", "/status:required /id:required "},
      {R"([])", ":type /status:required /id:required "},
      {R"({"id":7,"status":"active"})", "/id:type /id:required "},
      {R"({"id":"x","status":"gone"})", "/status:enum "},
      {R"({"id":"x","status":"new","payload":[]})", "/payload:type "},
      {R"({"id":"x","status":"new","identifiers":{}})", "/identifiers:type "},
      {R"({"id":"x","status":"new","identifiers":["a"]})",
       "/identifiers/0:type /identifiers/0/type:required /identifiers/0/identifier:required "},
      {R"({"id":"x","status":"new","verifiable_addresses":[{"type":"email","address":"a@x",)"
       R"("verified":1}]})",
       "/verifiable_addresses/0/verified:type "},
      {R"({"id":"x","status":"new","credentials":[{"type":"password"}]})",
       "/credentials/0/password:required "},
      {R"({"id":"x","status":"new","credentials":[{"type":"password","password":"a",)"
       R"("hashed_password":"b"}]})",
       "/credentials/0/password:required "},
      {R"({"id":"x","status":"new","credentials":[{"type":"webauthn"}]})",
       "/credentials/0/type:enum "},
      {R"({"id":"x","status":"new","credentials":[{"type":"totp"}]})",
       "/credentials/0/totp_secret:required "},
      {R"({"id":"x","status":"new","credentials":[{"type":"password","password":"a"},)"
       R"({"type":"password","password":"b"}]})",
       "/credentials/1/type:unique "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto record = first_of(row.text);
    REQUIRE(record.has_value());
    REQUIRE(std::holds_alternative<RowFailure>(*record));
    std::string faults;
    for (const Fault& fault : std::get<RowFailure>(*record).failure.faults) {
      faults += fault.pointer + ":" + fault.rule + " ";
    }
    CHECK(faults == row.faults);
  }
}

TEST_CASE("reading goes on after a bad row and over blank lines", "[import]") {
  std::istringstream input{"{\"id\":\"a\",\"status\":\"new\"}\r\n\n{\"id\":\n" +
                           std::string((1U << 20U) + 1, ' ') +
                           "\n{\"id\":\"b\",\"status\":\"new\"}"};
  NdjsonReader reader{input};
  std::string text;
  while (const auto record = reader.next()) {
    if (const auto* failed = std::get_if<RowFailure>(&*record)) {
      text += std::to_string(failed->line) + ":" + failed->failure.rule + " ";
    } else {
      text += std::to_string(std::get<ImportedUser>(*record).line) + ":" +
              std::get<ImportedUser>(*record).source_key + " ";
    }
  }
  CHECK(text == "1:a 3:malformed_json 4:line_too_large 5:b ");
}
