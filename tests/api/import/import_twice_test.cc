/// Whole imports into a stopped directory.
#include <filesystem>

#include "api/cli/import_run.h"
#include "tests/api/import/rows.h"
#include "tests/storage/scratch_directory.h"

using namespace muster;
using namespace muster::test;

namespace {

struct Import {
  ImportFormat format;
  std::string file;
  ImportReport first;
  ImportReport second;
};

ImportFlags flags_of(const ScratchDirectory& scratch, ImportFormat format, std::string_view file) {
  ImportFlags flags;
  flags.format = format;
  flags.file = std::string{MUSTER_IMPORT_DATA} + "/" + std::string{file};
  flags.pool = "people";
  flags.create_pool = true;
  flags.offline.data = scratch.path() / "data";
  flags.errors = scratch.path() / "errors.ndjson";
  flags.mapping_file = std::string{MUSTER_IMPORT_DATA} + "/staff.toml";
  return flags;
}

ImportReport import(const ImportFlags& flags) {
  std::optional<ImportReport> report;
  const auto done = import_file(flags, report);
  INFO((done ? std::string{} : done.error().reason));
  REQUIRE(done.has_value());
  REQUIRE(report.has_value());
  return *report;
}

}  // namespace

TEST_CASE("a second import of the same file changes nothing, whatever the format", "[import]") {
  const auto& [format, file, first, second] =
      GENERATE(Import{ImportFormat::kLdif,
                      "people.ldif",
                      {{2, 0, 0, 0, 0}, {2, 0, 0, 0, 0}, {3, 0, 0, 0, 0}},
                      {{0, 0, 2, 0, 0}, {0, 0, 2, 0, 0}, {0, 0, 3, 0, 0}}},
               Import{ImportFormat::kNdjson, "users.ndjson", {{1, 0, 0, 0, 0}}, {{0, 0, 1, 0, 0}}},
               Import{ImportFormat::kKeycloak,
                      "realm.json",
                      {{5, 0, 0, 1, 0}, {5, 0, 0, 0, 0}, {4, 0, 0, 0, 0}, 10, 1},
                      {{0, 0, 5, 1, 0}, {0, 0, 5, 0, 0}, {0, 0, 4, 0, 0}, 10, 1}},
               Import{ImportFormat::kAuth0, "auth0.json", {{9, 0, 0, 0, 0}}, {{0, 0, 9, 0, 0}}},
               Import{ImportFormat::kAuth0, "auth0.ndjson", {{3, 0, 0, 0, 0}}, {{0, 0, 3, 0, 0}}},
               Import{ImportFormat::kCsv, "staff.csv", {{3, 0, 0, 0, 0}}, {{0, 0, 3, 0, 0}}});
  CAPTURE(file);
  const ScratchDirectory scratch;
  const ImportFlags flags = flags_of(scratch, format, file);
  CHECK(import(flags) == first);
  CHECK(import(flags) == second);
  CHECK_FALSE(std::filesystem::exists(flags.errors));
}

TEST_CASE("rows that fail are written to a file and the others are in", "[import]") {
  const ScratchDirectory scratch;
  ImportFlags flags = flags_of(scratch, ImportFormat::kCsv, "");
  flags.file = scratch.path() / "rows.csv";
  std::ofstream{flags.file} << "Number,Login,Mail,Checked,Phone,First,Last,Name,Age,Tags,State,"
                               "Hash,Note\n"
                               "1,a,,,,A,A,A,,,,,\n"
                               "2,b\n"
                               "3,c,,,,C,,,,,,,\n"
                               "4,d,,,,D,D,D,,,,,\n";
  CHECK(import(flags) == ImportReport{{2, 0, 0, 0, 2}});
  std::ifstream errors{flags.errors};
  std::stringstream text;
  text << errors.rdbuf();
  CHECK(text.str().find(R"("line":3,)") != std::string::npos);
  CHECK(text.str().find("csv_ragged") != std::string::npos);
  CHECK(text.str().find("schema_violation") != std::string::npos);
}

TEST_CASE("groups follow their file, and a member that is nobody is skipped by name", "[import]") {
  const ScratchDirectory scratch;
  ImportFlags flags = flags_of(scratch, ImportFormat::kLdif, "");
  flags.file = scratch.path() / "people.ldif";
  const std::string people = sample("people.ldif");
  std::ofstream{flags.file} << people;
  CHECK(import(flags) == ImportReport{{2, 0, 0, 0, 0}, {2, 0, 0, 0, 0}, {3, 0, 0, 0, 0}});

  std::string changed = people;
  const std::string below = "member: cn=Night pilots,ou=groups,dc=harbour,dc=example";
  changed.replace(changed.find(below), below.size(), "member: uid=ghost");
  std::ofstream{flags.file} << changed;
  CHECK(import(flags) == ImportReport{{0, 0, 2, 0, 0}, {0, 1, 1, 0, 0}, {0, 0, 3, 1, 0}});
  std::ifstream errors{flags.errors};
  std::stringstream text;
  text << errors.rdbuf();
  CHECK(text.str().find(R"("line":19,"key":"uid=ghost","error_code":"user_not_found")") !=
        std::string::npos);
  CHECK(text.str().find(R"("skipped":true)") != std::string::npos);
}

