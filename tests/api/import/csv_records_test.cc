#include "api/import/csv_records.h"

#include <sstream>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

/// Fields in brackets behind their line, failures as "!line: rule".
std::string read(const std::string& text, char delimiter = ',') {
  std::istringstream input{text};
  CsvRecords records{input, delimiter};
  std::string result;
  while (const auto next = records.next()) {
    if (const auto* refused = std::get_if<RowFailure>(&*next)) {
      result += "!" + std::to_string(refused->line) + ":" + refused->failure.rule;
      continue;
    }
    const auto& record = std::get<CsvRecord>(*next);
    result += std::to_string(record.line) + ":";
    for (const std::string& field : record.fields) {
      result += "[" + field + "]";
    }
  }
  return result;
}

}  // namespace

TEST_CASE("records end with CRLF or LF, and the last one with nothing", "[import]") {
  CHECK(read("a,b\r\nc,d\ne,") == "1:[a][b]2:[c][d]3:[e][]");
  CHECK(read("a\r\n") == "1:[a]");
  CHECK(read("a\rb,c") == "1:[a\rb][c]");
  CHECK(read("").empty());
}

TEST_CASE("a byte order mark and blank lines are no records", "[import]") {
  CHECK(read("\xEF\xBB\xBF"
             "a,b\n\n\r\nc,d\n") == "1:[a][b]4:[c][d]");
  CHECK(read("\"\"\n,\n") == "1:[]2:[][]");
}

TEST_CASE("quoted fields hold delimiters, line ends and quotes", "[import]") {
  CHECK(read("\"a,b\",\"c\r\nd\",\"say \"\"x\"\"\"\ne") == "1:[a,b][c\r\nd][say \"x\"]3:[e]");
  CHECK(read("\"\",\"\"\"\"\r\n") == "1:[][\"]");
}

TEST_CASE("another delimiter leaves commas alone", "[import]") {
  CHECK(read("a,1;b\n", ';') == "1:[a,1][b]");
  CHECK(read("a\t\"b\tc\"\n", '\t') == "1:[a][b\tc]");
}

TEST_CASE("misplaced quotes fail their record only", "[import]") {
  CHECK(read("a,b\"c,d\ne\n") == "!1:csv_quote2:[e]");
  CHECK(read("\"a\"b,c\ne\n") == "!1:csv_quote2:[e]");
  CHECK(read("x\n\"a\nb") == "1:[x]!2:csv_quote");
}

TEST_CASE("records are UTF-8 and bounded", "[import]") {
  CHECK(read("\xFF\nb\n") == "!1:csv_not_utf82:[b]");
  CHECK(read(std::string(1100, ',') + "\nb\n") == "!1:row_too_large2:[b]");
  CHECK(read("\"" + std::string((1U << 20U) + 1, 'a') + "\"\nb\n") == "!1:row_too_large2:[b]");
}
