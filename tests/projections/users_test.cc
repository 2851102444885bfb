#include <catch2/catch.hpp>

#include "tests/projections/world.h"

namespace muster::test {
namespace {

std::string found_id(const Result<std::optional<UserRow>>& row, const PoolState& pool) {
  REQUIRE(row.has_value());
  if (!row->has_value()) {
    return "nobody";
  }
  const auto user = (*row)->state(pool);
  REQUIRE(user.has_value());
  return user->id;
}

/// One pool with two users.
struct TwoUsers {
  World world;
  PoolState pool;
  UserState ada;
  UserState bob;

  explicit TwoUsers(bool ignores_case)
      : pool{world.make_pool("p", ignores_case)},
        ada{world.make_user(pool, "u1")},
        bob{world.make_user(pool, "u2")} {
    ada.identifiers = {identifier("Ada@X.org"), identifier("ada")};
    ada.addresses = {address("Ada@X.org", true)};
    bob.identifiers = {identifier("Bob")};
    bob.addresses = {address("ada@x.org2", false), address("Bob@X.org", true)};
    world.commit({pool});
    world.commit({ada, bob});
  }

  std::string by_identifier(const std::string& value) {
    const auto point = world.published.now();
    return found_id(world.users.find_by_identifier({*point, kLog, pool}, value), pool);
  }

  std::string by_address(const std::string& value) {
    const auto point = world.published.now();
    return found_id(world.users.find_by_verified_address({*point, kLog, pool}, value), pool);
  }

  std::string by_id(const std::string& id) {
    const auto point = world.published.now();
    return found_id(world.users.find({*point, kLog, pool}, id), pool);
  }
};

}  // namespace

TEST_CASE("a user is found by id with the exact bytes of its document", "[projections]") {
  TwoUsers two{false};
  for (int read = 0; read < 3; ++read) {  // from the store, then from the cache
    const auto point = two.world.published.now();
    const auto row = two.world.users.find({*point, kLog, two.pool}, "u1");
    REQUIRE(row.has_value());
    REQUIRE(row->has_value());
    CHECK((*row)->head() == two.ada.head);
    CHECK((*row)->document() == document_in(encode_user_row(two.ada, "acme")));
    CHECK((*(*row)->state(two.pool) == two.ada));
  }
  CHECK(two.by_id("u3") == "nobody");
  CHECK(two.by_id("") == "nobody");
}

TEST_CASE("identifiers and verified addresses find their user", "[projections]") {
  TwoUsers exact{false};
  CHECK(exact.by_identifier("Ada@X.org") == "u1");
  CHECK(exact.by_identifier("ada@x.org") == "nobody");
  CHECK(exact.by_identifier("ADA") == "nobody");
  CHECK(exact.by_address("Bob@X.org") == "u2");
  CHECK(exact.by_address("bob@x.org") == "nobody");
  CHECK(exact.by_address("ada@x.org2") == "nobody");  // not verified

  TwoUsers folded{true};
  CHECK(folded.by_identifier("ada@x.ORG") == "u1");
  CHECK(folded.by_identifier("ADA") == "u1");
  CHECK(folded.by_address("bob@x.org") == "u2");
  CHECK(folded.by_address("ada@x.org2") == "nobody");
}

TEST_CASE("what a user gives up finds nobody, and somebody else can take it", "[projections]") {
  TwoUsers two{true};
  UserState ada = two.ada;
  ada.identifiers.pop_back();
  ada.addresses.clear();
  UserState bob = two.bob;
  bob.identifiers.push_back(identifier("ADA"));
  two.world.commit({ada});
  CHECK(two.by_identifier("ada") == "nobody");
  CHECK(two.by_address("Ada@X.org") == "nobody");
  CHECK(two.by_identifier("Ada@X.org") == "u1");
  two.world.commit({bob});
  CHECK(two.by_identifier("ada") == "u2");
  bob.gone = true;
  two.world.commit({bob});
  CHECK(two.by_identifier("ada") == "nobody");
  CHECK(two.by_id("u2") == "nobody");
}

TEST_CASE("a change that only moves case keeps one row that is findable", "[projections]") {
  TwoUsers two{true};
  UserState ada = two.ada;
  ada.identifiers = {identifier("ADA")};
  two.world.commit({ada});
  CHECK(two.by_identifier("aDa") == "u1");
  CHECK(two.by_identifier("Ada@X.org") == "nobody");
}

TEST_CASE("users of one pool are not found in another", "[projections]") {
  TwoUsers two{false};
  const PoolState other = two.world.make_pool("q");
  two.world.commit({other});
  const auto point = two.world.published.now();
  const PoolAt at{*point, kLog, other};
  CHECK_FALSE(two.world.users.find(at, "u1")->has_value());
  CHECK_FALSE(two.world.users.find_by_identifier(at, "Bob")->has_value());
  CHECK(two.world.users.list(at, {})->empty());
  CHECK_FALSE(two.world.users.find({*point, LogId{8}, two.pool}, "u1")->has_value());
}

}  // namespace muster::test
