#include "api/import/ldif_reader.h"

#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

// An entry in one line: "1 dn=[..] name;option=[value] ..."; a failure: "1 key=[..] rule".
std::string text_of(const LdifRecord& record) {
  if (const auto* failed = std::get_if<RowFailure>(&record)) {
    return std::to_string(failed->line) + " key=[" + failed->key + "] " + failed->failure.rule;
  }
  const auto& entry = std::get<LdifEntry>(record);
  std::string text = std::to_string(entry.line) + " dn=[" + entry.dn + "]";
  for (const LdifAttribute& attribute : entry.attributes) {
    text += " " + attribute.name;
    for (const std::string& option : attribute.options) {
      text += ";" + option;
    }
    text += "=[" + attribute.value + "]";
  }
  return text;
}

std::string read_all(const std::string& file) {
  std::istringstream input{file};
  LdifReader reader{input};
  std::string text;
  while (const auto record = reader.next()) {
    text += text_of(*record) + "\n";
  }
  CHECK(reader.bytes_consumed() <= file.size());
  CHECK_FALSE(reader.next().has_value());
  return text;
}

std::string with_crlf(const std::string& file) {
  std::string text;
  for (const char byte : file) {
    text += byte == '\n' ? "\r\n" : std::string{byte};
  }
  return text;
}

struct Row {
  std::string feature;
  std::string file;
  std::string expected;
};

}  // namespace

