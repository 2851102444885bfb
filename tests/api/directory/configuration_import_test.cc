#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/api/directory/stack.h"
#include "tests/engine/credentials/foreign_hashes.h"

namespace muster::test {
namespace {

constexpr std::string_view kBcrypt =
    R"({"value":"$2y$05$5yxZIk3xpQ2DWh.uPaEsLuP6UxhWhd1tkqxMEvj0ZnH4Gpz8NQ6yK",)"
    R"("config":{"method":"bcrypt","bcrypt":{"cost":5}}})";

/// A tenant with everything an export can have.
std::string whole_document() {
  return R"({"schemas":[{"tenant_id":"default","id":"person","name":"person","schema":{"type":"object","properties":{"nick":{"type":"string"}}},"created_at":"2020-01-02T03:04:05.678Z","updated_at":"2021-01-02T03:04:05.678Z"}],)"
         R"("pools":[{"tenant_id":"default","id":"p1","name":"p1","payload_schema_id":"person","identifier_case_insensitive":true}],)"
         R"("groups":[{"tenant_id":"default","user_pool_id":"p1","id":"below","name":"Below","path":"top/below"},{"tenant_id":"default","user_pool_id":"p1","id":"top","name":"Top","path":"top"}],)"
         R"("users":[{"tenant_id":"default","user_pool_id":"p1","id":"ann","status":"active","payload":{"nick":"a","n":1.50},"created_at":"2019-05-06T07:08:09.123Z","updated_at":"2020-05-06T07:08:09.123Z","status_updated_at":"2020-05-06T07:08:09.124Z"},{"tenant_id":"default","user_pool_id":"p1","id":"bob","status":"new","user_type":"jit"}],)"
         R"("user_identifiers":[{"id":"11111111-1111-4111-8111-111111111111","tenant_id":"default","user_pool_id":"p1","user_id":"ann","identifier":"Ann@e.test","identifier_lc":"ann@e.test","type":"email","created_at":"2019-05-06T07:08:09.125Z","updated_at":"0001-01-01T00:00:00.000Z"}],)"
         R"("user_verifiable_addresses":[{"id":"22222222-2222-4222-8222-222222222222","tenant_id":"default","user_pool_id":"p1","user_id":"ann","address":"ann@e.test","type":"email","status":"active","verified":true,"verified_at":"2019-05-06T07:08:09.126Z"}],)"
         R"("user_credentials":[{"id":"33333333-3333-4333-8333-333333333333","tenant_id":"default","user_pool_id":"p1","user_id":"ann","type":"password","payload":{"hashed_password":)" +
         std::string{kBcrypt} +
         R"(},"expires_at":"1900-01-01T00:00:00Z"},{"tenant_id":"default","user_pool_id":"p1","user_id":"bob","type":"totp","payload":{"totp_secret":"JBSWY3DPEHPK3PXP"}}],)"
         R"("codes":null,"group_members":[{"tenant_id":"default","user_pool_id":"p1","group_id":"below","user_id":"ann"}]})";
}

std::string code_of(const Response& response) {
  return at(response, "/error_code");
}

std::string pointer_of(const Response& response) {
  return at(response, "/details/faults/0/pointer");
}

/// How many events the tenant has.
std::uint64_t log_size(Stack& stack) {
  return stack.services().published.now()->size_of(LogId{1});
}

TEST_CASE("importing an export into a fresh installation gives an equal export") {
  Stack first;
  const Response imported = first.configuration(Method::kPut, whole_document());
  INFO(imported.bytes());
  REQUIRE(imported.status == 204);
  const Response exported = first.configuration(Method::kGet);
  CHECK(at(exported, "/users/0/created_at") == "\"2019-05-06T07:08:09.123Z\"");
  CHECK(at(exported, "/users/0/payload") == R"({"nick":"a","n":1.50})");
  CHECK(at(exported, "/users/1/user_type") == "\"jit\"");
  CHECK(at(exported, "/user_identifiers/0/id") == "\"11111111-1111-4111-8111-111111111111\"");
  CHECK(at(exported, "/user_identifiers/0/identifier_lc") == "\"ann@e.test\"");
  CHECK(at(exported, "/user_verifiable_addresses/0/verified_at") == "\"2019-05-06T07:08:09.126Z\"");
  CHECK(at(exported, "/user_credentials/0/expires_at") == "absent");
  CHECK(at(exported, "/groups/0/path") == "\"top/below\"");
  CHECK(at(exported, "/group_members/0/group_id") == "\"below\"");
  CHECK(at(exported, "/schemas/2/created_at") == "\"2020-01-02T03:04:05.678Z\"");

  Stack second;
  REQUIRE(second.configuration(Method::kPut, std::string{exported.bytes()}).status == 204);
  CHECK(second.configuration(Method::kGet).bytes() == exported.bytes());

  const std::uint64_t before = log_size(second);
  REQUIRE(second.configuration(Method::kPut, std::string{exported.bytes()}).status == 204);
  CHECK(log_size(second) == before);
}

/// A user for each hash, whose id and identifier are its place.
std::string users_with(const std::vector<std::string>& hashes) {
  std::string users;
  std::string identifiers;
  std::string credentials;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const std::string comma = i == 0 ? "" : ",";
    const std::string id = "u" + std::to_string(i);
    users += comma + R"({"user_pool_id":"h","id":")" + id + R"("})";
    identifiers += comma + R"({"user_id":")" + id + R"(","identifier":")" + id + R"("})";
    credentials +=
        comma + R"({"user_id":")" + id + R"(","payload":{"hashed_password":)" + hashes[i] + "}}";
  }
  return R"({"pools":[{"id":"h","name":"h"}],"users":[)" + users + R"(],"user_identifiers":[)" +
         identifiers + R"(],"user_credentials":[)" + credentials + "]}";
}

TEST_CASE("imported password hashes of every format verify, and are exported to be imported") {
  std::vector<std::string> hashes;
  for (const auto& foreign : tests::kForeignStrings) {
    hashes.push_back('"' + std::string{foreign.text} + '"');
  }
  for (const auto& foreign : tests::kForeignLdapValues) {
    const auto parsed = parse_ldap_password(foreign.text);
    REQUIRE(parsed.has_value());
    hashes.push_back(std::get<PasswordHash>(*parsed).to_json());
  }
  Stack stack;
  const Response imported = stack.configuration(Method::kPut, users_with(hashes));
  INFO(imported.bytes());
  REQUIRE(imported.status == 204);
  Stack second;
  const std::string exported{stack.configuration(Method::kGet).bytes()};
  REQUIRE(second.configuration(Method::kPut, exported).status == 204);
  CHECK(second.configuration(Method::kGet).bytes() == exported);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    INFO(hashes[i]);
    const auto verify = [&](std::string_view password) {
      return std::string{second
                             .system(Method::kPost,
                                     "/pools/h/user/password/v2/verify",
                                     R"({"identifier":"u)" + std::to_string(i) +
                                         R"(","password":")" + std::string{password} + R"("})")
                             .bytes()};
    };
    CHECK(verify(tests::kForeignPassword).find("password_correct") != std::string::npos);
    CHECK(verify("wrong").find("password_incorrect") != std::string::npos);
  }
}

