#include "api/import/json_array_reader.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "api/import/line_source.h"

using namespace muster;

namespace {

/// Elements as they stand, failures as "line: rule", all in one text.
std::string read(const std::string& text, const std::string& member = {}) {
  std::istringstream input{text};
  JsonArrayReader reader{input, member};
  std::string result;
  while (const auto next = reader.next()) {
    const auto* element = std::get_if<JsonArrayElement>(&*next);
    const auto* refused = std::get_if<RowFailure>(&*next);
    result += element != nullptr
                  ? std::to_string(element->line) + ":" + element->text
                  : "!" + std::to_string(refused->line) + ":" + refused->failure.rule;
    result += " ";
  }
  return result;
}

}  // namespace

TEST_CASE("the elements of an array come one at a time, with their lines", "[import]") {
  CHECK(read("[]").empty());
  CHECK(read("\xEF\xBB\xBF[1]") == "1:1 ");
  CHECK(read(" [ {\"a\":[1,{}]} ,\n \"x]\",\n3 ]") == "1:{\"a\":[1,{}]} 2:\"x]\" 3:3 ");
  CHECK(read(R"([{"a":"\"}]"},{"b":"\\"}])") == R"(1:{"a":"\"}]"} 1:{"b":"\\"} )");
}

TEST_CASE("the array of an object is found by its name, at the top only", "[import]") {
  const std::string text =
      R"({"x":{"users":[8]},"y":"{\"users\":[9]","z":[[7]],"n":null,"users":[1,2],"more":3})";
  CHECK(read(text, "users") == "1:1 1:2 ");
  CHECK(read(R"({"users":null})", "users") == "!1:malformed_json ");
  CHECK(read("{}", "users") == "!1:malformed_json ");
  CHECK(read("[1]", "users") == "!1:malformed_json ");
  CHECK(read(R"({"users":[1]})") == "!1:malformed_json ");
}

TEST_CASE("a text that ends early gives what came before, and then says so", "[import]") {
  CHECK(read("[1,\n{\"a\":2},{\"b\"") == "1:1 2:{\"a\":2} !2:malformed_json ");
  CHECK(read("[1") == "1:1 !1:malformed_json ");
  CHECK(read("[1,") == "1:1 !1:malformed_json ");
  CHECK(read("[1 2]") == "1:1 !1:malformed_json ");
  CHECK(read("[,]") == "!1:malformed_json ");
  CHECK(read("") == "!1:malformed_json ");
  CHECK(read(R"({"users)", "users") == "!1:malformed_json ");
}

TEST_CASE("an element beyond the bound is one failed row and the next one is read", "[import]") {
  const std::string fits = "\"" + std::string(kImportLineBytesMax - 2, 'a') + "\"";
  const std::string beyond = "\"" + std::string(kImportLineBytesMax, 'a') + "\"";
  CHECK(read("[" + fits + ",1]") == "1:" + fits + " 1:1 ");
  CHECK(read("[" + beyond + ",1]") == "!1:row_too_large 1:1 ");
}
