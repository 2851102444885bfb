#include <catch2/catch.hpp>

#include "tests/engine/state/folding.h"

namespace muster {
namespace {

SchemaCreated schema() {
  return {"people", "People", "Of people", {R"({"type":"object"})"}, false};
}

TEST_CASE("a schema is what it was saved as", "[state]") {
  Folding folding;
  folding.then(schema());
  const auto& state = folding.as<SchemaState>();
  CHECK(state.id == "people");
  CHECK(state.name == "People");
  CHECK(state.description == "Of people");
  CHECK(state.schema.text == R"({"type":"object"})");
  CHECK_FALSE(state.system);
  CHECK(state.created == folding.now());
  CHECK(state.updated == state.created);
  CHECK(address_of(folding.state, LogId{3}) ==
        StateAddress{LogId{3}, Aggregate::kSchema, {}, "people"});
}

TEST_CASE("a replaced schema keeps its id and its creation", "[state]") {
  Folding folding;
  folding.then(schema());
  SchemaState expected = folding.as<SchemaState>();
  folding.then(SchemaReplaced{"Persons", "", {"{}"}, true});
  expected.name = "Persons";
  expected.description = "";
  expected.schema.text = "{}";
  expected.system = true;
  expected.version = 2;
  expected.updated = folding.now();
  expected.head = head_of(folding.state);
  CHECK(folding.as<SchemaState>() == expected);
  CHECK(expected.updated > expected.created);
}

TEST_CASE("a deleted schema is gone", "[state]") {
  Folding folding;
  folding.then(schema()).then(SchemaDeleted{});
  CHECK(folding.as<SchemaState>().gone);
}

PoolCreated pool() {
  PoolCreated event;
  event.id = "p1";
  event.name = "people";
  event.payload_schema_id = "payload";
  event.metadata_schema_id = "metadata";
  event.business_metadata_schema_id = "business";
  event.identifier_case_insensitive = true;
  event.settings.text = R"({"public_registration_allowed":true})";
  event.indexed = {"name", "city"};
  return event;
}

TEST_CASE("a pool is what it was made as", "[state]") {
  Folding folding;
  folding.then(pool());
  const auto& state = folding.as<PoolState>();
  CHECK(state.id == "p1");
  CHECK(state.name == "people");
  CHECK(state.payload_schema_id == "payload");
  CHECK(state.metadata_schema_id == "metadata");
  CHECK(state.business_metadata_schema_id == "business");
  CHECK(state.identifier_case_insensitive);
  CHECK(state.settings.text == R"({"public_registration_allowed":true})");
  CHECK(state.indexed == std::vector<std::string>{"name", "city"});
  CHECK(state.created == folding.now());
  CHECK(state.updated == state.created);
  CHECK(address_of(folding.state, LogId{3}) == StateAddress{LogId{3}, Aggregate::kPool, {}, "p1"});
}

TEST_CASE("a replaced pool keeps its id, its creation and what is indexed", "[state]") {
  Folding folding;
  folding.then(pool());
  PoolState expected = folding.as<PoolState>();
  folding.then(PoolReplaced{"persons", "payload 2", "metadata 2", "", false, {"{}"}});
  expected.name = "persons";
  expected.payload_schema_id = "payload 2";
  expected.metadata_schema_id = "metadata 2";
  expected.business_metadata_schema_id = "";
  expected.identifier_case_insensitive = false;
  expected.settings.text = "{}";
  expected.updated = folding.now();
  expected.head = head_of(folding.state);
  CHECK(folding.as<PoolState>() == expected);
}

TEST_CASE("a deleted pool gives its id free and is found by its stream", "[state]") {
  Folding folding;
  folding.then(pool()).then(PoolDeleted{});
  CHECK(folding.as<PoolState>().deleting);
  CHECK(exists(folding.state));
  CHECK(address_of(folding.state, LogId{3}) ==
        StateAddress{LogId{3}, Aggregate::kDeletedPool, {}, stream_named(9).text()});
}

TEST_CASE("a pool ignores case when its folding is finished, not when it is begun", "[state]") {
  Folding folding;
  PoolCreated created = pool();
  created.identifier_case_insensitive = false;
  folding.then(created).then(PoolFoldingStarted{});
  CHECK(folding.as<PoolState>().folding == kFoldingBuilding);
  CHECK_FALSE(folding.as<PoolState>().identifier_case_insensitive);
  folding.then(PoolFoldingCancelled{});
  CHECK(folding.as<PoolState>().folding == kFoldingUndoing);
  folding.then(PoolFoldingUndone{});
  CHECK(folding.as<PoolState>().folding.empty());
  folding.then(PoolFoldingStarted{}).then(PoolFoldingFinished{});
  CHECK(folding.as<PoolState>().folding == kFoldingBuilt);
  CHECK(folding.as<PoolState>().identifier_case_insensitive);
  CHECK(folding.as<PoolState>().updated == folding.now());
}

TEST_CASE("a pool that is replaced keeps how it came to ignore case, unless it changes that",
          "[state]") {
  Folding folding;
  PoolCreated created = pool();
  created.identifier_case_insensitive = false;
  folding.then(created).then(PoolFoldingStarted{}).then(PoolFoldingFinished{});
  PoolReplaced replaced{created.name, "a", "b", "", true, {"{}"}};
  folding.then(replaced);
  CHECK(folding.as<PoolState>().folding == kFoldingBuilt);
  replaced.identifier_case_insensitive = false;
  folding.then(replaced);
  CHECK(folding.as<PoolState>().folding.empty());
}

TEST_CASE("an emptied pool is gone", "[state]") {
  Folding folding;
  folding.then(pool()).then(PoolDeleted{}).then(PoolEmptied{});
  CHECK_FALSE(exists(folding.state));
}

}  // namespace
}  // namespace muster
