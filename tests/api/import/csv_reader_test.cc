#include "api/import/csv_reader.h"

#include "api/import/user_ids.h"
#include "tests/api/import/rows.h"

using namespace muster;
using namespace muster::test;

namespace {

RowSourceOptions with(std::string mapping) {
  return {ImportFormat::kCsv, {}, std::move(mapping), ','};
}

/// Why a file cannot be opened with that mapping.
std::string refusal(std::string mapping, const std::string& text = "a,b\n") {
  std::istringstream input{text};
  const auto opened = open_rows(with(std::move(mapping)), input);
  REQUIRE_FALSE(opened.has_value());
  return opened.error().rule + ": " + opened.error().reason;
}

std::string mapped(const std::string& columns) {
  return "[columns]\na = \"id\"\nb = " + columns + "\n";
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("columns become what the mapping says", "[import]") {
  const auto rows = rows_of(with(sample("staff.toml")), sample("staff.csv"));
  REQUIRE(rows.size() == 3);
  const ImportedUser& ewa = user_in(rows, 0);
  CHECK(ewa.id == user_id_from_given_id("17"));
  CHECK(ewa.line == 2);
  CHECK(ewa.status == "active");
  CHECK(ewa.payload_json ==
        R"({"age":41,"family_name":"Zych","given_name":"Ewa","name":"Zych, Ewa"})");
  CHECK(ewa.metadata_json == R"({"tags":["night","\"oven\""]})");
  CHECK(ewa.identifiers ==
        std::vector<ImportedIdentifier>{{"uid", "ewa", ""}, {"email", "ewa@mill.example", ""}});
  CHECK(ewa.addresses ==
        std::vector<ImportedAddress>{{"email", "ewa@mill.example", true, "active", "", ""},
                                     {"mobile", "+48600100200", false, "active", "", ""}});
  const ImportedUser& lars = user_in(rows, 1);
  CHECK(lars.line == 4);
  CHECK(lars.status == "inactive");
  CHECK(lars.metadata_json.empty());
  CHECK_FALSE(lars.addresses.at(0).verified);
  CHECK(user_in(rows, 2).status == "active");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(verifies(user_in(rows, i)));
  }
}

TEST_CASE("a row with more or fewer fields than the header fails with its line", "[import]") {
  const auto rows = rows_of(with(mapped("\"ignore\"")), "a,b\n1,2\n3\n4,\"x\ny\"\n5,6,7\n8,9\n");
  REQUIRE(rows.size() == 5);
  CHECK(failure_in(rows, 1).line == 3);
  CHECK(failure_in(rows, 1).failure.rule == "csv_ragged");
  CHECK(failure_in(rows, 1).failure.reason == "the row has 1 fields, the header 2");
  CHECK(failure_in(rows, 3).line == 6);
  CHECK(user_in(rows, 4).source_key == "8");
}

TEST_CASE("columns that only one side knows are named", "[import]") {
  CHECK_THAT(refusal(mapped("\"ignore\"") + "c = \"status\"\n"),
             Contains("unknown_column") && Contains("'c'") && Contains("'a', 'b'"));
  CHECK_THAT(refusal("[columns]\na = \"id\"\n"), Contains("unknown_column") && Contains("'b'"));
  CHECK_THAT(refusal(mapped("{ address = \"email\", verified = \"gone\" }")), Contains("'gone'"));
  CHECK_THAT(refusal(mapped("\"ignore\""), "a,b,a\n"), Contains("duplicate_column"));
  CHECK_THAT(refusal(mapped("\"ignore\""), ""), Contains("no_header"));
  const auto rows = rows_of(with("unmapped = \"ignore\"\n[columns]\na = \"id\"\n"), "a,b\n1,2\n");
  CHECK(user_in(rows, 0).payload_json.empty());
}

TEST_CASE("a mapping that cannot be meant is refused with its line", "[import]") {
  CHECK_THAT(refusal(mapped("\"pasword\"")), Contains("line 3 of the mapping"));
  CHECK_THAT(refusal(mapped("{ identifier = \"phone\" }")), Contains("line 3"));
  CHECK_THAT(refusal(mapped("{ address = \"uid\" }")), Contains("line 3"));
  CHECK_THAT(refusal(mapped("{ payload = \"x\", type = \"date\" }")), Contains("boolean or list"));
  CHECK_THAT(refusal(mapped("{ payload = \"x\", metadata = \"y\" }")), Contains("one thing"));
  CHECK_THAT(refusal(mapped("{ payload = \"x\", verified = true }")), Contains("'verified'"));
  CHECK_THAT(refusal(mapped("{ status = { x = \"gone\" } }")), Contains("a status is"));
  CHECK_THAT(refusal(mapped("{ type = \"number\" }")), Contains("needs one of"));
  CHECK_THAT(refusal(mapped("[]")), Contains("1 to 16"));
  CHECK_THAT(refusal(mapped("\"id\"")), Contains("two columns become the id"));
  CHECK_THAT(refusal("[columns]\na = \"status\"\n"), Contains("no column becomes an id"));
  CHECK_THAT(refusal("status = \"asleep\"\n"), Contains("'status'"));
  CHECK_THAT(refusal("speed = 3\n"), Contains("'speed'"));
  CHECK_THAT(refusal("a = \n"), Contains("line 1"));
  CHECK_THAT(refusal(""), Contains("no [columns]"));
}

TEST_CASE("a field that is not of its type fails the row, by its column", "[import]") {
  const auto first_fault = [](const std::string& column, const std::string& field) {
    const auto rows = rows_of(with(mapped(column)), "a,b\n1," + field + "\n");
    const Failure& why = failure_in(rows, 0).failure;
    REQUIRE(why.faults.size() == 1);
    return why.faults[0].pointer + " " + why.faults[0].rule;
  };
  CHECK(first_fault("{ payload = \"x\", type = \"number\" }", "4o") == "/b type");
  CHECK(first_fault("{ payload = \"x\", type = \"boolean\" }", "perhaps") == "/b type");
  CHECK(first_fault("\"status\"", "asleep") == "/b enum");
  CHECK(first_fault("{ status = { on = \"active\" } }", "off") == "/b enum");
  CHECK(first_fault("\"password_hash\"", "hunter2") == "/b unsupported_hash");
  CHECK(first_fault("\"password_hash\"", "{CLEARTEXT}hunter2") == "/b unsupported_hash");
}

TEST_CASE("without an id the first identifier makes one, and a row needs either", "[import]") {
  const auto rows = rows_of(with("must_be_changed = true\n[columns]\na = { identifier = \"uid\" }\n"
                                 "b = \"password\"\n"),
                            "a,b\nx,secret\n,y\n");
  CHECK(user_in(rows, 0).id == user_id_from_identifier("uid", "x"));
  CHECK(user_in(rows, 0).password ==
        ImportedPassword{ImportedPassword::Kind::kClearText, "secret", true, false});
  CHECK(failure_in(rows, 1).failure.faults.at(0).rule == "required");
}
