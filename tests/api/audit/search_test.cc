#include <catch2/catch.hpp>

#include "projections/history/event_search.h"
#include "projections/history/stream_walk.h"
#include "tests/api/audit/reviewer.h"

namespace muster::test {
namespace {

TEST_CASE("a search that looks at too much stops, says where, and can go on") {
  Reviewer reviewer;
  const Services& services = reviewer.stack.services();
  const LogView view{services.log, LogId{1}, reviewer.log_size()};
  EventFilter rare;
  rare.type = "user";
  for (const bool newest_first : {false, true}) {
    EventRange range{0, view.size, newest_first};
    std::size_t found = 0;
    std::uint64_t examined = 0;
    while (!range.empty()) {
      const auto page = search_events(view, rare, range, {100, 3});
      REQUIRE(page.has_value());
      CHECK(page->examined <= 3);
      CHECK(page->examined > 0);
      found += page->open_parts.size();
      examined += page->examined;
      range = page->rest;
    }
    CHECK(found == 2);
    CHECK(examined == view.size);
  }
}

TEST_CASE("of a stream only its own events are looked at") {
  Reviewer reviewer;
  const Services& services = reviewer.stack.services();
  const LogView view{services.log, LogId{1}, reviewer.log_size()};
  EventFilter filter;
  filter.stream = StreamId{*Uuid::parse(reviewer.stream_of("acmeuser"))};
  const auto page = search_events(view, filter, {0, view.size, true}, {});
  REQUIRE(page.has_value());
  CHECK(page->examined == 1);
  CHECK(page->rest.empty());
}

TEST_CASE("times and positions of a log find each other") {
  Reviewer reviewer;
  const Services& services = reviewer.stack.services();
  const LogView view{services.log, LogId{1}, reviewer.log_size()};
  for (std::uint64_t position = 0; position < view.size; ++position) {
    const auto header = header_at(view, position);
    REQUIRE(header.has_value());
    CHECK(*events_until(view, header->time, Bound::kBefore) == position);
    CHECK(*events_until(view, header->time, Bound::kThrough) == position + 1);
    CHECK(*events_until(view, Micros{raw(header->time) + 1}, Bound::kBefore) == position + 1);
  }
  CHECK(*events_until(view, Micros{0}, Bound::kThrough) == 0);
}

TEST_CASE("a log is never cut inside a command") {
  Reviewer reviewer;
  Offices::must(200,
                reviewer.stack.admin(Method::kPatch,
                                     reviewer.user_path("acmeuser"),
                                     R"({"payload":{"n":1},"metadata":{"m":1}})"));
  const Services& services = reviewer.stack.services();
  const LogView view{services.log, LogId{1}, reviewer.log_size()};
  bool had_several = false;
  for (std::uint64_t count = 0; count <= view.size; ++count) {
    const auto whole = whole_commands(view, count);
    REQUIRE(whole.has_value());
    CHECK(*whole <= count);
    if (*whole < count) {
      had_several = true;
      CHECK(raw(header_at(view, count)->command) == *whole);
    }
    if (*whole > 0) {
      const auto last = header_at(view, *whole - 1);
      CHECK(last->part == last->parts);
    }
  }
  CHECK(had_several);
}

TEST_CASE("a history that is too long to be folded is refused, not cut off") {
  Reviewer reviewer;
  reviewer.set_payload("acmeuser", R"({"n":1})");
  reviewer.set_payload("acmeuser", R"({"n":2})");
  const StreamId stream{*Uuid::parse(reviewer.stream_of("acmeuser"))};
  const Services& services = reviewer.stack.services();
  const LogView view{services.log, LogId{1}, reviewer.log_size()};
  std::uint64_t seen = 0;
  const auto count = [&](const LoggedEvent&, const AnyState&) -> Result<void> {
    ++seen;
    return {};
  };
  CHECK(walk_stream(view, stream, view.size, count, 3).has_value());
  CHECK(seen == 3);
  const auto refused = walk_stream(view, stream, view.size, count, 2);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().rule == "history_too_long");
  CHECK(seen == 3);
}

}  // namespace
}  // namespace muster::test
