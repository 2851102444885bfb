#include "api/import/keycloak_groups.h"

#include <sstream>

#include "api/import/user_ids.h"
#include "tests/api/import/rows.h"

using namespace muster;
using namespace muster::test;

namespace {

struct Read {
  std::string groups;   // "path (parent's path)", parents first
  std::string members;  // "line pointer path of the group"
  std::string refused;  // "line rule pointer"
  LeftBehind left;
};

Read read(const std::string& text) {
  std::istringstream input{text};
  Read result;
  const KeycloakGroups groups = KeycloakGroups::read(input, [&](const RowFailure& row) {
    const auto& faults = row.failure.faults;
    result.refused += std::to_string(row.line) + " " + row.failure.rule + " " +
                      (faults.empty() ? "" : faults[0].pointer) + "\n";
  });
  const auto path_of = [&](const std::string& id) {
    for (const ImportedGroup& group : groups.groups()) {
      if (group.id == id) {
        return group.source_key;
      }
    }
    return std::string{"-"};
  };
  for (const ImportedGroup& group : groups.groups()) {
    result.groups += group.source_key + " (" + path_of(group.parent_id) + ")\n";
  }
  KeycloakMembers members{input, groups};
  while (const auto member = members.next()) {
    result.members += std::to_string(member->line) + " " + member->pointer + " " +
                      path_of(member->group_id) + "\n";
  }
  result.left = groups.left_behind();
  return result;
}

std::string nested(std::size_t levels) {
  std::string text = R"({"name":"g","subGroups":[]})";
  for (std::size_t i = 1; i < levels; ++i) {
    text = R"({"name":"g","subGroups":[)" + text + "]}";
  }
  return R"({"groups":[)" + text + R"(],"users":[]})";
}

}  // namespace

TEST_CASE("groups of a realm are a tree, and users name them by path", "[import]") {
  const Read found = read(sample("realm.json"));
  CHECK(found.groups ==
        "/Growers (-)\n/Growers/North (/Growers)\n/Growers/South (/Growers)\n"
        "/Growers/North/Pears~/Quinces (/Growers/North)\n/Sellers (-)\n");
  CHECK(found.members ==
        "68 /groups/0 /Growers/North\n68 /groups/1 /Sellers\n"
        "118 /groups/0 /Growers\n"
        "146 /groups/0 /Growers/North/Pears~/Quinces\n");
  CHECK(found.refused.empty());
  CHECK(found.left.roles == 2);
  CHECK(found.left.group_attributes == 1);
}

TEST_CASE("a group of a realm keeps its id and its description, old or new", "[import]") {
  std::istringstream input{sample("realm.json")};
  const KeycloakGroups groups = KeycloakGroups::read(input, [](const RowFailure&) { FAIL(); });
  CHECK(groups.groups().at(0).id == "6c1e7a10-2f3b-4d5c-8e6f-0a1b2c3d4e10");
  CHECK(groups.groups().at(0).description == "Who tends the trees");
  CHECK(groups.groups().at(1).description == "The slope behind the press");
  // Without an id it is made of the path.
  CHECK(groups.groups().at(3).name == "Pears/Quinces");
  CHECK(groups.groups().at(3).id == user_id_from_given_id("/Growers/North/Pears~/Quinces"));
}

TEST_CASE("groups of a realm that cannot be taken are named by place, with what is below",
          "[import]") {
  const Read found = read(
      R"({"groups":[{"name":"a","subGroups":[{"subGroups":[{"name":"lost"}]},3,{"name":"b"}]},
{bad},
{"id":"x","name":"c"},{"id":"x","name":"d"}],
"users":[{"username":"u","groups":["/a/b","/a/lost",7]}]})");
  CHECK(found.groups == "/a (-)\n/a/b (/a)\n/c (-)\n");
  CHECK(found.refused ==
        "1 group_no_name /subGroups/0\n1 type /subGroups/1\n2 malformed_json \n3 group_twice \n");
  CHECK(found.members == "4 /groups/0 /a/b\n4 /groups/1 -\n4 /groups/2 -\n");
}

TEST_CASE("groups of a realm lie in each other up to a bound", "[import]") {
  CHECK(read(nested(kImportedGroupDepthMax)).refused.empty());
  const Read found = read(nested(kImportedGroupDepthMax + 1));
  CHECK(found.refused.starts_with("1 group_too_deep /subGroups/0/subGroups/0"));
}

TEST_CASE("a text that is no realm is told once, by the reader of users", "[import]") {
  CHECK(read("[1]").refused.empty());
  CHECK(read(R"({"clients":[]})").refused.empty());
  // Behind the users, where that reader does not come.
  CHECK(read(R"({"users":[],"groups":[{"name":"a"})").refused == "1 malformed_json \n");
}

TEST_CASE("service accounts are members of nothing", "[import]") {
  const Read found = read(R"({"groups":[{"name":"a"}],"users":[)"
                          R"({"username":"s","serviceAccountClientId":"c","groups":["/a"]}]})");
  CHECK(found.members.empty());
}
