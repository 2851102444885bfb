#include <map>

#include <catch2/catch.hpp>

#include "tests/engine/state/folding.h"

namespace muster {
namespace {

/// The aggregate of an event is the first word of its name.
std::string_view first_word(std::string_view name) {
  return name.substr(0, name.find('.'));
}

const std::map<std::string_view, AnyState>& aggregates() {
  static const std::map<std::string_view, AnyState> kAggregates{{"tenant", TenantState{}},
                                                                {"workspace", WorkspaceState{}},
                                                                {"client", ClientState{}},
                                                                {"signing_key", SigningKeyState{}},
                                                                {"webhook", WebhookState{}},
                                                                {"schema", SchemaState{}},
                                                                {"pool", PoolState{}},
                                                                {"group", GroupState{}},
                                                                {"user", UserState{}}};
  return kAggregates;
}

/// The event that begins streams of that aggregate.
const EventInfo& creation_of(std::string_view aggregate) {
  const EventInfo* info = find_event(std::string{aggregate} + ".created");
  REQUIRE(info != nullptr);
  return *info;
}

TEST_CASE("every event is folded into the aggregate that it is named after", "[state]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    const auto aggregate = aggregates().find(first_word(info.event.name));
    REQUIRE(aggregate != aggregates().end());
    Folding folding;
    folding.then(info.arbitrary(1));
    CHECK(folding.state.index() == aggregate->second.index());
  }
}

TEST_CASE("every event moves the head of its stream", "[state]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    Folding folding;
    folding.then(creation_of(first_word(info.event.name)).arbitrary(1));
    folding.then(info.arbitrary(2));
    const StreamHead& head = head_of(folding.state);
    CHECK(head.stream == folding.meta.stream);
    CHECK(head.revision == Revision{2});
    CHECK(head.last == Position{25});
    CHECK(head.last_leaf == folding.meta.leaf);
  }
}

TEST_CASE("a stream keeps its slot when an event seals nothing", "[state]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    Folding folding;
    folding.then(creation_of(first_word(info.event.name)).arbitrary(1));
    folding.meta.slot = Slot{0};
    folding.then(info.arbitrary(2));
    CHECK(head_of(folding.state).slot == Slot{4});
    folding.meta.slot = Slot{7};
    folding.then(info.arbitrary(3));
    CHECK(head_of(folding.state).slot == Slot{7});
  }
}

/// Any of the aggregate's events may follow any other: a fact cannot be refused.
TEST_CASE("folding never fails and never depends on anything but its events", "[state]") {
  for (const auto& [name, empty] : aggregates()) {
    CAPTURE(name);
    Folding once;
    Folding twice;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      for (const EventInfo& info : every_event()) {
        if (first_word(info.event.name) == name) {
          once.then(info.arbitrary(seed));
          twice.then(info.arbitrary(seed));
        }
      }
    }
    CHECK(raw(head_of(once.state).revision) >= 50);
    CHECK(once.state == twice.state);
  }
}

TEST_CASE("an erased event is folded like any other", "[state]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    const std::string data = encode_event(info.arbitrary(1)).data;
    const auto document = parse_json(data);
    REQUIRE(document.has_value());
    const auto erased =
        decode_event({info.event.name, info.event.version, document->root(), std::nullopt, {}});
    REQUIRE(erased.has_value());
    Folding folding;
    folding.then(creation_of(first_word(info.event.name)).arbitrary(1)).then(*erased);
    CHECK(head_of(folding.state).revision == Revision{2});
  }
}

TEST_CASE("nothing exists before its first event", "[state]") {
  CHECK_FALSE(exists(AnyState{}));
  for (const EventInfo& info : every_event()) {
    if (info.event.name.ends_with(".created")) {
      CAPTURE(info.event.name);
      Folding folding;
      CHECK(exists(folding.then(info.arbitrary(1)).state));
    }
  }
}

TEST_CASE("an aggregate ends with the events that say so and no others", "[state]") {
  for (const EventInfo& info : every_event()) {
    CAPTURE(info.event.name);
    Folding folding;
    folding.then(creation_of(first_word(info.event.name)).arbitrary(1)).then(info.arbitrary(2));
    const std::string_view name = info.event.name;
    const bool ends = name == "client.deleted" || name == "schema.deleted" ||
                      name == "pool.emptied" || name == "group.emptied" ||
                      name == "workspace.deleted" || name == "user.deleted" ||
                      name == "user.erased" || name == "webhook.deleted";
    CHECK(exists(folding.state) == !ends);
  }
}

}  // namespace
}  // namespace muster
