#include "api/import/ldif_groups.h"

#include <sstream>

#include "api/import/user_ids.h"
#include "tests/api/import/rows.h"

using namespace muster;
using namespace muster::test;

namespace {

struct Read {
  std::string groups;   // "line name <parent's line>", parents first
  std::string members;  // "group's line: DN"
  std::string refused;  // "line rule key"
};

Read read(const std::string& text) {
  std::istringstream input{text};
  Read result;
  const LdifGroups groups = LdifGroups::read(input, [&](const RowFailure& row) {
    result.refused += std::to_string(row.line) + " " + row.failure.rule + " " + row.key + "\n";
  });
  for (const ImportedGroup& group : groups.groups()) {
    std::string parent = "-";
    for (const ImportedGroup& other : groups.groups()) {
      parent = other.id == group.parent_id ? std::to_string(other.line) : parent;
    }
    result.groups += std::to_string(group.line) + " " + group.name + " " + parent + "\n";
  }
  LdifMembers members{input, groups};
  while (const auto member = members.next()) {
    CHECK(member->user_id == user_id_from_dn(member->source_key));
    result.members += std::to_string(member->line) + ": " + member->source_key + "\n";
  }
  return result;
}

std::string group(const std::string& name, const std::vector<std::string>& members) {
  std::string text = "dn: cn=" + name + "\nobjectClass: groupOfNames\ncn: " + name + "\n";
  for (const std::string& member : members) {
    text += "member: " + member + "\n";
  }
  return text + "\n";
}

}  // namespace

TEST_CASE("groups of both classes come with their members, and a member group lies below",
          "[import]") {
  const Read found = read(sample("people.ldif"));
  CHECK(found.groups == "19 Pilots -\n26 Night pilots 19\n");
  CHECK(found.members ==
        "19: uid=signe,ou=people,dc=harbour,dc=example\n"
        "26: UID=otto, ou=People,dc=harbour,dc=example\n"
        "26: uid=signe,ou=people,dc=harbour,dc=example\n");
  CHECK(found.refused.empty());
}

TEST_CASE("ids of groups and members are those that users have, however a DN is spelled",
          "[import]") {
  std::istringstream input{sample("people.ldif")};
  const LdifGroups groups = LdifGroups::read(input, [](const RowFailure&) { FAIL(); });
  CHECK(groups.groups().at(0).description == "Bring ships in");
  CHECK(groups.find(user_id_from_dn("CN=pilots, ou=groups, dc=harbour, dc=example")) != nullptr);
  CHECK(user_id_from_dn("UID=otto, ou=People,dc=harbour,dc=example") ==
        user_id_from_dn("uid=otto,ou=people,dc=harbour,dc=example"));
}

TEST_CASE("parents come before their subgroups, wherever they stand in the file", "[import]") {
  const Read found =
      read(group("c", {"uid=x"}) + group("b", {"cn=c", "cn=c"}) + group("a", {"cn=b", "uid=y"}));
  CHECK(found.groups == "12 a -\n6 b 12\n1 c 6\n");
  CHECK(found.members == "1: uid=x\n12: uid=y\n");
  CHECK(found.refused.empty());
}

TEST_CASE("what a tree cannot hold is refused, member by member", "[import]") {
  const Read twice =
      read(group("a", {"cn=c"}) + group("b", {"cn=c", "uid=x"}) + group("c", {"uid=y"}));
  CHECK(twice.groups == "1 a -\n6 b -\n12 c 1\n");
  CHECK(twice.refused == "6 group_second_parent cn=c\n");
  CHECK(twice.members == "6: uid=x\n12: uid=y\n");

  const Read circle = read(group("a", {"cn=b"}) + group("b", {"cn=a"}) + group("c", {"cn=c"}));
  CHECK(circle.groups == "1 a -\n11 c -\n6 b 1\n");
  CHECK(circle.refused == "6 group_cycle cn=a\n11 group_cycle cn=c\n");
}

TEST_CASE("groups lie in each other up to a bound", "[import]") {
  std::string text;
  for (std::size_t i = 0; i < kImportedGroupDepthMax; ++i) {
    text += group("g" + std::to_string(i), {"cn=g" + std::to_string(i + 1)});
  }
  text += group("g" + std::to_string(kImportedGroupDepthMax), {"uid=x"});
  const Read found = read(text);
  CHECK(found.refused == "156 group_too_deep cn=g32\n");
}

TEST_CASE("groups without a name, twice, or with placeholders are told apart", "[import]") {
  const Read found =
      read("dn: cn=a\nobjectClass: groupOfUniqueNames\nuniqueMember: uid=x#'01'B\n\n" +
           group("b", {"", "uid=y"}) + group("b", {"uid=z"}) + "dn: cn=c\nobjectClass: device\n");
  CHECK(found.groups == "5 b -\n");
  CHECK(found.refused == "1 group_no_name cn=a\n11 group_twice cn=b\n");
  CHECK(found.members == "5: uid=y\n");
}
