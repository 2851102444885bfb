#include "projections/catalog.h"

#include <thread>

#include <catch2/catch.hpp>

#include "tests/projections/world.h"

namespace muster::test {
namespace {

SigningKeyState make_key(World& world, const std::string& id) {
  SigningKeyState key;
  key.head = world.next_head();
  key.id = id;
  key.algorithm = "ES256";
  return key;
}

}  // namespace

TEST_CASE("what does not change is looked up once", "[projections]") {
  World world;
  const Catalog catalog{world.kv};
  const PoolState pool = world.make_pool("p");
  world.commit({pool});
  const auto first = *catalog.find_pool(*world.published.now(), kLog, "p");
  REQUIRE(first != nullptr);
  CHECK((*first == pool));
  world.commit({world.make_user(pool, "u")});  // users are not its business
  CHECK(*catalog.find_pool(*world.published.now(), kLog, "p") == first);
  CHECK(*catalog.find_pool(*world.published.now(), kLog, "q") == nullptr);
  CHECK(*catalog.find_pool(*world.published.now(), LogId{8}, "p") == nullptr);
  CHECK(*catalog.find_pool(*world.published.now(), kLog, std::string(500, 'p')) == nullptr);
}

TEST_CASE("a reader gets the pool as it is at its own point", "[projections]") {
  World world;
  const Catalog catalog{world.kv};
  const auto empty = world.published.now();
  PoolState pool = world.make_pool("p");
  world.commit({pool});
  const auto before = world.published.now();
  pool.name = "renamed";
  world.commit({pool});
  const auto renamed = world.published.now();
  pool.deleting = true;
  PoolState old_place = pool;
  old_place.deleting = false;
  old_place.gone = true;
  world.commit({old_place, pool});
  const auto deleted = world.published.now();
  for (int again = 0; again < 2; ++again) {
    CHECK(*catalog.find_pool(*deleted, kLog, "p") == nullptr);
    CHECK((*catalog.find_pool(*renamed, kLog, "p"))->name == "renamed");
    CHECK((*catalog.find_pool(*before, kLog, "p"))->name == "name of p");
    CHECK(*catalog.find_pool(*empty, kLog, "p") == nullptr);
    CHECK(*catalog.find_pool(*deleted, kLog, "p") == nullptr);
  }
}

TEST_CASE("kinds with the same id are kept apart", "[projections]") {
  World world;
  const Catalog catalog{world.kv};
  ClientState client;
  client.head = world.next_head();
  client.id = "x";
  client.scopes = {"identity"};
  SchemaState schema;
  schema.head = world.next_head();
  schema.id = "x";
  schema.name = "s";
  world.commit({world.make_pool("x"), client, schema, make_key(world, "x")});
  const auto point = world.published.now();
  for (int again = 0; again < 2; ++again) {
    CHECK((**catalog.find_client(*point, kLog, "x") == client));
    CHECK((**catalog.find_schema(*point, kLog, "x") == schema));
    CHECK((*catalog.find_pool(*point, kLog, "x"))->name == "name of x");
    CHECK(*catalog.find_workspace(*point, kLog, "x") == nullptr);
  }
}

TEST_CASE("all signing keys come in order of id", "[projections]") {
  World world;
  const Catalog catalog{world.kv};
  CHECK((*catalog.signing_keys(*world.published.now(), kLog))->empty());
  const SigningKeyState second = make_key(world, "k2");
  const SigningKeyState first = make_key(world, "k1");
  world.commit({second, first});
  const auto keys = *catalog.signing_keys(*world.published.now(), kLog);
  CHECK((*keys == std::vector{first, second}));
  CHECK((*catalog.signing_keys(*world.published.now(), LogId{8}))->empty());
}

TEST_CASE("a catalog that is full forgets, and so do the slots of its readers", "[projections]") {
  World world;
  const Catalog catalog{world.kv};
  std::vector<AnyState> schemas;
  for (int i = 0; i < 700; ++i) {
    SchemaState schema;
    schema.head = world.next_head();
    schema.id = "s" + std::to_string(i);
    schema.name = schema.id;
    schema.schema = {"{\"title\":\"" + std::string(40'000, 'x') + "\"}"};
    schemas.emplace_back(schema);
  }
  world.commit(schemas);
  const auto point = world.published.now();
  const std::weak_ptr<const SchemaState> first = *catalog.find_schema(*point, kLog, "s0");
  CHECK_FALSE(first.expired());
  for (int i = 1; i < 700; ++i) {
    const std::string id = "s" + std::to_string(i);
    CHECK((*catalog.find_schema(*point, kLog, id))->id == id);
  }
  CHECK(first.expired());
}

TEST_CASE("threads may look up while pools change", "[projections]") {
  World world;
  const Catalog catalog{world.kv};
  PoolState pool = world.make_pool("p");
  world.commit({pool});
  std::atomic<bool> stop{false};
  std::atomic<int> reads{0};
  std::atomic<int> wrong{0};
  const auto read = [&] {
    while (!stop) {
      const auto point = world.published.now();
      const auto found = catalog.find_pool(*point, kLog, "p");
      // The pool is renamed to the number of the group in every group.
      const bool same = found && *found && (*found)->name == std::to_string(point->group);
      wrong += same || point->group == 1 ? 0 : 1;
      ++reads;
    }
  };
  std::thread first{read};
  std::thread second{read};
  for (std::uint64_t group = 2; group < 500 || reads < 1000; ++group) {
    pool.name = std::to_string(group);
    world.commit({pool});
  }
  stop = true;
  first.join();
  second.join();
  CHECK(wrong == 0);
}

}  // namespace muster::test
