#include <string>

#include <catch2/catch.hpp>

#include "engine/schemas/explainer.h"
#include "tests/engine/schemas/support.h"

namespace muster {

TEST_CASE("every failing place is listed with its pointer and keyword", "[schemas]") {
  CHECK(faults_of(R"({"type":"object","required":["given_name","family_name"],
                      "properties":{"given_name":{"type":"string","minLength":1},
                                    "age":{"type":"integer","minimum":0},
                                    "tags":{"items":{"type":"string"},"maxItems":1},
                                    "address":{"properties":{"zip":{"pattern":"^[0-9]+$"}},
                                               "additionalProperties":false}}})",
                  R"({"given_name":"","age":-0.5,"tags":["a",1,null],
                      "address":{"zip":"x","street":"y"}})") ==
        " required\n"
        "/given_name minLength\n"
        "/age type\n"
        "/age minimum\n"
        "/tags maxItems\n"
        "/tags/1 type\n"
        "/tags/2 type\n"
        "/address/zip pattern\n"
        "/address/street additionalProperties\n");
}

TEST_CASE("pointers are escaped as RFC 6901 says", "[schemas]") {
  CHECK(faults_of(R"({"additionalProperties":false})", R"({"a/b~c":1,"":2})") ==
        "/a~1b~0c additionalProperties\n/ additionalProperties\n");
  CHECK(faults_of(R"({"patternProperties":{"":{"type":"string"}}})", R"({"~/":1})") ==
        "/~0~1 type\n");
}

TEST_CASE("each missing member is a fault of its own", "[schemas]") {
  CHECK(faults_of(R"({"required":["b","a"]})", "{}") == " required\n required\n");
  const auto result = compiled(R"({"required":["a"],"dependentRequired":{"x":["y"]}})")
                          ->validate_text(R"({"x":1})");
  REQUIRE_FALSE(result.has_value());
  REQUIRE(result.error().faults.size() == 2);
  CHECK(result.error().faults[0].reason == "The member \"a\" is missing.");
  CHECK(result.error().faults[1].reason == "The member \"y\" is missing, which \"x\" needs.");
}

TEST_CASE("of alternatives the nearest one is explained", "[schemas]") {
  const auto schema =
      R"({"anyOf":[{"type":"string"},{"type":"object","properties":{"a":{"minimum":3}}},
                   {"type":"object","required":["b","c"]}]})";
  CHECK(faults_of(schema, R"({"a":1})") == " anyOf\n/a minimum\n");
  CHECK(faults_of(R"({"oneOf":[{"type":"string"},{"minimum":4}]})", "3") == " oneOf\n minimum\n");
  CHECK(faults_of(R"({"oneOf":[{"minimum":2},{"maximum":4}]})", "3") == " oneOf\n");
}

TEST_CASE("allOf and conditions are explained by what they demand", "[schemas]") {
  CHECK(faults_of(R"({"allOf":[{"minimum":4},{"multipleOf":2}]})", "3") ==
        " minimum\n multipleOf\n");
  CHECK(faults_of(R"({"if":{"required":["a"]},"then":{"required":["b"]}})", R"({"a":1})") ==
        " required\n");
  CHECK(faults_of(R"({"not":{"type":"string"}})", R"("x")") == " not\n");
  CHECK(faults_of(R"({"dependentSchemas":{"a":{"maxProperties":1}}})", R"({"a":1,"b":1})") ==
        " maxProperties\n");
}

TEST_CASE("arrays say which of the counting keywords failed", "[schemas]") {
  CHECK(faults_of(R"({"contains":{"type":"null"}})", "[1]") == " contains\n");
  CHECK(faults_of(R"({"contains":{"type":"null"},"minContains":2})", "[null]") == " minContains\n");
  CHECK(faults_of(R"({"contains":{"type":"null"},"maxContains":1})", "[null,null]") ==
        " maxContains\n");
  CHECK(faults_of(R"({"uniqueItems":true,"minItems":3})", "[1,1]") == " minItems\n uniqueItems\n");
}

TEST_CASE("a name that is not allowed is shown where it stands", "[schemas]") {
  CHECK(faults_of(R"({"propertyNames":{"maxLength":1}})", R"({"a":1,"bc":2})") ==
        "/bc propertyNames\n");
}

TEST_CASE("reasons never hold a value of the instance", "[schemas]") {
  const auto result =
      compiled(
          R"({"properties":{"a":{"type":"integer","enum":["x"],"pattern":"y","maxLength":2}}})")
          ->validate_text(R"({"a":"S3cret-value"})");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().faults.size() == 4);
  CHECK(result.error().reason.find("S3cret") == std::string::npos);
  for (const Fault& fault : result.error().faults) {
    CHECK(fault.reason.find("S3cret") == std::string::npos);
  }
}

TEST_CASE("the list of faults is bounded", "[schemas]") {
  std::string instance = "[";
  for (int index = 0; index < 1000; ++index)
    instance.append("1,");
  const auto result = compiled(R"({"items":{"type":"string"}})")->validate_text(instance + "1]");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().faults.size() == kInstanceFaultsMax);
}

}  // namespace muster
