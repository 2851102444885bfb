#include <catch2/catch.hpp>

#include "engine/events/arbitrary.h"
#include "engine/events/codec.h"
#include "tests/engine/state/folding.h"

namespace muster {
namespace {

template <class State>
void check_survives(const State& state) {
  const std::string json = codec::to_json(state);
  CAPTURE(json);
  const auto document = parse_json(json);
  REQUIRE(document.has_value());
  State copy;
  REQUIRE(codec::read_fields(document->root(), copy));
  CHECK(copy == state);
}

TEMPLATE_TEST_CASE("a state survives being written and read",
                   "[state]",
                   TenantState,
                   WorkspaceState,
                   ClientState,
                   SigningKeyState,
                   WebhookState,
                   SchemaState,
                   PoolState) {
  check_survives(TestType{});
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    TestType state;
    Arbitrary{seed}.fill_fields(state);
    check_survives(state);
  }
}

TEMPLATE_TEST_CASE("a state without anything set takes two bytes",
                   "[state]",
                   TenantState,
                   WorkspaceState,
                   ClientState,
                   SigningKeyState,
                   WebhookState,
                   SchemaState,
                   PoolState) {
  CHECK(codec::to_json(TestType{}) == "{}");
}

TEST_CASE("names of stored members are those on disk", "[state]") {
  PoolState pool;
  Arbitrary{1}.fill_fields(pool);
  pool.id = "people";
  pool.name = "People";
  pool.payload_schema_id = "default_payload";
  pool.metadata_schema_id = "default_metadata";
  pool.business_metadata_schema_id = "b";
  pool.settings.text = "{}";
  pool.indexed = {"name"};
  pool.workspace = "w";
  pool.connected = {"w", "x"};
  pool.created = Micros{1000};
  pool.updated = Micros{2000};
  pool.folding = "built";
  CHECK(codec::to_json(pool) ==
        R"({"id":"people","name":"People","payload_schema_id":"default_payload",)"
        R"("metadata_schema_id":"default_metadata","business_metadata_schema_id":"b",)"
        R"("identifier_case_insensitive":true,"settings":{},"indexed":["name"],"workspace":"w",)"
        R"("connected":["w","x"],"deleting":true,)"
        R"("created":1000,"updated":2000,"folding":"built"})");
}

TEST_CASE("members of another kind are no state", "[state]") {
  for (const char* json : {"[]",
                           "null",
                           R"({"id":1})",
                           R"({"indexed":"name"})",
                           R"({"indexed":[1]})",
                           R"({"deleting":"yes"})",
                           R"({"created":1.5})"}) {
    CAPTURE(json);
    const auto document = parse_json(json);
    REQUIRE(document.has_value());
    PoolState pool;
    CHECK_FALSE(codec::read_fields(document->root(), pool));
  }
}

}  // namespace
}  // namespace muster
