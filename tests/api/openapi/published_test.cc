#include "tests/api/openapi/published.h"

#include <catch2/catch.hpp>

namespace muster::test {
namespace {

namespace json = boost::json;

/// The differences of two types in one line.
std::string differences(std::string_view published, std::string_view ours, Side side) {
  const json::value schemas =
      json::parse(R"({"Point":{"fields":{"x":"integer"},"required":["x"]}})");
  const json::value document = json::parse(
      R"({"Point":{"type":"object","properties":{"x":{"type":"string"}},"required":["x"]}})");
  TypeComparison types{schemas, document};
  types.compare(json::parse(published), json::parse(ours), side);
  std::string all;
  for (const std::string& difference : types.differences()) {
    all += difference + ";";
  }
  return all;
}

std::string differences(std::string_view published, std::string_view ours) {
  return differences(published, ours, Side::kRequest);
}

}  // namespace

TEST_CASE("the same types do not differ, however they are written") {
  CHECK(differences(R"("any")", R"({"type":"integer"})").empty());
  CHECK(differences(R"("object")", R"({"type":"object"})").empty());
  CHECK(differences(R"("string date-time")", R"({"type":"string","format":"date-time"})").empty());
  CHECK(differences(R"({"enum":["a","b"]})", R"({"type":"string","enum":["b","a"]})").empty());
  CHECK(differences(R"(["integer"])", R"({"type":["array","null"],"items":{"type":"integer"}})")
            .empty());
  CHECK(differences(R"({"map":"string"})",
                    R"({"type":"object","additionalProperties":{"type":"string"}})")
            .empty());
}

TEST_CASE("types that differ are told with their place") {
  CHECK(differences(R"("integer")", R"({"type":"number"})") == " is not of type integer;");
  CHECK(differences(R"("string")", R"({"type":"string","format":"duration"})") ==
        " is not of format ;");
  CHECK(differences(R"("string")", R"({"type":"string","enum":["a"]})") ==
        " takes some strings only;");
  CHECK(differences(R"({"enum":["a"]})", R"({"type":"string","enum":["b"]})") ==
        " adds the value 'b'; lacks the value a;");
  CHECK(differences(R"(["integer"])", R"({"type":"object"})") == " is no array;");
  CHECK(differences(R"(["integer"])", R"({"type":"array","items":{"type":"string"}})") ==
        "/* is not of type integer;");
  CHECK(differences(R"({"map":"string"})", R"({"type":"object"})") == " is no map;");
  CHECK(differences(R"({"fields":{"a":"string"}})",
                    R"({"type":"object","properties":{"b":{"type":"string"}}})") ==
        "/a is missing;/b is added;");
  CHECK(differences(R"({"fields":{"point":"#Point"}})",
                    R"({"type":"object","properties":{"point":{"$ref":"#/Point"}}})") ==
        "Point/x is not of type integer;");
}

TEST_CASE("a request may not ask for more than published, nor an answer promise less") {
  const std::string_view published = R"({"fields":{"a":"string","b":"string"},"required":["a"]})";
  const std::string_view neither =
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}})";
  const std::string_view both =
      R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a","b"]})";
  CHECK(differences(published, neither, Side::kRequest).empty());
  CHECK(differences(published, both, Side::kRequest) == "/b is required;");
  CHECK(differences(published, neither, Side::kAnswer) == "/a is not promised;");
  CHECK(differences(published, both, Side::kAnswer).empty());
}

}  // namespace muster::test
