#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "projections/keys.h"
#include "tests/projections/world.h"

namespace muster::test {
namespace {

DocumentCache::Row row(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

Group change(std::uint64_t number, const std::string& key, std::optional<std::string> value) {
  Group group;
  group.number = number;
  group.rows.push_back({View::kUsers, key, std::move(value)});
  return group;
}

std::string cached(DocumentCache& cache, const std::string& key, std::uint64_t group) {
  const auto found = cache.find(key, group);
  return found ? *found : "unknown";
}

}  // namespace

TEST_CASE("a cached row is given only to readers at or after its group", "[projections]") {
  DocumentCache cache{std::size_t{1} << 20U};
  cache.insert("k", row("one"), 5);
  CHECK(cached(cache, "k", 5) == "one");
  CHECK(cached(cache, "k", 9) == "one");
  CHECK(cached(cache, "k", 4) == "unknown");
  cache.apply(change(10, "k", "two"));
  CHECK(cached(cache, "k", 9) == "unknown");
  CHECK(cached(cache, "k", 10) == "two");
  cache.apply(change(11, "k", std::nullopt));
  CHECK(cached(cache, "k", 11) == "unknown");
  CHECK(cache.bytes() == 0);
}

TEST_CASE("a row that was read before a change is not kept after it", "[projections]") {
  DocumentCache cache{std::size_t{1} << 20U};
  cache.apply(change(10, "k", "new"));
  CHECK(cached(cache, "k", 10) == "unknown");  // nobody asked for it yet
  cache.insert("k", row("old"), 9);            // a slow reader
  CHECK(cached(cache, "k", 10) == "unknown");
  cache.insert("k", row("new"), 10);
  CHECK(cached(cache, "k", 10) == "new");
  cache.apply(change(11, "k", std::nullopt));
  cache.insert("k", row("new"), 10);
  CHECK(cached(cache, "k", 11) == "unknown");
}

TEST_CASE("other views do not touch cached users", "[projections]") {
  DocumentCache cache{std::size_t{1} << 20U};
  cache.insert("k", row("one"), 1);
  Group group = change(2, "k", "two");
  group.rows[0].view = View::kStates;
  cache.apply(group);
  CHECK(cached(cache, "k", 2) == "one");
}

TEST_CASE("the cache stays within its bytes and keeps what is used", "[projections]") {
  constexpr std::size_t kBytes = std::size_t{1} << 20U;
  DocumentCache cache{kBytes};
  const std::string text(1000, 'x');
  cache.insert("hot", row("hot"), 1);
  for (int i = 0; i < 20'000; ++i) {
    cache.insert("k" + std::to_string(i), row(text), 1);
    CHECK(cached(cache, "hot", 1) == "hot");
    if (i % 1000 == 0) {
      CHECK(cache.bytes() <= kBytes);
    }
  }
  CHECK(cache.bytes() > kBytes / 2);
  CHECK(cached(cache, "k1", 1) == "unknown");
  cache.insert("large", row(std::string(kBytes, 'x')), 1);
  CHECK(cached(cache, "large", 1) == "unknown");
  // Growing in place counts too.
  for (std::uint64_t group = 2; group < 300; ++group) {
    cache.apply(change(group, "k" + std::to_string(20'000 - group), std::string(9000, 'y')));
  }
  CHECK(cache.bytes() <= kBytes);
}

TEST_CASE("readers of the cache see exactly what the store holds at their point", "[projections]") {
  World world;
  const PoolState pool = world.make_pool("p");
  world.commit({pool});
  std::vector<UserState> users;
  for (int i = 0; i < 4; ++i) {
    users.push_back(world.make_user(pool, "u" + std::to_string(i)));
  }
  const PoolKeys keys{kLog, pool.head.stream};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<std::uint64_t> present{0};
  std::atomic<std::uint64_t> wrong{0};
  const auto read = [&](std::uint64_t seed) {
    Dice dice{seed};
    while (!stop) {
      const auto point = world.published.now();
      const std::string id = "u" + std::to_string(dice.below(4));
      const auto row = world.users.find({*point, kLog, pool}, id);
      std::string stored;
      const auto found = world.kv.get(Family::kUsers, keys.user(id), stored, point->snapshot.get());
      const bool same = row && found && row->has_value() == *found &&
                        (!row->has_value() || *(*row)->bytes == stored);
      wrong += same ? 0 : 1;
      present += found && *found ? 1 : 0;
      ++reads;
    }
  };
  std::thread first{read, 1};
  std::thread second{read, 2};
  Dice dice{3};
  for (std::int64_t i = 0; i < 1500 || reads < 3000; ++i) {
    UserState& user = users[dice.below(4)];
    user.updated = Micros{raw(kNoon) + i * 1000};
    user.gone = dice.below(4) == 0;
    world.commit({user});
  }
  stop = true;
  first.join();
  second.join();
  CHECK(wrong == 0);
  CHECK(present > 100);
}

}  // namespace muster::test
