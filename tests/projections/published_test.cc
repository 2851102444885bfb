#include <thread>

#include <catch2/catch.hpp>

#include "tests/projections/world.h"

namespace muster::test {
namespace {

Group with_events(std::uint64_t number,
                  const std::vector<std::pair<LogId, std::uint64_t>>& events) {
  Group group;
  group.number = number;
  for (const auto& [log, position] : events) {
    RecordedEvent event;
    event.log = log;
    event.position = Position{position};
    group.events.push_back(std::move(event));
  }
  return group;
}

}  // namespace

TEST_CASE("a point tells how far each log is published", "[projections]") {
  World world;
  const auto first = world.published.now();
  world.published.publish(with_events(1, {{LogId{9}, 0}, {LogId{2}, 0}, {LogId{9}, 1}}),
                          world.kv.snapshot());
  world.published.publish(with_events(2, {{LogId{2}, 1}}), world.kv.snapshot());
  const auto now = world.published.now();
  CHECK(now->group == 2);
  CHECK(now->epoch == Epoch{1});
  CHECK(now->size_of(LogId{2}) == 2);
  CHECK(now->size_of(LogId{9}) == 2);
  CHECK(now->size_of(LogId{5}) == 0);
  CHECK(first->group == 0);
  CHECK(first->size_of(LogId{9}) == 0);
}

TEST_CASE("the version of states moves with states only", "[projections]") {
  World world;
  const PoolState pool = world.make_pool("p");
  world.commit({pool});
  CHECK(world.published.now()->states_version == 1);
  world.commit({world.make_user(pool, "u")});
  CHECK(world.published.now()->group == 2);
  CHECK(world.published.now()->states_version == 1);
  world.commit({world.make_pool("q")});
  CHECK(world.published.now()->states_version == 3);
}

TEST_CASE("every thread sees a published group at once and nobody keeps an old snapshot",
          "[projections]") {
  World world;
  for (std::uint64_t number = 1; number <= 40; ++number) {
    std::uint64_t seen = 0;
    std::thread other{[&] {
      seen = world.published.now()->group;
    }};
    other.join();
    CHECK(seen == number - 1);
    const std::weak_ptr<const KvSnapshot> old = world.published.now()->snapshot;
    world.published.publish(with_events(number, {}), world.kv.snapshot());
    CHECK(old.expired());
    CHECK(world.published.now()->group == number);
  }
}

}  // namespace muster::test
