#include "api/import/person.h"

#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "api/import/user_ids.h"

using namespace muster;

namespace {

PersonRecord person_in(const std::string& attributes) {
  std::istringstream input{"dn: uid=ada,dc=example\n" + attributes};
  LdifReader reader{input};
  const auto record = reader.next();
  REQUIRE(record.has_value());
  REQUIRE(std::holds_alternative<LdifEntry>(*record));
  return person_from_ldif(std::get<LdifEntry>(*record));
}

ImportedUser user_in(const std::string& attributes) {
  const PersonRecord record = person_in("objectClass: inetOrgPerson\n" + attributes);
  REQUIRE(std::holds_alternative<ImportedUser>(record));
  return std::get<ImportedUser>(record);
}

std::string keys_of(const ImportedUser& user) {
  std::string text;
  for (const auto& identifier : user.identifiers) {
    text += identifier.type + ":" + identifier.value + " ";
  }
  for (const auto& address : user.addresses) {
    text += (address.verified ? "verified " : "") + address.type + ":" + address.value + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("people are the entries with a person's object class", "[import]") {
  struct Row {
    std::string object_class;
    bool person;
  };

  const std::vector<Row> rows = {
      {"objectClass: inetOrgPerson\n", true},
      {"objectclass: top\nobjectclass: PERSON\n", true},
      {"objectClass: organizationalPerson\n", true},
      {"objectClass:: aW5ldE9yZ1BlcnNvbg==\n", true},
      {"objectClass: top\nobjectClass: organizationalUnit\n", false},
      {"objectClass: residentialPerson\n", false},
      {"objectClass: groupOfUniqueNames\nuniqueMember: cn=person\n", false},
      {"cn: person\n", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.object_class);
    CHECK(std::holds_alternative<ImportedUser>(person_in(row.object_class)) == row.person);
  }
}

TEST_CASE("a person of the white pages becomes a user", "[import]") {
  const ImportedUser user = user_in(
      "cn: Ada Lovelace\nsn: Lovelace\ngivenName: Ada\nuid: ada\nmail: ada@example.com\n"
      "mobile: +48 123-456-789\nuserPassword: {SSHA}abc\nl: London\nou: Maths\nou: Engines\n");
  CHECK(user.id == user_id_from_dn("uid=ada,dc=example"));
  CHECK(user.source_key == "uid=ada,dc=example");
  CHECK(user.line == 1);
  CHECK(user.status == "active");
  CHECK(
      user.payload_json ==
      R"({"family_name":"Lovelace","given_name":"Ada","l":"London","mail":"ada@example.com",)"
      R"("mobile":"+48 123-456-789","name":"Ada Lovelace","ou":["Maths","Engines"],"uid":"ada"})");
  CHECK(
      keys_of(user) ==
      "uid:ada email:ada@example.com verified email:ada@example.com verified mobile:+48123456789 ");
  REQUIRE(user.password.has_value());
  CHECK(user.password->kind == ImportedPassword::Kind::kLdap);
  CHECK(user.password->value == "{SSHA}abc");
}

TEST_CASE("attributes become payload members", "[import]") {
  struct Row {
    std::string what;
    std::string attributes;
    std::string payload;
  };

  const std::vector<Row> rows = {
      {"no attributes", "", "{}"},
      {"further names stay under their own name",
       "cn: A\ncn: B\ncn: C\n",
       R"({"cn":["B","C"],"name":"A"})"},
      {"names with options are no names",
       "sn;lang-es: B\nsn: A\n",
       R"({"family_name":"A","sn;lang-es":"B"})"},
      {"options stay", "description;lang-fr: x\n", R"({"description;lang-fr":"x"})"},
      {"spelled as in the file, the first time",
       "roomNumber: 1\nroomnumber: 2\n",
       R"({"roomNumber":["1","2"]})"},
      {"any order gives one text", "l: x\nc: y\n", R"({"c":"y","l":"x"})"},
      {"escapes", "description:: InFcCgE=\n", R"({"description":"\"q\\\n\u0001"})"},
      {"photos are base64 even when they look like text",
       "jpegPhoto:: aGVsbG8=\n",
       R"({"jpegPhoto":"aGVsbG8="})"},
      {"bytes that are no text are base64", "thing:: /wA=\n", R"({"thing":"/wA="})"},
      {"one of several being bytes makes all base64",
       "thing: a\nthing:: /wA=\n",
       R"({"thing":["YQ==","/wA="]})"},
      {"option binary", "userCert;binary: a\n", R"({"userCert;binary":"YQ=="})"},
      {"empty values", "description:\n", R"({"description":""})"},
      {"an attribute called name gives way", "name: x\ncn: A\n", R"({"name":"A"})"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(user_in(row.attributes).payload_json == row.payload);
  }
}

TEST_CASE("secrets stay out of the payload", "[import]") {
  for (const std::string name : {"userPassword",
                                 "USERPASSWORD",
                                 "sambaNTPassword",
                                 "krbPrincipalKey",
                                 "pwdHistory",
                                 "userPKCS12;binary",
                                 "unicodePwd",
                                 "objectClass"}) {
    CAPTURE(name);
    CHECK(user_in(name + ": secret\n").payload_json == "{}");
  }
}

TEST_CASE("keys of a person", "[import]") {
  struct Row {
    std::string attributes;
    std::string keys;
  };

  const std::vector<Row> rows = {
      {"mail: a@x\nmail: b@x\n", "email:a@x email:b@x verified email:a@x verified email:b@x "},
      {"mail: a@x\nuid: A@X\n", "email:a@x verified email:a@x "},
      {"uid: a@x\nmail: a@x\n", "uid:a@x verified email:a@x "},
      {"mail: a@x\nmail: A@x\n", "email:a@x verified email:a@x "},
      {"uid: a\nuid: b\n", "uid:a uid:b "},
      {"uid:   a  \n", "uid:a "},
      {"uid:\nmail:\n", ""},
      {"mobile: 123 456\n", ""},
      {"telephoneNumber: +48 123456789\n", ""},
      {"mobile: +48123456789\nmobile: +48 123 456 789\n", "verified mobile:+48123456789 "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.attributes);
    CHECK(keys_of(user_in(row.attributes)) == row.keys);
  }
}

TEST_CASE("names and keys that are no text refuse the person", "[import]") {
  for (const std::string name : {"cn", "sn", "givenName", "uid", "mail", "mobile"}) {
    CAPTURE(name);
    const auto record = person_in("objectClass: person\n" + name + ":: /w==\n");
    REQUIRE(std::holds_alternative<RowFailure>(record));
    CHECK(std::get<RowFailure>(record).failure.rule == "ldif_not_utf8");
    CHECK(std::get<RowFailure>(record).key == "uid=ada,dc=example");
  }
}

TEST_CASE("the first of several passwords counts and an empty one does not", "[import]") {
  CHECK(user_in("userPassword: a\nuserPassword: b\n").password->value == "a");
  CHECK_FALSE(user_in("userPassword:\n").password.has_value());
  CHECK(user_in("userPassword:: e1NTSEF9eA==\n").password->value == "{SSHA}x");
}