TEST_CASE("an import is all or nothing, and says which entry is wrong") {
  Stack stack;
  REQUIRE(stack.configuration(Method::kPut, whole_document()).status == 204);
  const std::string before{stack.configuration(Method::kGet).bytes()};
  const std::uint64_t size = log_size(stack);
  const auto refused = [&](const std::string& body, int status, std::string_view pointer) {
    const Response answer = stack.configuration(Method::kPut, body);
    INFO(body << "\n" << answer.bytes());
    CHECK(answer.status == status);
    CHECK(pointer_of(answer) == '"' + std::string{pointer} + '"');
    CHECK(log_size(stack) == size);
  };
  const std::string good = R"({"user_pool_id":"p1","id":"new1"},)";
  refused(R"({"users":[)" + good + R"({"user_pool_id":"p1","id":"x","payload":{"nick":7}}]})",
          422,
          "/users/1/payload/nick");
  refused(R"({"users":[)" + good + R"({"user_pool_id":"none","id":"x"}]})",
          422,
          "/users/1/user_pool_id");
  refused(R"({"users":[)" + good +
              R"({"user_pool_id":"p1","id":"x","payload_schema_id":"none","payload":{}}]})",
          422,
          "/users/1/payload_schema_id");
  refused(R"({"users":[{"tenant_id":"other","user_pool_id":"p1","id":"x"}]})",
          422,
          "/users/0/tenant_id");
  refused(R"({"user_identifiers":[{"user_pool_id":"p1","user_id":"nobody","identifier":"x"}]})",
          422,
          "/user_identifiers/0/user_id");
  refused(R"({"group_members":[{"user_pool_id":"p1","user_id":"ann","group_id":"none"}]})",
          422,
          "/group_members/0/group_id");
  refused(R"({"groups":[{"user_pool_id":"p1","id":"g","name":"g","path":"none/g"}]})",
          422,
          "/groups/0/path");
  refused(R"({"pools":[{"id":"p2","name":"p2","payload_schema_id":"none"}]})",
          422,
          "/pools/0/payload_schema_id");
  refused(
      R"({"users":[)" + good +
          R"({"user_pool_id":"p1","id":"thief"}],)"
          R"("user_identifiers":[{"user_pool_id":"p1","user_id":"thief","identifier":"ANN@e.test"}]})",
      409,
      "/user_identifiers/0/identifier");
  refused(
      R"({"users":[{"user_pool_id":"p1","id":"a"},{"user_pool_id":"p1","id":"b"}],)"
      R"("user_identifiers":[{"user_pool_id":"p1","user_id":"a","identifier":"same"},{"user_pool_id":"p1","user_id":"b","identifier":"same"}]})",
      409,
      "/user_identifiers/1/identifier");
  refused(R"({"schemas":[{"id":"default_payload","name":"mine","schema":{"type":"object"}}]})",
          409,
          "/schemas/0");
  refused(
      R"({"codes":[{"user_pool_id":"p1","user_id":"ann","type":"challenge","code":{},"expires_at":"2999-01-01T00:00:00Z"}]})",
      422,
      "/codes/0/expires_at");
  refused(R"({"users":7})", 400, "/users");
  CHECK(stack.configuration(Method::kGet).bytes() == before);
}

