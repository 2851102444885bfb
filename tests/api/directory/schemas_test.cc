#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"

namespace muster::test {
namespace {

std::string schema(std::string_view id, std::string_view json) {
  return R"({"tenant_id":"default","id":")" + std::string{id} + R"(","name":")" + std::string{id} +
         R"(","schema":)" + std::string{json} + "}";
}

}  // namespace

TEST_CASE("a schema comes back as it was sent, with its instants") {
  const std::string body =
      R"({"type":"object","properties":{"size":{"type":"number","minimum":1,"hidden":true}},"additionalProperties":false})";
  const Response made = stack().admin(Method::kPost, "/schemas", schema("kept", body));
  CHECK(made.status == 201);
  CHECK(at(made, "/schema") == body);
  CHECK(at(made, "/system") == "false");
  CHECK(at(made, "/created_at") == at(made, "/updated_at"));
  CHECK(version_of(made) == "1.1");
  const Response read = stack().system(Method::kGet, "/schemas/kept");
  CHECK(read.bytes() == made.bytes());
  CHECK(read.header("ETag") == made.header("ETag"));
}

TEST_CASE("a schema of the generated Go client, full of nulls, is taken") {
  const Response made = stack().admin(
      Method::kPost,
      "/schemas",
      R"({"created_at":"0001-01-01T00:00:00.000Z","updated_at":"0001-01-01T00:00:00.000Z",)"
      R"("name":"go schema","tenant_id":"default","schema":{"allOf":null,"anyOf":null,)"
      R"("enum":null,"oneOf":null,"required":null,"type":"object","properties":null}})");
  CHECK(made.status == 201);
}

TEST_CASE("schemas are listed by name with the two that everybody has") {
  const Response list = stack().system(Method::kGet, "/schemas");
  CHECK(list.status == 200);
  const std::string ids = "," + column(list, "schemas", "id") + ",";
  CHECK(ids.find(",default_payload,") != std::string::npos);
  CHECK(ids.find(",default_metadata,") != std::string::npos);
}

TEST_CASE("the default schemas are those of the contract and stay as they are") {
  const Response payload = stack().system(Method::kGet, "/schemas/default_payload");
  CHECK(at(payload, "/name") == "\"user_v0\"");
  CHECK(at(payload, "/system") == "true");
  CHECK(at(payload, "/schema/required") == R"(["given_name","family_name","name"])");
  const Response changed = stack().admin(
      Method::kPut, "/schemas/default_payload", schema("default_payload", R"({"type":"object"})"));
  CHECK(changed.status == 409);
  CHECK(at(changed, "/error_code") == "\"system_schema\"");
  const Response deleted = stack().admin(Method::kDelete, "/schemas/default_payload");
  CHECK(deleted.status == 409);
  CHECK(at(deleted, "/error_code") == "\"system_schema\"");
}

TEST_CASE("who creates a system schema can never change it") {
  const std::string body =
      R"({"id":"fixed","name":"fixed","system":true,"schema":{"type":"object"}})";
  REQUIRE(stack().admin(Method::kPost, "/schemas", body).status == 201);
  CHECK(stack().admin(Method::kPut, "/schemas/fixed", body).status == 409);
  CHECK(stack().admin(Method::kDelete, "/schemas/fixed").status == 409);
}

TEST_CASE("a schema in use stays, one that nobody uses goes") {
  REQUIRE(stack().admin(Method::kPost, "/schemas", schema("used", R"({"type":"object"})")).status ==
          201);
  stack().make_pool("user1", R"(,"payload_schema_id":"used")");
  const Response refused = stack().admin(Method::kDelete, "/schemas/used");
  CHECK(refused.status == 409);
  CHECK(at(refused, "/error_code") == "\"schema_in_use\"");
  REQUIRE(stack().admin(Method::kPut, "/pools/user1", R"({"name":"user1"})").status == 200);
  CHECK(stack().admin(Method::kDelete, "/schemas/used").status == 204);
  CHECK(stack().admin(Method::kGet, "/schemas/used").status == 404);
}

TEST_CASE("what is wrong with a schema is told by pointer and keyword") {
  const Response refused = stack().admin(
      Method::kPost,
      "/schemas",
      schema("wrong",
             R"({"type":"object","properties":{"a":{"type":"string","format":"email"}}})"));
  CHECK(refused.status == 422);
  CHECK(at(refused, "/error_code") == "\"unsupported_schema_keyword\"");
  CHECK(at(refused, "/details/faults/0/pointer") == "\"/schema/properties/a/format\"");
}

TEST_CASE("ids and names of schemas are unique") {
  const std::string free = R"({"type":"object"})";
  REQUIRE(stack().admin(Method::kPost, "/schemas", schema("taken", free)).status == 201);
  const Response id = stack().admin(
      Method::kPost, "/schemas", R"({"id":"taken","name":"free name","schema":{"type":"object"}})");
  CHECK(id.status == 409);
  CHECK(at(id, "/error_code") == "\"schema_id_taken\"");
  const Response name = stack().admin(
      Method::kPost, "/schemas", R"({"id":"freeid","name":"taken","schema":{"type":"object"}})");
  CHECK(name.status == 409);
  CHECK(at(name, "/error_code") == "\"schema_name_taken\"");
}

TEST_CASE("a changed schema holds for the next write of a user, not for what is stored") {
  REQUIRE(
      stack().admin(Method::kPost, "/schemas", schema("moving", R"({"type":"object"})")).status ==
      201);
  stack().make_pool("moving", R"(,"payload_schema_id":"moving")");
  stack().make_user("moving", "ann", R"(,"payload":{"age":"old"})");
  REQUIRE(
      stack()
          .admin(Method::kPut,
                 "/schemas/moving",
                 schema("moving", R"({"type":"object","properties":{"age":{"type":"integer"}}})"))
          .status == 200);
  CHECK(at(stack().admin(Method::kGet, "/pools/moving/users/ann"), "/payload/age") == "\"old\"");
  const std::string path = "/pools/moving/users/ann";
  CHECK(stack().admin(Method::kPut, path, R"({"payload":{"age":"older"}})").status == 422);
  CHECK(stack().admin(Method::kPut, path, R"({"payload":{"age":7}})").status == 200);
}

}  // namespace muster::test
