#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "engine/core/json_writer.h"
#include "projections/keys.h"
#include "projections/user_candidates.h"
#include "tests/projections/world.h"

namespace muster::test {
namespace {

const std::vector<std::string> kNames = {"ann", "Ann", "anna", "bann", "Bo", "b", "\xC3\x89va"};
const std::vector<std::string> kKeys =
    {"a", "A", "an", "ANN", "nn", "b", "bo", "o", "zz", "\xC3\xA9", "va", "u03", "u1", ""};
const std::vector<std::string> kPayloads = {R"({})",
                                            R"({"team":"red"})",
                                            R"({"team":"red","city":"Rome"})",
                                            R"({"team":"blue","city":"Rome","age":3})",
                                            R"({"team":["red","green"],"age":3.0})",
                                            R"({"team":[["blue"]]})",
                                            R"({"team":7})",
                                            R"({"team":null,"city":""})",
                                            R"({"team":"re","city":"d"})",
                                            R"({"team":"red\u0000x"})"};
const std::vector<std::string> kWanted = {R"({})",
                                          R"({"team":"red"})",
                                          R"({"team":"blue","city":"Rome"})",
                                          R"({"city":"Rome"})",
                                          R"({"age":3})",
                                          R"({"team":["red"]})",
                                          R"({"team":"red","age":3})",
                                          R"({"team":7})",
                                          R"({"city":""})",
                                          R"({"team":"red\u0000x"})",
                                          R"({"city":"nowhere"})"};

/// A pool of random users.
struct Population {
  World world;
  PoolState pool;
  std::vector<UserState> users;  // in order of id

  /// `later`: the pool came to ignore case when it had users.
  Population(std::uint64_t seed, bool ignores_case, bool later = false)
      : pool{world.make_pool("p", ignores_case)} {
    Dice dice{seed};
    pool.folding = later ? kFoldingBuilt : std::string_view{};
    pool.indexed = {"team", "city"};
    world.commit({pool, world.make_pool("q")});
    std::set<std::string> held;
    for (std::size_t i = 0; i < 40; ++i) {
      UserState user =
          world.make_user(pool, "u" + std::string(dice.below(3), '0') + std::to_string(i));
      fill(user, dice, held);
      user.keys_folded = adds_folded_rows(pool);
      world.commit({user});
      if (dice.below(6) == 0) {
        user.gone = true;
        world.commit({user});
      } else {
        users.push_back(user);
      }
    }
    std::ranges::sort(users, {}, &UserState::id);
  }

  void fill(UserState& user, Dice& dice, std::set<std::string>& held) {
    for (std::size_t n = dice.below(3); n > 0; --n) {
      const std::string value = dice.one_of(kNames) + std::to_string(dice.below(20));
      if (held.insert("i" + comparison_form(pool, value)).second) {
        user.identifiers.push_back(identifier(value));
      }
    }
    for (std::size_t n = dice.below(3); n > 0; --n) {
      const std::string value = std::to_string(dice.below(20)) + dice.one_of(kNames);
      if (held.insert("a" + comparison_form(pool, value)).second) {
        user.addresses.push_back(address(value, dice.below(2) == 0));
      }
    }
    if (!user.identifiers.empty() && dice.below(3) == 0 &&
        held.insert("a" + comparison_form(pool, user.identifiers[0].value)).second) {
      user.addresses.push_back(address(user.identifiers[0].value, true));
    }
    if (dice.below(8) != 0) {
      user.payload = {dice.one_of(kPayloads)};
    }
    if (dice.below(2) == 0) {
      user.metadata = {R"({"level":)" + std::to_string(dice.below(2)) + "}"};
    }
  }

  bool has_key(const UserState& user, const std::string& key) const {
    const std::string wanted = comparison_form(pool, key);
    const auto fits = [&](const std::string& value) {
      const std::string form = comparison_form(pool, value);
      return form.starts_with(wanted) || form.ends_with(wanted);
    };
    return user.id == key ||
           std::ranges::any_of(user.identifiers,
                               [&](const auto& one) { return fits(one.value); }) ||
           std::ranges::any_of(user.addresses,
                               [&](const auto& one) { return one.verified && fits(one.value); });
  }