// N-68
TEST_CASE("an import does not bring back what was below a deleted group") {
  Stack stack{{.held_to_document = false}};
  const Response made = stack.configuration(
      Method::kPut,
      R"({"pools":[{"id":"p1","name":"p1"}],"users":[{"user_pool_id":"p1","id":"ann"}],)"
      R"("groups":[{"user_pool_id":"p1","id":"top","name":"Top","path":"top"},)"
      R"({"user_pool_id":"p1","id":"below","name":"Below","path":"top/below"}],)"
      R"("group_members":[{"user_pool_id":"p1","group_id":"below","user_id":"ann"}]})");
  REQUIRE(made.status == 204);
  REQUIRE(stack.admin(Method::kDelete, "/pools/p1/groups/top").status == 204);
  const std::string again =
      R"({"groups":[{"user_pool_id":"p1","id":"below","name":"Below","path":"below"}]})";
  Response imported = stack.configuration(Method::kPut, again);
  for (int i = 0; i < 1000 && imported.status == 409; ++i) {
    CHECK(code_of(imported) == "\"group_id_taken\"");
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    imported = stack.configuration(Method::kPut, again);
  }
  CHECK(imported.status == 204);
  // Ann was in the one that was deleted.
  CHECK(column(stack.admin(Method::kGet, "/pools/p1/groups/below/users"), "users", "id").empty());
}