TEST_CASE("every feature of LDIF content files is read", "[import]") {
  const std::vector<Row> rows = {
      {"nothing", "", ""},
      {"blank lines only", "\n\n\n", ""},
      {"one entry", "dn: uid=a\nuid: a\n", "1 dn=[uid=a] uid=[a]\n"},
      {"no line end at the end", "dn: uid=a\nuid: a", "1 dn=[uid=a] uid=[a]\n"},
      {"version", "version: 1\n\ndn: uid=a\nuid: a\n", "3 dn=[uid=a] uid=[a]\n"},
      {"version without a blank line", "version: 1\ndn: uid=a\n", "2 dn=[uid=a]\n"},
      {"version after a comment", "# x\nversion:1\ndn: uid=a\n", "3 dn=[uid=a]\n"},
      {"several blank lines", "\ndn: uid=a\n\n\n\ndn: uid=b\n", "2 dn=[uid=a]\n6 dn=[uid=b]\n"},
      {"folding", "dn: uid=a,\n dc=x\ncn: A\n  B\n C\n", "1 dn=[uid=a,dc=x] cn=[A BC]\n"},
      {"folding inside the name", "dn: a=b\ndescr\n iption: x\n", "1 dn=[a=b] description=[x]\n"},
      {"folding inside a character", "dn: a=b\ncn: \xC3\n \xA9\n", "1 dn=[a=b] cn=[\xC3\xA9]\n"},
      {"empty folded part", "dn: a=b\ncn: x\n \nsn: y\n", "1 dn=[a=b] cn=[x] sn=[y]\n"},
      {"comments", "# c\ndn: a=b\n#cn: no\ncn: x\n# end\n", "2 dn=[a=b] cn=[x]\n"},
      {"folded comment", "dn: a=b\n# one\n  cn: no\ncn: x\n", "1 dn=[a=b] cn=[x]\n"},
      {"comment between entries", "dn: a=b\n\n# c\n\ndn: a=c\n", "1 dn=[a=b]\n5 dn=[a=c]\n"},
      {"base64", "dn: a=b\ncn:: w6k=\n", "1 dn=[a=b] cn=[\xC3\xA9]\n"},
      {"base64 with spaces around", "dn: a=b\ncn::  w6k= \n", "1 dn=[a=b] cn=[\xC3\xA9]\n"},
      {"folded base64", "dn: a=b\ncn:: w6\n k=\n", "1 dn=[a=b] cn=[\xC3\xA9]\n"},
      {"base64 of nothing", "dn: a=b\ncn::\n", "1 dn=[a=b] cn=[]\n"},
      {"base64 of bytes",
       "dn: a=b\nphoto:: /wA=\n",
       std::string{"1 dn=[a=b] photo=[\xFF\0]\n", 22}},
      {"base64 DN", "dn:: bz3DiQ==\no: x\n", "1 dn=[o=\xC3\x89] o=[x]\n"},
      {"raw UTF-8", "dn: o=\xC3\x89\no: \xC3\x89\n", "1 dn=[o=\xC3\x89] o=[\xC3\x89]\n"},
      {"empty value", "dn: a=b\ncn:\nsn: \n", "1 dn=[a=b] cn=[] sn=[]\n"},
      {"empty DN", "dn:\ncn: root\n", "1 dn=[] cn=[root]\n"},
      {"no space after the colon", "dn:a=b\ncn:x\n", "1 dn=[a=b] cn=[x]\n"},
      {"many spaces after the colon", "dn:   a=b\ncn:    x  \n", "1 dn=[a=b] cn=[x  ]\n"},
      {"colons in the value", "dn: a=b\ncn: x:y::z\n", "1 dn=[a=b] cn=[x:y::z]\n"},
      {"options", "dn: a=b\ncn;lang-fr;x-y: x\n", "1 dn=[a=b] cn;lang-fr;x-y=[x]\n"},
      {"names ignore case", "DN: a=b\nobjectClass: P\n", "1 dn=[a=b] objectclass=[P]\n"},
      {"dotted names", "dn: a=b\n2.5.4.3: x\n", "1 dn=[a=b] 2.5.4.3=[x]\n"},
      {"several values", "dn: a=b\nou: x\nou: y\n", "1 dn=[a=b] ou=[x] ou=[y]\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.feature);
    CHECK(read_all(row.file) == row.expected);
    CHECK(read_all(with_crlf(row.file)) == row.expected);
  }
}

TEST_CASE("what is refused is refused with its line and reading goes on", "[import]") {
  const std::vector<Row> rows = {
      {"changetype", "changetype: add\ncn: x\n", "ldif_change_refused"},
      {"changetype delete", "changetype: delete\n", "ldif_change_refused"},
      {"control", "control: 1.2.840.113556.1.4.805 true\n", "ldif_change_refused"},
      {"modify record", "changetype: modify\nadd: cn\ncn: x\n-\n", "ldif_change_refused"},
      {"URL", "photo:< file:///etc/passwd\n", "ldif_url_refused"},
      {"URL without space", "photo:<file:///etc/passwd\n", "ldif_url_refused"},
      {"no colon", "cn x\n", "ldif_no_colon"},
      {"bad base64", "cn:: w6k\xFF\n", "ldif_base64"},
      {"Latin-1", "cn: caf\xE9\n", "ldif_not_utf8"},
      {"NUL", std::string{"cn: a\0b\n", 8}, "ldif_not_utf8"},
      {"name with a space", "c n: x\n", "ldif_attribute_name"},
      {"empty name", ": x\n", "ldif_attribute_name"},
      {"empty option", "cn;: x\n", "ldif_attribute_name"},
      {"bad option", "cn;a b: x\n", "ldif_attribute_name"},
      {"second dn", "dn: uid=c\n", "ldif_second_dn"},
      {"too long a line", "cn: " + std::string(1U << 20U, 'x') + "\n", "ldif_too_large"},
      {"too long once folded",
       "cn: " + std::string(600'000, 'x') + "\n " + std::string(600'000, 'x') + "\n",
       "ldif_too_large"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.feature);
    const std::string file =
        "dn: uid=a\nuid: a\n\ndn: uid=bad\n" + row.file + "uid: bad\n\ndn: uid=z\nuid: z\n";
    std::istringstream input{file};
    LdifReader reader{input};
    const auto first = reader.next();
    const auto second = reader.next();
    const auto third = reader.next();
    REQUIRE((first && second && third));
    CHECK(text_of(*first) == "1 dn=[uid=a] uid=[a]");
    CHECK(text_of(*second) == "4 key=[uid=bad] " + row.expected);
    CHECK(std::get<LdifEntry>(*third).dn == "uid=z");
    CHECK_FALSE(reader.next().has_value());
  }
}

TEST_CASE("an entry that does not begin with a DN is refused", "[import]") {
  CHECK(read_all("uid: a\ndn: uid=a\n\ndn: uid=b\n") == "1 key=[] ldif_no_dn\n4 dn=[uid=b]\n");
  CHECK(read_all("dn;x: uid=a\n\ndn: uid=b\n") == "1 key=[] ldif_no_dn\n3 dn=[uid=b]\n");
  CHECK(read_all("dn:< file:///x\n\ndn: uid=b\n") == "1 key=[] ldif_url_refused\n3 dn=[uid=b]\n");
  CHECK(read_all("dn:: /w==\n\ndn: uid=b\n") == "1 key=[] ldif_not_utf8\n3 dn=[uid=b]\n");
  CHECK(read_all("dn: a=b\n\nversion: 1\n\ndn: a=c\n") ==
        "1 dn=[a=b]\n3 key=[] ldif_no_dn\n5 dn=[a=c]\n");
}

TEST_CASE("a line that continues nothing is refused", "[import]") {
  CHECK(read_all(" x\n\ndn: a=b\n") == "1 key=[] ldif_fold\n3 dn=[a=b]\n");
  CHECK(read_all("dn: a=b\n\n cn: x\n\ndn: a=c\n") ==
        "1 dn=[a=b]\n3 key=[] ldif_fold\n5 dn=[a=c]\n");
}

TEST_CASE("a file of another version is not read at all", "[import]") {
  CHECK(read_all("version: 2\n\ndn: uid=a\n\ndn: uid=b\n") == "1 key=[] ldif_version\n");
}

TEST_CASE("an entry is bounded in bytes and lines", "[import]") {
  std::string lines = "dn: a=b\n";
  for (int count = 0; count < 100'000; ++count) {
    lines += "a: b\n";
  }
  CHECK(read_all(lines + "\ndn: a=c\n") == "1 key=[a=b] ldif_too_large\n100003 dn=[a=c]\n");

  std::string bytes = "dn: a=b\n";
  for (int count = 0; count < 5; ++count) {
    bytes += "a: " + std::string(1'000'000, 'x') + "\n";
  }
  CHECK(read_all(bytes + "\ndn: a=c\n") == "1 key=[a=b] ldif_too_large\n8 dn=[a=c]\n");
}