  /// What a reader that looks at every user finds.
  std::vector<std::string> expected(const UserListQuery& query) const {
    const auto holds = [](const JsonText& stored, const std::optional<JsonValue>& wanted) {
      const auto document = parse_json(stored.empty() ? "{}" : stored.text);
      return !wanted || json_contains(document->root(), *wanted);
    };
    std::vector<std::string> ids;
    for (const UserState& user : users) {
      if ((!query.user_key || has_key(user, *query.user_key)) &&
          holds(user.payload, query.payload) && holds(user.metadata, query.metadata) &&
          (!query.after || user.id > *query.after) && (!query.before || user.id < *query.before)) {
        ids.push_back(user.id);
      }
    }
    if (ids.size() > query.limit) {
      const auto surplus = static_cast<std::ptrdiff_t>(ids.size() - query.limit);
      query.before ? ids.erase(ids.begin(), ids.begin() + surplus)
                   : ids.erase(ids.end() - surplus, ids.end());
    }
    return ids;
  }

  Result<std::vector<UserState>> list(const UserListQuery& query) const {
    const auto point = world.published.now();
    return world.users.list({*point, kLog, pool}, query);
  }

  std::vector<std::string> found(const UserListQuery& query) const {
    const auto page = list(query);
    REQUIRE(page.has_value());
    return ids_of(*page);
  }
};

/// The documents that random conditions point into.
struct Conditions {
  std::vector<JsonDocument> payloads;
  JsonDocument metadata = *parse_json(R"({"level":1})");

  Conditions() {
    for (const std::string& text : kWanted) {
      payloads.push_back(*parse_json(text));
    }
  }

  void add_random(UserListQuery& query, Dice& dice) const {
    if (dice.below(2) == 0) {
      query.user_key = dice.one_of(kKeys);
    }
    if (dice.below(2) == 0) {
      query.payload = dice.one_of(payloads).root();
    }
    if (dice.below(4) == 0) {
      query.metadata = metadata.root();
    }
  }
};

std::string describe(const UserListQuery& query) {
  return "key " + query.user_key.value_or("-") + " payload " +
         (query.payload ? query.payload->minified() : "-") + " after " + query.after.value_or("-") +
         " before " + query.before.value_or("-") + " limit " + std::to_string(query.limit);
}

}  // namespace

TEST_CASE("a list holds exactly the users that meet all conditions", "[projections]") {
  const Conditions conditions;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Population population{seed, seed % 2 == 0, seed % 4 == 0};
    Dice dice{seed * 1000};
    std::size_t hits = 0;
    for (int i = 0; i < 150; ++i) {
      UserListQuery query;
      query.limit = 1 + dice.below(60);
      conditions.add_random(query, dice);
      if (dice.below(3) == 0) {
        query.after = "u" + std::to_string(dice.below(50));
      }
      if (dice.below(3) == 0) {
        query.before = "u" + std::to_string(dice.below(50));
      }
      INFO("seed " << seed << ": " << describe(query));
      const auto expected = population.expected(query);
      REQUIRE(population.found(query) == expected);
      hits += expected.size();
    }
    CHECK(hits > 100);
  }
}

TEST_CASE("pages of any size make up the whole list, forwards and backwards", "[projections]") {
  const Conditions conditions;
  for (std::uint64_t seed = 20; seed <= 23; ++seed) {
    const Population population{seed, seed % 2 == 0};
    Dice dice{seed};
    for (int i = 0; i < 6; ++i) {
      UserListQuery whole;
      whole.limit = 100;
      if (i > 0) {
        conditions.add_random(whole, dice);
      }
      INFO("seed " << seed << ": " << describe(whole));
      const auto all = population.found(whole);
      for (std::size_t limit = 1; limit <= all.size() + 1; ++limit) {
        UserListQuery query = whole;
        query.limit = limit;
        std::vector<std::string> forwards;
        for (auto page = population.found(query); !page.empty(); page = population.found(query)) {
          REQUIRE(page.size() <= limit);
          forwards.insert(forwards.end(), page.begin(), page.end());
          query.after = page.back();
        }
        REQUIRE(forwards == all);

        query.after.reset();
        query.before = "v";  // after every id
        std::vector<std::string> backwards;
        for (auto page = population.found(query); !page.empty(); page = population.found(query)) {
          backwards.insert(backwards.begin(), page.begin(), page.end());
          query.before = page.front();
        }
        REQUIRE(backwards == all);
      }
    }
  }
}

TEST_CASE("listed users are whole", "[projections]") {
  const Population population{3, false};
  UserListQuery query;
  query.limit = 100;
  const auto page = population.list(query);
  REQUIRE(page.has_value());
  CHECK((*page == population.users));
}

TEST_CASE("a list is read at its point, whatever is committed meanwhile", "[projections]") {
  Population population{5, false};
  const auto before = population.world.published.now();
  UserState late = population.world.make_user(population.pool, "u");
  population.world.commit({late});
  UserListQuery query;
  query.limit = 100;
  const auto old_page = population.world.users.list({*before, kLog, population.pool}, query);
  REQUIRE(old_page.has_value());
  CHECK(old_page->size() == population.users.size());
  CHECK(population.found(query).size() == population.users.size() + 1);
}