TEST_CASE("an export of workspaces, connections and users who do not fit can be imported anew") {
  constexpr std::string_view kDocument =
      R"({"workspaces":[{"id":"org","name":"Org","parent_id":"hr"},)"
      R"({"id":"hr","name":"HR","cors_origins":["https://hr.test"]}],)"
      R"("schemas":[{"id":"strict","name":"strict","schema":{"type":"object","required":["age"]}}],)"
      R"("pools":[{"id":"p","name":"p","workspace_id":"org","payload_schema_id":"strict",)"
      R"("connected_workspaces":["hr","org"]}],)"
      R"("users":[{"id":"ann","user_pool_id":"p","payload":{},"unfit":["payload"],)"
      R"("created_at":"2020-01-01T00:00:00.000Z"},)"
      R"({"id":"bob","user_pool_id":"p","payload":{"age":1},"unfit":["payload"]}]})";
  Stack first;
  const Response imported = first.configuration(Method::kPut, std::string{kDocument});
  INFO(imported.bytes());
  REQUIRE(imported.status == 204);
  const Response exported = first.configuration(Method::kGet);
  CHECK(at(exported, "/workspaces/2") ==
        R"({"id":"hr","tenant_id":"default","name":"HR","cors_origins":["https://hr.test"]})");
  CHECK(at(exported, "/workspaces/3/parent_id") == "\"hr\"");
  CHECK(at(exported, "/pools/0/connected_workspaces") == R"(["hr","org"])");
  CHECK(at(exported, "/users/0/unfit") == R"(["payload"])");
  CHECK(at(exported, "/users/1/unfit") == "absent");  // he fits, whatever the document says

  Stack second;
  REQUIRE(second.configuration(Method::kPut, std::string{exported.bytes()}).status == 204);
  CHECK(second.configuration(Method::kGet).bytes() == exported.bytes());
  const std::uint64_t size = log_size(second);
  REQUIRE(second.configuration(Method::kPut, std::string{exported.bytes()}).status == 204);
  CHECK(log_size(second) == size);
}

TEST_CASE("who does not fit is refused unless the document says so") {
  Stack stack;
  const auto import = [&](std::string_view unfit) {
    return stack.configuration(
        Method::kPut,
        R"({"schemas":[{"id":"strict","name":"strict","schema":{"type":"object","required":["age"]}}],)"
        R"("pools":[{"id":"p","name":"p","payload_schema_id":"strict"}],)"
        R"("users":[{"id":"ann","user_pool_id":"p","payload":{"nick":"a"})" +
            std::string{unfit} + "}]}");
  };
  CHECK(import("").status == 422);
  CHECK(import(R"(,"unfit":["metadata"])").status == 422);
  CHECK(import(R"(,"unfit":["payload"])").status == 204);
}

TEST_CASE("a user in the body is replaced whole, and what is not mentioned stays") {
  Stack stack;
  REQUIRE(stack.configuration(Method::kPut, whole_document()).status == 204);
  const Response replaced = stack.configuration(
      Method::kPut,
      R"({"users":[{"user_pool_id":"p1","id":"ann","status":"inactive"}],)"
      R"("user_identifiers":[{"user_pool_id":"p1","user_id":"bob","identifier":"Ann@e.test"}]})");
  INFO(replaced.bytes());
  REQUIRE(replaced.status == 204);
  const Response after = stack.configuration(Method::kGet);
  CHECK(at(after, "/users/0/status") == "\"inactive\"");
  CHECK(at(after, "/users/0/payload") == "absent");
  CHECK(at(after, "/users/0/created_at") == "\"2019-05-06T07:08:09.123Z\"");
  // The identifier passed from one user to the other within one request.
  CHECK(column(after, "user_identifiers", "user_id") == "bob");
  CHECK(at(after, "/user_verifiable_addresses") == "[]");
  CHECK(column(after, "user_credentials", "user_id") == "bob");
  CHECK(column(after, "group_members", "user_id") == "ann");
  CHECK(at(stack.system(Method::kPost, "/pools/p1/users/by_key", R"({"identifier":"ann@e.test"})"),
           "/id") == "\"bob\"");
}

TEST_CASE("parts of a user that is not in the body are added to what it has, within bounds") {
  Stack stack;
  REQUIRE(stack.configuration(Method::kPut, whole_document()).status == 204);
  const auto add = [&](int from, int to) {
    std::string parts;
    for (int i = from; i < to; ++i) {
      parts += (i == from ? "" : ",") +
               (R"({"user_pool_id":"p1","user_id":"ann","identifier":"n)" + std::to_string(i)) +
               R"("})";
    }
    return stack.configuration(Method::kPut, R"({"user_identifiers":[)" + parts + "]}");
  };
  CHECK(add(0, 3).status == 204);
  CHECK(add(1, 4).status == 204);
  CHECK(at(stack.configuration(Method::kGet), "/user_identifiers/4/identifier") == "\"n3\"");
  CHECK(at(stack.configuration(Method::kGet), "/user_identifiers/5") == "absent");
  const Response refused = add(0, 64);
  CHECK(refused.status == 422);
  CHECK(code_of(refused) == "\"too_many\"");
  CHECK(pointer_of(refused) == "\"/user_identifiers/0\"");
}

TEST_CASE("a password that has expired must be reset, one without an end goes on") {
  Stack stack;
  REQUIRE(stack.configuration(Method::kPut, whole_document()).status == 204);
  const auto with_expiry = [&](const std::string& expires) {
    const Response set = stack.configuration(
        Method::kPut,
        R"({"user_credentials":[{"id":"33333333-3333-4333-8333-333333333333","user_pool_id":"p1","user_id":"ann","payload":{"hashed_password":)" +
            std::string{kBcrypt} + R"(},"expires_at":)" + expires + "}]}");
    REQUIRE(set.status == 204);
    return std::string{
        stack
            .system(Method::kPost,
                    "/pools/p1/user/password/v2/verify",
                    R"({"identifier":"ann@e.test","password":"correct horse battery staple"})")
            .bytes()};
  };
  CHECK(with_expiry(R"("2015-01-01T00:00:00Z")").find("password_expired") != std::string::npos);
  CHECK(with_expiry("null").find("password_correct") != std::string::npos);
  CHECK(with_expiry(R"("0001-01-01T00:00:00.000Z")").find("password_correct") != std::string::npos);
}

TEST_CASE("an import beyond one command is refused whole") {
  Stack stack;
  stack.make_pool("big");
  std::string body = R"({"users":[)";
  for (int i = 0; i < 400; ++i) {
    body += (i == 0 ? "" : ",");
    body += R"({"user_pool_id":"big","id":"u)" + std::to_string(i) +
            R"(","metadata":{"filling":")" + std::string(3000, 'x') + R"("}})";
  }
  const Response answer = stack.configuration(Method::kPut, body + "]}");
  CHECK(answer.status == 413);
  CHECK(code_of(answer) == "\"command_too_large\"");
  CHECK(at(stack.configuration(Method::kGet), "/users") == "[]");
}

}  // namespace
}  // namespace muster::test
