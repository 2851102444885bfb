#include "api/import/user_ids.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

// Expected values come from Python: uuid.uuid5(uuid.NAMESPACE_X500, name).
TEST_CASE("version 5 UUIDs are those that Python makes", "[import]") {
  struct Row {
    std::string name;
    std::string uuid;
  };

  const std::vector<Row> rows = {
      {"", "b4bdf874-8c03-5bd8-8fd7-5e409dfd82c0"},
      {"uid=scarter,ou=people,dc=example,dc=com", "1bacb9e4-2389-5c76-87dd-f2b38c7f4772"},
      {"cn=Çéliné", "101c1b3f-0fe8-59df-9480-640cbf59f5fe"},
      {std::string(200, 'a'), "a16cb5fc-154b-54e0-ad09-58ac4fa0e4e1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(uuid_v5(kDnNamespace, row.name).text() == row.uuid);
  }
}

TEST_CASE("the namespaces are the recorded ones", "[import]") {
  CHECK(kDnNamespace.text() == "6ba7b814-9dad-11d1-80b4-00c04fd430c8");
  CHECK(kGivenIdNamespace.text() == "7d1f3c0a-52b6-4e9d-8c47-1b0e6a93f5d2");
  CHECK(kIdentifierNamespace.text() == "e2b85f41-0c9a-4d37-b6f8-93a4d71c2e60");
}

TEST_CASE("spellings of one DN have one normal form", "[import]") {
  struct Row {
    std::string dn;
    std::string normal;
  };

  const std::vector<Row> rows = {
      {"uid=scarter, ou=People, dc=example,dc=com", "uid=scarter,ou=people,dc=example,dc=com"},
      {"  UID = SCarter ,ou=  People,DC=Example , dc=com ",
       "uid=scarter,ou=people,dc=example,dc=com"},
      {"cn=Sam  Carter + uid = 7,o=x", "cn=sam  carter+uid=7,o=x"},
      {R"(cn=Carter\, Sam , o=x)", R"(cn=carter\, sam,o=x)"},
      {R"(cn=ends with space\ , o=x)", R"(cn=ends with space\ ,o=x)"},
      {R"(cn=backslash\\ , o=x)", R"(cn=backslash\\,o=x)"},
      {"cn=a = b, o=x", "cn=a = b,o=x"},
      {"o=Çéliné", "o=Çéliné"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.dn);
    CHECK(normalized_dn(row.dn) == row.normal);
    CHECK(normalized_dn(row.normal) == row.normal);
  }
  CHECK(user_id_from_dn("UID=Ada, DC=x") == user_id_from_dn("uid=ada,dc=x"));
  CHECK(user_id_from_dn("uid=ada,dc=x") != user_id_from_dn("uid=ad a,dc=x"));
}

TEST_CASE("a given id that is a UUID is kept and any other is a name", "[import]") {
  CHECK(user_id_from_given_id("0b8f1c1e-5f0c-4b6e-9d3a-2f6d3c1b7a90") ==
        "0b8f1c1e-5f0c-4b6e-9d3a-2f6d3c1b7a90");
  CHECK(user_id_from_given_id("0B8F1C1E-5F0C-4B6E-9D3A-2F6D3C1B7A90") ==
        "0b8f1c1e-5f0c-4b6e-9d3a-2f6d3c1b7a90");
  CHECK(user_id_from_given_id("employee-7") == "5876b724-652f-59fd-96a2-034ced367b7c");
  CHECK(user_id_from_given_id("Employee-7") != user_id_from_given_id("employee-7"));
  CHECK(user_id_from_identifier("email", "ada@example.com") ==
        "873e1f9a-c73f-5a39-a150-5e6027358206");
}