namespace {

/// More users than a filter may look at; one of them, the last, is special.
struct Crowd {
  World world;
  PoolState pool = world.make_pool("p");

  Crowd() {
    pool.indexed = {"team", "city"};
    std::vector<AnyState> states{pool};
    world.commit(states);
    states.clear();
    for (std::size_t i = 0; i < kFilterExaminedMax + 200; ++i) {
      UserState user = world.make_user(pool, "u" + std::to_string(100'000 + i));
      const bool last = i == kFilterExaminedMax + 199;
      user.payload = {last ? R"({"team":"red","size":9})" : R"({"team":"blue","size":1})"};
      user.metadata = {last ? R"({"level":9})" : R"({"level":1})"};
      user.identifiers = {identifier((last ? "z" : "crowd") + std::to_string(i))};
      states.emplace_back(std::move(user));
    }
    world.commit(states);
  }

  Result<std::vector<UserState>> list(const char* payload,
                                      const char* metadata,
                                      UserListQuery query = {}) {
    const auto wanted = parse_json(payload == nullptr ? "{}" : payload);
    const auto wanted_metadata = parse_json(metadata == nullptr ? "{}" : metadata);
    if (payload != nullptr) {
      query.payload = wanted->root();
    }
    if (metadata != nullptr) {
      query.metadata = wanted_metadata->root();
    }
    const auto point = world.published.now();
    return world.users.list({*point, kLog, pool}, query);
  }
};

std::string refused_member(const Result<std::vector<UserState>>& page) {
  if (page.has_value()) {
    return "answered with " + std::to_string(page->size());
  }
  CHECK(page.error().code == Errc::kInvalid);
  CHECK(page.error().rule == "filter_not_indexed");
  return page.error().faults.empty() ? "nothing named" : page.error().faults[0].pointer;
}

}  // namespace

TEST_CASE("a filter without an index finds its users or says that it cannot", "[projections]") {
  Crowd crowd;
  const std::string last = "u" + std::to_string(100'000 + kFilterExaminedMax + 199);
  // Answered by an index, alone or with something else beside.
  CHECK(ids_of(*crowd.list(R"({"team":"red"})", nullptr)) == std::vector{last});
  CHECK(ids_of(*crowd.list(R"({"team":"red","size":9})", R"({"level":9})")) == std::vector{last});
  CHECK(crowd.list(R"({"city":"Rome"})", nullptr)->empty());
  UserListQuery by_key;
  by_key.user_key = "z";
  CHECK(ids_of(*crowd.list(nullptr, R"({"level":9})", by_key)) == std::vector{last});
  // A page that fills is a page, index or not.
  CHECK(crowd.list(R"({"size":1})", nullptr)->size() == 20);
  // Too many to look at.
  CHECK(refused_member(crowd.list(R"({"team":"blue","size":9})", nullptr)) == "/payload/size");
  CHECK(refused_member(crowd.list(nullptr, R"({"level":9})")) == "/metadata/level");
  by_key.user_key = "crowd";
  CHECK(refused_member(crowd.list(nullptr, R"({"level":9})", by_key)) == "/metadata/level");
  // Fewer remain behind a cursor.
  UserListQuery near_end;
  near_end.after = "u100500";
  CHECK(ids_of(*crowd.list(nullptr, R"({"level":9})", near_end)) == std::vector{last});
}

TEST_CASE("a key that finds too many rows is answered by looking at users", "[projections]") {
  Crowd crowd;
  const PoolKeys keys{kLog, crowd.pool.head.stream};
  StreamHead head;
  head.stream = stream_of(3);
  Group group;
  for (std::size_t i = 0; i <= kKeyRowsMax; ++i) {
    group.rows.push_back({View::kUserKeys,
                          keys.identifier("crowd-" + std::to_string(i)),
                          owner_value(head, "u100000")});
  }
  crowd.world.write(group);
  crowd.world.commit({crowd.world.make_pool("q")});  // publishes what was written
  UserListQuery query;
  query.user_key = "crowd";
  const auto page = crowd.list(nullptr, nullptr, query);
  REQUIRE(page.has_value());
  REQUIRE(page->size() == 20);
  CHECK(page->front().id == "u100000");
  query.user_key = "crowd-";  // in the rows above only: none of the first 10,000 users has it
  CHECK(refused_member(crowd.list(nullptr, nullptr, query)) == "/user_key");
}

}  // namespace muster::test