TEST_CASE("users of a realm in files of their own find its groups in another", "[import]") {
  const ScratchDirectory scratch;
  ImportFlags flags = flags_of(scratch, ImportFormat::kKeycloak, "");
  const std::string users =
      R"({"realm":"orchard","users":[
{"id":"5f0c2a07-1d6b-4b52-9a3e-7d1f6f2b9c07","username":"jo","firstName":"Jo","lastName":"Fox",
 "groups":["/Growers","/Cellar"]}]})";
  flags.file = scratch.path() / "orchard-users-0.json";
  std::ofstream{flags.file} << users;
  CHECK(import(flags) == ImportReport{{1, 0, 0, 0, 0}, {}, {0, 0, 0, 2, 0}});

  flags.groups_file = std::string{MUSTER_IMPORT_DATA} + "/realm.json";
  CHECK(import(flags) == ImportReport{{0, 0, 1, 0, 0}, {5, 0, 0, 0, 0}, {1, 0, 0, 1, 0}, 2, 1});
  std::ifstream errors{flags.errors};
  std::stringstream text;
  text << errors.rdbuf();
  CHECK(
      text.str().find(
          R"("line":2,"key":"5f0c2a07-1d6b-4b52-9a3e-7d1f6f2b9c07","error_code":"group_not_in_file")") !=
      std::string::npos);
  CHECK(text.str().find(R"("skipped":true,"pointer":"/groups/1")") != std::string::npos);
}

TEST_CASE("the file of a realm without its users brings the groups alone", "[import]") {
  const ScratchDirectory scratch;
  ImportFlags flags = flags_of(scratch, ImportFormat::kKeycloak, "");
  flags.file = scratch.path() / "orchard-realm.json";
  std::ofstream{flags.file} << R"({"realm":"orchard","groups":[{"name":"A","path":"/A"}]})";
  CHECK(import(flags) == ImportReport{{}, {1, 0, 0, 0, 0}, {}});
  std::ofstream{flags.file} << R"({"realm":"orchard"})";
  CHECK(import(flags) == ImportReport{{0, 0, 0, 0, 1}, {}, {}});
}

TEST_CASE("memberships of people whose rows failed are skipped, and the rows tell why",
          "[import]") {
  const ScratchDirectory scratch;
  ImportFlags flags = flags_of(scratch, ImportFormat::kKeycloak, "");
  flags.file = scratch.path() / "realm.json";
  std::ofstream{flags.file} << R"({"groups":[{"name":"A","path":"/A"}],"users":[)"
                               R"({"username":"ada","firstName":"Ada","groups":["/A"]}]})";
  CHECK(import(flags) == ImportReport{{0, 0, 0, 0, 1}, {1, 0, 0, 0, 0}, {0, 0, 0, 1, 0}});
}

TEST_CASE("a file that kept its groups elsewhere before moves them, and members stay", "[import]") {
  const ScratchDirectory scratch;
  ImportFlags flags = flags_of(scratch, ImportFormat::kKeycloak, "");
  flags.file = scratch.path() / "realm.json";
  std::string realm = sample("realm.json");
  std::ofstream{flags.file} << realm;
  import(flags);
  for (std::size_t at = 0; (at = realm.find("/Growers/South", at)) != std::string::npos;) {
    realm.replace(at, 14, "/Growers/Lower");
  }
  const std::string name = R"("name": "South")";
  realm.replace(realm.find(name), name.size(), R"("name": "Lower")");
  std::ofstream{flags.file} << realm;
  CHECK(import(flags) == ImportReport{{0, 0, 5, 1, 0}, {0, 1, 4, 0, 0}, {0, 0, 4, 0, 0}, 10, 1});
}

TEST_CASE("a mapping that does not fit is told before the directory is touched", "[import]") {
  const ScratchDirectory scratch;
  const ImportFlags flags = flags_of(scratch, ImportFormat::kCsv, "people.ldif");
  std::optional<ImportReport> report;
  const auto done = import_file(flags, report);
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().rule == "unknown_column");
  CHECK_FALSE(report.has_value());
  CHECK_FALSE(std::filesystem::exists(flags.offline.data));
}
