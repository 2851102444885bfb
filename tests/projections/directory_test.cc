#include "projections/directory.h"

#include <catch2/catch.hpp>

#include "tests/projections/world.h"

namespace muster::test {
namespace {

/// Pools whose names run against their ids.
struct Pools {
  World world;
  Directory directory{world.kv};

  Pools() {
    for (const char* id : {"p1", "p2", "p3", "p4", "p5"}) {
      PoolState pool = world.make_pool(id);
      pool.name = std::string("Team") + static_cast<char>('Z' - (id[1] - '0'));
      world.commit({pool});
    }
    PoolState deleted = world.make_pool("p6");
    deleted.deleting = true;
    world.commit({deleted});
  }

  std::string page(const PoolListQuery& query) {
    const auto pools = directory.list_pools(*world.published.now(), kLog, query);
    if (!pools) {
      return pools.error().rule;
    }
    std::string ids;
    for (const PoolState& pool : *pools) {
      ids += pool.id + " ";
    }
    return ids;
  }
};

}  // namespace

TEST_CASE("pools are listed by name or id, both ways, from either cursor", "[projections]") {
  Pools pools;

  struct Case {
    PoolOrder sort;
    bool descending;
    std::optional<std::string> after;
    std::optional<std::string> before;
    std::size_t limit;
    std::string expected;
  };

  const auto id = PoolOrder::kId;
  const auto name = PoolOrder::kName;
  const std::vector<Case> table = {
      {id, false, {}, {}, 20, "p1 p2 p3 p4 p5 "},
      {id, true, {}, {}, 20, "p5 p4 p3 p2 p1 "},
      {name, false, {}, {}, 20, "p5 p4 p3 p2 p1 "},
      {name, true, {}, {}, 20, "p1 p2 p3 p4 p5 "},
      {id, false, "p2", {}, 2, "p3 p4 "},
      {id, false, {}, "p4", 2, "p2 p3 "},
      {id, false, "p1", "p4", 1, "p3 "},
      {id, false, "p22", {}, 2, "p3 p4 "},  // an id that nobody has is a place all the same
      {id, true, "p4", {}, 2, "p3 p2 "},
      {id, true, {}, "p2", 2, "p4 p3 "},
      {id, false, "p5", "p1", 9, ""},
      {name, false, "p4", {}, 2, "p3 p2 "},
      {name, false, {}, "p2", 2, "p4 p3 "},
      {name, true, "p2", {}, 2, "p3 p4 "},
      {name, true, {}, "p4", 2, "p2 p3 "},
      {name, false, "p22", {}, 2, "unknown_cursor"},  // its name is not known
  };
  for (const Case& one : table) {
    CAPTURE(one.descending, one.after.value_or("-"), one.before.value_or("-"), one.limit);
    CHECK(pools.page({one.limit, one.sort, one.descending, one.after, one.before, {}}) ==
          one.expected);
  }
}

TEST_CASE("a search finds part of an id or a name in any case", "[projections]") {
  Pools pools;
  PoolListQuery query;
  query.search_phrase = "tEAMy";
  CHECK(pools.page(query) == "p1 ");
  query.sort = PoolOrder::kId;
  CHECK(pools.page(query) == "p1 ");
  query.search_phrase = "P3";
  CHECK(pools.page(query) == "p3 ");
  query.search_phrase = "team";
  query.limit = 2;
  CHECK(pools.page(query) == "p1 p2 ");
  query.search_phrase = "none";
  CHECK(pools.page(query) == "");
}

TEST_CASE("schemas are listed by name", "[projections]") {
  World world;
  const Directory directory{world.kv};
  std::vector<AnyState> schemas;
  for (const auto& [id, name] : {std::pair{"a", "y"}, std::pair{"b", "x"}, std::pair{"c", "z"}}) {
    SchemaState schema;
    schema.head = world.next_head();
    schema.id = id;
    schema.name = name;
    schemas.emplace_back(schema);
  }
  world.commit(schemas);
  const auto listed = directory.list_schemas(*world.published.now(), kLog);
  REQUIRE(listed.has_value());
  REQUIRE(listed->size() == 3);
  CHECK((*listed)[0].id == "b");
  CHECK((*listed)[1].id == "a");
  CHECK((*listed)[2].id == "c");
  CHECK(directory.list_schemas(*world.published.now(), LogId{8})->empty());
}

TEST_CASE("counts follow users as they come, change kind and go", "[projections]") {
  World world;
  const Directory directory{world.kv};
  PoolState pool = world.make_pool("p");
  pool.payload_schema_id = "person";
  world.commit({pool});
  UserState ada = world.make_user(pool, "a");
  UserState bob = world.make_user(pool, "b");
  ada.payload_schema_id = "person";
  ada.metadata_schema_id = "person";  // counts once
  bob.payload_schema_id = "guest";
  bob.user_type = "jit";
  world.commit({ada, bob});
  const auto users = [&] {
    return *directory.pool_users(*world.published.now(), kLog, pool.head.stream);
  };
  const auto uses = [&](const char* schema) {
    return *directory.schema_uses(*world.published.now(), kLog, schema);
  };
  CHECK((users() == Counters{1, 1}));
  CHECK(uses("person") == 2);
  CHECK(uses("guest") == 1);
  bob.payload_schema_id = "person";
  ada.gone = true;
  world.commit({ada, bob});
  CHECK((users() == Counters{0, 1}));
  CHECK(uses("person") == 2);
  CHECK(uses("guest") == 0);
}

}  // namespace muster::test
