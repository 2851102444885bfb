/// Imports into a running server, which must come to what those into a stopped directory come to.
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/e2e/served_directory.h"

namespace muster::test {
namespace {

struct Row {
  std::string imported;
  std::vector<std::uint64_t> counts;  // created, updated, unchanged, skipped, failed

  bool operator==(const Row&) const = default;
};

using Rows = std::vector<Row>;

/// The lines that are reports; progress and notes are others.
Rows rows_in(const std::string& output) {
  Rows rows;
  std::istringstream lines{output};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(R"({"imported")")) {
      continue;
    }
    Row& row = rows.emplace_back(Row{member(line, "imported"), {}});
    for (const char* name : {"created", "updated", "unchanged", "skipped", "failed"}) {
      row.counts.push_back(number(line, name));
    }
  }
  return rows;
}

class OnlineImports {
 public:
  OnlineImports() { served_.start(); }

  Rows import(const std::string& format, const std::filesystem::path& file, int expected = 0) {
    std::string output;
    const int status = run({MUSTER_PROGRAM,
                            "import",
                            format,
                            file.string(),
                            "--pool",
                            "people",
                            "--create-pool",
                            "--url",
                            "http://127.0.0.1:" + std::to_string(served_.port()),
                            "--client",
                            (served_.data() / "system-client.json").string(),
                            "--errors",
                            errors().string(),
                            "--output",
                            "ndjson"},
                           served_.scratch() / "import.log",
                           &output);
    INFO(output);
    CHECK(status == expected);
    return rows_in(output);
  }

  /// The ids of a list in the only pool.
  std::string list(const std::string& path) {
    const std::string pools = "/api/identity/default/system/pools";
    const std::string pool = member(served_.call({"GET", pools, "", ""}).body, "id");
    return served_.call({"GET", pools + "/" + pool + path, "", ""}).body;
  }

  [[nodiscard]] std::filesystem::path errors() const { return served_.scratch() / "errors.ndjson"; }

  [[nodiscard]] std::filesystem::path scratch() const { return served_.scratch(); }

 private:
  ServedDirectory served_;
};

std::filesystem::path data(const std::string& name) {
  return std::filesystem::path{MUSTER_IMPORT_DATA} / name;
}

}  // namespace

TEST_CASE("groups of a realm come into a running server, and again nothing changes", "[e2e]") {
  OnlineImports imports;
  CHECK(imports.import("keycloak", data("realm.json")) ==
        Rows{{"users", {5, 0, 0, 1, 0}},
             {"groups", {5, 0, 0, 0, 0}},
             {"memberships", {4, 0, 0, 0, 0}},
             {"roles", {0, 0, 0, 10, 0}},
             {"group_attributes", {0, 0, 0, 1, 0}}});
  CHECK(imports.import("keycloak", data("realm.json")) ==
        Rows{{"users", {0, 0, 5, 1, 0}},
             {"groups", {0, 0, 5, 0, 0}},
             {"memberships", {0, 0, 4, 0, 0}},
             {"roles", {0, 0, 0, 10, 0}},
             {"group_attributes", {0, 0, 0, 1, 0}}});
  const std::string north = imports.list("/groups/6c1e7a10-2f3b-4d5c-8e6f-0a1b2c3d4e11");
  CHECK(member(north, "name") == "North");
  CHECK(member(north, "description") == "The slope behind the press");
  CHECK(member(north, "parent_id") == "6c1e7a10-2f3b-4d5c-8e6f-0a1b2c3d4e10");
  const std::string members =
      imports.list("/groups/6c1e7a10-2f3b-4d5c-8e6f-0a1b2c3d4e11/users?limit=10");
  CHECK(members.find("5f0c2a01-1d6b-4b52-9a3e-7d1f6f2b9c01") != std::string::npos);
  CHECK(members.find("5f0c2a03-1d6b-4b52-9a3e-7d1f6f2b9c03") == std::string::npos);
  CHECK_FALSE(std::filesystem::exists(imports.errors()));
}

TEST_CASE("groups of LDIF come into a running server, and who is nobody is skipped", "[e2e]") {
  OnlineImports imports;
  const auto file = imports.scratch() / "people.ldif";
  const std::string people = read_text(data("people.ldif"));
  std::ofstream{file} << people << "uniqueMember: uid=ghost\n";
  CHECK(imports.import("ldif", file) == Rows{{"users", {2, 0, 0, 0, 0}},
                                             {"groups", {2, 0, 0, 0, 0}},
                                             {"memberships", {3, 0, 0, 1, 0}}});
  CHECK(imports.import("ldif", file) == Rows{{"users", {0, 0, 2, 0, 0}},
                                             {"groups", {0, 0, 2, 0, 0}},
                                             {"memberships", {0, 0, 3, 1, 0}}});
  const std::string errors = read_text(imports.errors());
  CHECK(errors.find(R"("line":26,"key":"uid=ghost","error_code":"user_not_found")") !=
        std::string::npos);
  CHECK(errors.find(R"("skipped":true)") != std::string::npos);
}

TEST_CASE("more groups and members than one request holds come into a running server", "[e2e]") {
  constexpr std::uint64_t kGroups = 250;
  constexpr std::uint64_t kMembers = 2100;
  OnlineImports imports;
  const auto file = imports.scratch() / "many.ldif";
  std::ofstream ldif{file};
  ldif << "dn: uid=a\nobjectClass: person\ncn: A\nsn: A\ngivenName: A\nuid: a\n\n";
  for (std::uint64_t i = 0; i < kGroups; ++i) {
    ldif << "dn: cn=g" << i << "\nobjectClass: groupOfNames\ncn: g" << i << "\nmember: uid=a\n";
    // Each lies in the one before, nine levels deep, and stands behind what lies in it.
    ldif << (i % 9 == 0 ? "" : "member: cn=g" + std::to_string(i - 1) + "\n") << "\n";
  }
  ldif << "dn: cn=all\nobjectClass: groupOfNames\ncn: all\n";
  for (std::uint64_t i = 0; i < kMembers - kGroups; ++i) {
    ldif << "member: uid=a\n";
  }
  ldif.close();
  CHECK(imports.import("ldif", file) ==
        Rows{{"users", {1, 0, 0, 0, 0}},
             {"groups", {kGroups + 1, 0, 0, 0, 0}},
             {"memberships", {kGroups + 1, 0, kMembers - kGroups - 1, 0, 0}}});
}

TEST_CASE("a group that cannot be is a failed row, told by the running server", "[e2e]") {
  OnlineImports imports;
  const auto file = imports.scratch() / "realm.json";
  std::ofstream{file} << R"({"groups":[{"name":"A","path":"/A"},{"name":"A","path":"/A2"}],)"
                         R"("users":[{"username":"u","groups":["/A","/A2"]}]})";
  constexpr int kRefused = 1;
  CHECK(imports.import("keycloak", file, kRefused) == Rows{{"users", {1, 0, 0, 0, 0}},
                                                           {"groups", {1, 0, 0, 0, 1}},
                                                           {"memberships", {1, 0, 0, 0, 1}}});
  const std::string errors = read_text(imports.errors());
  CHECK(errors.find(R"("key":"/A2","error_code":"group_name_taken")") != std::string::npos);
  CHECK(errors.find(R"("error_code":"group_not_found")") != std::string::npos);
  CHECK(errors.find(R"("pointer":"/groups/1")") != std::string::npos);
}

}  // namespace muster::test
