#include "api/cli/config_text.h"

#include <catch2/catch.hpp>

#include "engine/pools/pool_commands.h"
#include "projections/dump_documents.h"

namespace muster {
namespace {

JsonDocument parsed(std::string_view text) {
  auto document = parse_json(text);
  REQUIRE(document.has_value());
  return *std::move(document);
}

constexpr std::string_view kServer =
    R"({"pools":[{"id":"b","name":"b"},{"id":"a","name":"a","workspace_id":"w"}],)"
    R"("users":[{"id":"u","user_pool_id":"a","status":"new"}],"groups":[],)"
    R"("user_identifiers":[{"id":"i","user_pool_id":"a","user_id":"u","identifier":"x"}]})";

TEST_CASE("a configuration's file is sorted, and the same however it came") {
  const JsonDocument one = parsed(kServer);
  const std::string text = config_text(one.root(), ConfigExtent::kWithoutUsers);
  CHECK(text ==
        "{\n  \"workspaces\": [],\n  \"pools\": [\n    {\n      \"id\": \"a\",\n      \"name\": "
        "\"a\",\n      "
        "\"workspace_id\": \"w\"\n    },\n"
        "    {\n      \"id\": \"b\",\n      \"name\": \"b\"\n    }\n  ],\n"
        "  \"schemas\": [],\n  \"groups\": []\n}\n");
  const std::string whole = config_text(one.root(), ConfigExtent::kEverything);
  CHECK(config_text(parsed(whole).root(), ConfigExtent::kEverything) == whole);
}

TEST_CASE("a difference names the entries that an import adds, changes and leaves") {
  const JsonDocument server = parsed(kServer);
  const JsonDocument file =
      parsed(R"({"pools":[{"id":"a","name":"A","workspace_id":"w"},{"id":"c","name":"c"}]})");
  const auto changes = config_changes(server.root(), file.root(), ConfigExtent::kEverything);
  std::string text;
  for (const ConfigChange& change : changes) {
    text += std::string{change.what} + " " + std::string{change.list} + " " + change.id + " " +
            change.members + "\n";
  }
  CHECK(text ==
        "change pools a name\nadd pools c \nkeep pools b \nkeep users a/u \n"
        "keep user_identifiers a/u/i \n");
  CHECK(config_changes(server.root(), server.root(), ConfigExtent::kEverything).empty());
  CHECK(config_changes(server.root(), file.root(), ConfigExtent::kWithoutUsers).size() == 3);
}

TEST_CASE("what an import fills in is no difference") {
  const JsonDocument server = parsed(
      R"({"pools":[{"id":"a","tenant_id":"default","name":"a","updated_at":"2026-01-01"}]})");
  const JsonDocument file = parsed(R"({"pools":[{"id":"a","name":"a"}]})");
  CHECK(config_changes(server.root(), file.root(), ConfigExtent::kEverything).empty());
  const JsonDocument other = parsed(R"({"pools":[{"id":"a","name":"a","tenant_id":"b"}]})");
  CHECK(config_changes(server.root(), other.root(), ConfigExtent::kEverything).size() == 1);
}

TEST_CASE("settings of a pool that the file leaves to their defaults are no difference") {
  const JsonDocument file =
      parsed(R"({"pools":[{"id":"a","name":"a","password_policy":{"digits":2}}],)"
             R"("groups":[{"id":"g","user_pool_id":"a","name":"g"}]})");
  const auto server = [&](int digits) {
    PoolState pool;
    pool.id = pool.name = "a";
    pool.payload_schema_id = kDefaultPayloadSchema;
    pool.metadata_schema_id = kDefaultMetadataSchema;
    const JsonDocument settings = parsed(R"({"id":"a","name":"a","password_policy":{"digits":)" +
                                         std::to_string(digits) + "}}");
    pool.settings = read_pool(settings.root(), PoolOptions{})->settings.to_json();
    std::string text = R"({"pools":[)";
    append_dumped_pool(text, "default", pool);
    return parsed(text + R"(],"groups":[{"id":"g","user_pool_id":"a","name":"g","path":"g"}]})");
  };
  CHECK(config_changes(server(2).root(), file.root(), ConfigExtent::kEverything).empty());
  const auto changes = config_changes(server(3).root(), file.root(), ConfigExtent::kEverything);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].members == "password_policy");
}

TEST_CASE("a list that no configuration has is refused") {
  CHECK(check_config(parsed(R"({"pools":[],"workspaces":[]})").root()));
  const auto refused = check_config(parsed(R"({"pool":[],"users":{}})").root());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().faults.at(0).pointer == "/pool");
  CHECK(refused.error().faults.at(1).pointer == "/users");
}

TEST_CASE("a large file is imported in requests of a hundred whole users") {
  std::string users;
  std::string identifiers;
  for (int i = 0; i < 250; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    const std::string id = "u" + std::to_string(i);
    users += comma + R"({"id":")" + id + R"(","user_pool_id":"a"})";
    identifiers += comma + R"({"user_pool_id":"a","user_id":")" + id + R"(","identifier":"x"})";
  }
  const JsonDocument file =
      parsed(R"({"pools":[{"id":"a"}],"users":[)" + users + R"(],"user_identifiers":[)" +
             identifiers + R"(],"group_members":[{"user_id":"u1"}]})");
  const auto bodies = config_requests(file.root(), ConfigExtent::kEverything);
  REQUIRE(bodies.size() == 5);
  CHECK(bodies[0] == R"({"pools":[{"id":"a"}]})");
  CHECK(bodies[4] == R"({"group_members":[{"user_id":"u1"}]})");
  std::size_t all = 0;
  for (std::size_t i = 1; i < 4; ++i) {
    const JsonDocument body = parsed(bodies[i]);
    const std::size_t count = body.root().find("users")->size();
    CHECK(body.root().find("user_identifiers")->size() == count);
    CHECK(count <= 100);
    all += count;
  }
  CHECK(all == 250);
  CHECK(config_requests(file.root(), ConfigExtent::kWithoutUsers).size() == 1);
}

}  // namespace
}  // namespace muster
