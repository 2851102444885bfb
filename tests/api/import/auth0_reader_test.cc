#include "api/import/auth0_reader.h"

#include "api/import/user_ids.h"
#include "tests/api/import/rows.h"

using namespace muster;
using namespace muster::test;

namespace {

std::vector<PersonRecord> read(const std::string& text, ForeignOptions foreign = {}) {
  return rows_of({ImportFormat::kAuth0, foreign, {}, ','}, text);
}

std::string user_with(const std::string& members) {
  return R"({"user_id":"auth0|1","email":"x@quay.example",)" + members + "}";
}

std::string first_fault(const std::string& members) {
  const auto rows = read(user_with(members));
  const Failure& why = failure_in(rows, 0).failure;
  REQUIRE_FALSE(why.faults.empty());
  return why.faults[0].pointer + " " + why.faults[0].rule;
}

}  // namespace

TEST_CASE("users of Auth0 come with names, keys, addresses and metadata", "[import]") {
  const auto rows = read(sample("auth0.json"));
  REQUIRE(rows.size() == 9);
  const ImportedUser& mara = user_in(rows, 0);
  CHECK(mara.id == user_id_from_given_id("auth0|64b0e1f2a3c4d5e6f7081920"));
  CHECK(mara.payload_json ==
        R"({"family_name":"Sten","given_name":"Mara","name":"Mara Sten","nickname":"mm"})");
  CHECK(mara.metadata_json == R"({"plan":"pro","seats":3,"user_metadata":{"theme":"dark"}})");
  CHECK(mara.business_metadata_json.empty());
  CHECK(mara.identifiers ==
        std::vector<ImportedIdentifier>{{"email", "mara@quay.example", ""}, {"uid", "mara", ""}});
  CHECK(mara.addresses ==
        std::vector<ImportedAddress>{{"mobile", "+4520123456", true, "active", "", ""},
                                     {"email", "mara@quay.example", true, "active", "", ""}});
  CHECK(user_in(rows, 3).status == "inactive");
  CHECK(user_in(rows, 5).payload_json.find(R"("phone_number":"020 123")") != std::string::npos);
  CHECK(user_in(rows, 7).totp_secret == "OJFDS22YPF3DE53RHBGG2M22OQYGCULC");
}

TEST_CASE("user metadata is business metadata where the pool has a schema for it", "[import]") {
  const auto rows = read(sample("auth0.json"), {.business_metadata = true});
  CHECK(user_in(rows, 0).metadata_json == R"({"plan":"pro","seats":3})");
  CHECK(user_in(rows, 0).business_metadata_json == R"({"theme":"dark"})");
}

TEST_CASE("an array and NDJSON of the same users are the same", "[import]") {
  const auto array = read(sample("auth0.json"));
  const auto lines = read("\n" + sample("auth0.ndjson"));
  REQUIRE(lines.size() == 3);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    CHECK(user_in(lines, i).id == user_in(array, i).id);
    CHECK(user_in(lines, i).payload_json == user_in(array, i).payload_json);
    CHECK(user_in(lines, i).line == i + 2);
  }
}

TEST_CASE("hashes of every algorithm that Auth0 takes and we can compute verify", "[import]") {
  const auto rows = read(sample("auth0.json"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    CHECK(verifies(user_in(rows, i)));
    CHECK_FALSE(verifies(user_in(rows, i), "correct horse"));
  }
}

TEST_CASE("algorithms that cannot be verified fail the row and say so; the rest goes on",
          "[import]") {
  const std::string scrypt =
      R"("custom_password_hash":{"algorithm":"scrypt","hash":{"value":"aa","encoding":"hex"}})";
  const auto rows = read(user_with(scrypt) + "\n" + user_with(R"("blocked":false)"));
  REQUIRE(rows.size() == 2);
  const Failure& why = failure_in(rows, 0).failure;
  CHECK(failure_in(rows, 0).key == "auth0|1");
  REQUIRE(why.faults.size() == 1);
  CHECK(why.faults[0].pointer == "/custom_password_hash");
  CHECK(why.faults[0].rule == "unsupported_hash");
  CHECK(why.faults[0].reason.find("'scrypt' cannot be verified here") == 0);
  CHECK(user_in(rows, 1).line == 2);
  CHECK_FALSE(user_in(read(user_with(scrypt), {.skip_credentials = true}), 0).password);
}

TEST_CASE("a custom hash that contradicts itself is refused", "[import]") {
  const auto custom = [](const std::string& rest) {
    return R"("custom_password_hash":{)" + rest + "}";
  };
  CHECK(first_fault(custom(R"("algorithm":"md5")")) == "/custom_password_hash/hash required");
  CHECK(first_fault(custom(R"("algorithm":"md5","hash":{"value":"zz","encoding":"hex"})")) ==
        "/custom_password_hash/hash/value encoding");
  CHECK(first_fault(custom(R"("algorithm":"md5","hash":{"value":"aa","encoding":"hex"})")) ==
        "/custom_password_hash unsupported_hash");
  CHECK(first_fault(custom(R"("algorithm":"bcrypt","hash":{"value":"$argon2id$x"})")) ==
        "/custom_password_hash unsupported_hash");
  CHECK(first_fault(custom(R"("algorithm":"ldap","hash":{"value":"secret"})")) ==
        "/custom_password_hash unsupported_hash");
  CHECK(first_fault(custom(R"("algorithm":"md5","password":{"encoding":"utf16le"},)"
                           R"("hash":{"value":"4ece57a61323b52ccffdbef021956754",)"
                           R"("encoding":"hex"})")) == "/custom_password_hash unsupported_hash");
  CHECK(first_fault(R"("password_hash":"$1$x$y")") == "/password_hash unsupported_hash");
}

TEST_CASE("a user without a user_id is known by its object id, or its first identifier",
          "[import]") {
  const auto rows = read(R"({"_id":{"$oid":"60aa"},"email":"a@quay.example"})"
                         "\n"
                         R"({"email":"a@quay.example"})"
                         "\n{}\n");
  CHECK(user_in(rows, 0).id == user_id_from_given_id("auth0|60aa"));
  CHECK(user_in(rows, 1).id == user_id_from_identifier("email", "a@quay.example"));
  CHECK(failure_in(rows, 2).failure.faults.at(0).pointer == "/user_id");
}
