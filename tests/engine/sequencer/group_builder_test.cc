#include "engine/sequencer/group_builder.h"

#include "tests/engine/sequencer/bench.h"

namespace muster::test {
namespace {

TEST_CASE("positions follow each other over commands and groups", "[engine]") {
  Bench bench;
  const Command three = Bench::command(
      {bench.fact(Bench::workspace("a"), bench.new_stream(), WorkspaceCreated{"a", "A"}),
       bench.fact(Bench::workspace("b"), bench.new_stream(), WorkspaceCreated{"b", "B"}),
       bench.fact(Bench::workspace("c"), bench.new_stream(), WorkspaceCreated{"c", "C"})});
  REQUIRE(bench.add(bench.create_workspace("first")));
  REQUIRE(bench.add(three));
  CHECK(bench.outcome(bench.create_workspace("first")) == "workspace_id_taken");
  const auto last = bench.add(bench.create_workspace("last"));
  REQUIRE(last);
  CHECK(last->log_size == 5);
  bench.commit();
  REQUIRE(bench.add(bench.create_workspace("next")));
  bench.commit();

  const auto events = bench.log.events();
  REQUIRE(events.size() == 6);
  for (std::size_t i = 0; i < events.size(); ++i) {
    CHECK(raw(events[i].position) == i);
    CHECK(Bench::header(events[i]).position == events[i].position);
  }
}

TEST_CASE("the events of one command say that they belong together", "[engine]") {
  Bench bench;
  REQUIRE(bench.add(bench.create_workspace("first")));
  const Command two = Bench::command(
      {bench.fact(Bench::workspace("a"), bench.new_stream(), WorkspaceCreated{"a", "A"}),
       bench.fact(Bench::workspace("b"), bench.new_stream(), WorkspaceCreated{"b", "B"})});
  const auto accepted = bench.add(two);
  REQUIRE(accepted);
  CHECK(accepted->events == 2);
  const Group group = bench.commit();
  for (std::uint32_t part = 1; part <= 2; ++part) {
    const EventHeader header = Bench::header(group.events[part]);
    CHECK(raw(header.command) == 1);
    CHECK(header.part == part);
    CHECK(header.parts == 2);
  }
}

TEST_CASE("time never stands still, even when the clock does or goes back", "[engine]") {
  Bench bench;
  std::vector<std::int64_t> times;
  const std::vector<std::int64_t> steps{0, 0, -5'000'000, 10, 7'000'000, -3 * kHourMicros};
  for (const std::int64_t step : steps) {
    bench.now = later(bench.now, step);
    REQUIRE(bench.add(bench.create_workspace("w" + std::to_string(times.size()))));
    const Group group = bench.commit();
    times.push_back(raw(group.events.front().time));
    CHECK((times.size() == 1 || times.back() > times[times.size() - 2]));
  }
  CHECK(times[0] == raw(kNoon));
  CHECK(times[1] == raw(kNoon) + 1);
  CHECK(times[2] == raw(kNoon) + 2);
  CHECK(times[4] == raw(kNoon) + 2'000'010);
}

TEST_CASE("every event names the leaf of the one before it in its stream", "[engine]") {
  Bench bench;
  const StreamId stream = bench.new_stream();
  REQUIRE(bench.add(
      Bench::command({bench.fact(Bench::schema("s"), stream, Bench::schema_created("s", "one"))})));
  REQUIRE(bench.add(bench.create_workspace("between")));
  REQUIRE(bench.add(
      Bench::command({bench.fact(Bench::schema("s"), stream, SchemaReplaced{"two", "", {"{}"}})})));
  bench.commit();
  REQUIRE(bench.add(
      Bench::command({bench.fact(Bench::schema("s"), stream, SchemaReplaced{"three", "", {"{}"}}),
                      bench.fact(Bench::schema("s"), stream, SchemaDeleted{})})));
  bench.commit();
  const auto events = bench.log.events();
  REQUIRE(events.size() == 5);
  CHECK(Bench::header(events[0]).previous == Digest{});
  CHECK(Bench::header(events[2]).previous == events[0].leaf);
  CHECK(Bench::header(events[3]).previous == events[2].leaf);
  CHECK(Bench::header(events[4]).previous == events[3].leaf);
  for (const auto& [index, revision] : {std::pair{0, 1U}, {2, 2U}, {3, 3U}, {4, 4U}}) {
    CHECK(raw(events[static_cast<std::size_t>(index)].revision) == revision);
  }
}

TEST_CASE("a unique row belongs to one stream, inside a group and after it", "[engine]") {
  Bench bench;
  REQUIRE(bench.add(bench.create_schema("a", "name")));
  CHECK(bench.outcome(bench.create_schema("b", "name")) == "schema_name_taken");
  CHECK(bench.outcome(bench.create_schema("a", "other")) == "schema_id_taken");
  bench.commit();
  CHECK(bench.outcome(bench.create_schema("b", "name")) == "schema_name_taken");
  CHECK(bench.builder.empty());
}

TEST_CASE("a name that was given up can be had at once", "[engine]") {
  Bench bench;
  REQUIRE(bench.add(bench.create_schema("a", "name")));
  const StreamId stream = bench.state<SchemaState>(Bench::schema("a")).head.stream;
  SECTION("by a change") {
    REQUIRE(bench.add(Bench::command(
        {bench.fact(Bench::schema("a"), stream, SchemaReplaced{"another", "", {"{}"}})})));
    CHECK(bench.outcome(bench.create_schema("b", "another")) == "schema_name_taken");
  }
  SECTION("by a deletion") {
    REQUIRE(bench.add(Bench::command({bench.fact(Bench::schema("a"), stream, SchemaDeleted{})})));
    CHECK(bench.outcome(bench.create_schema("a", "third")) == "ok");
  }
  CHECK(bench.outcome(bench.create_schema("b", "name")) == "ok");
}

TEST_CASE("a refused command leaves no trace in the group", "[engine]") {
  Bench bench;
  REQUIRE(bench.add(bench.create_schema("a", "name")));
  bench.commit();
  // Its first event is fine, its second is not.
  const Command half = Bench::command(
      {bench.fact(Bench::workspace("w"), bench.new_stream(), WorkspaceCreated{"w", "W"}),
       bench.fact(Bench::schema("b"), bench.new_stream(), Bench::schema_created("b", "name"))});
  CHECK(bench.outcome(half) == "schema_name_taken");
  CHECK(bench.builder.empty());
  CHECK(bench.builder.bytes() == 0);
  const auto accepted = bench.add(bench.create_workspace("w"));
  REQUIRE(accepted);
  CHECK(accepted->log_size == 2);
}

TEST_CASE("a command is bounded in events and bytes", "[engine]") {
  Bench bench;
  SECTION("too many events") {
    std::vector<Fact> facts;
    const StreamId stream = bench.new_stream();
    facts.push_back(bench.fact(Bench::schema("s"), stream, Bench::schema_created("s", "s")));
    while (facts.size() <= kCommandEventsMax) {
      facts.push_back(bench.fact(Bench::schema("s"), stream, SchemaReplaced{"s", "", {"{}"}}));
    }
    CHECK(bench.outcome(Bench::command(facts)) == "command_too_large");
    CHECK(bench.builder.empty());
    facts.resize(1000);
    CHECK(bench.outcome(Bench::command(facts)) == "ok");
  }
  SECTION("too many bytes beside the events") {
    const auto large = [&](std::size_t bytes) {
      SchemaCreated event = Bench::schema_created("s", "s");
      event.schema.text = "\"" + std::string(bytes, 'x') + "\"";
      return Bench::command({bench.fact(Bench::schema("s"), bench.new_stream(), event)});
    };
    CHECK(bench.outcome(large(kCommandBytesMax)) == "command_too_large");
    CHECK(bench.outcome(large(kCommandBytesMax - 1024)) == "ok");
  }
  SECTION("an open part that is too large") {
    const Fact fact =
        bench.fact(Bench::workspace("w"), bench.new_stream(), WorkspaceCreated{"w", "W"});
    const auto with_schemas = [&](std::size_t count) {
      Command command;
      command.log = kLog;
      command.decide = [=](StateReader&, Micros) -> Result<Decision> {
        const SchemaUse use{std::string(50, 's'), Revision{1}};
        return Decision{{fact}, fact.address, std::vector<SchemaUse>(count, use)};
      };
      return command;
    };
    CHECK(bench.outcome(with_schemas(kOpenPartBytesMax / 50)) == "command_too_large");
    CHECK(bench.outcome(with_schemas(kOpenPartBytesMax / 100)) == "ok");
  }
}

TEST_CASE("rows of a tenant's log need the tenant", "[engine]") {
  Bench bench;
  const LogId strange{9};
  const StateAddress address{strange, Aggregate::kWorkspace, {}, "w"};
  const auto create = [&] {
    return Bench::command({bench.fact(address, bench.new_stream(), WorkspaceCreated{"w", "W"})});
  };
  CHECK(bench.outcome(create()) == "tenant_not_found");
  const StateAddress tenant{kSystemLog, Aggregate::kTenant, {}, "new"};
  REQUIRE(bench.add(Bench::command(
      {bench.fact(tenant, bench.new_stream(), TenantCreated{"new", raw(strange), "New"})})));
  CHECK(bench.outcome(create()) == "ok");
  const Group group = bench.commit();
  CHECK(raw(group.events[0].position) == 0);  // each log counts for itself
  CHECK(raw(group.events[1].position) == 0);
}

TEST_CASE("an accepted command shows what it made", "[engine]") {
  Bench bench;
  const auto created = bench.add(bench.create_schema("s", "name"));
  REQUIRE(created);
  CHECK(raw(created->epoch) == 3);
  CHECK(raw(created->revision) == 1);
  CHECK(created->subject == Bench::schema("s"));
  REQUIRE(created->row != nullptr);
  CHECK(head_in(*created->row).stream == created->stream);

  const auto nothing = bench.add([&] {
    Command quiet;
    quiet.log = kLog;
    quiet.decide = [](StateReader&, Micros) -> Result<Decision> {
      return Decision{{}, Bench::schema("s"), {}};
    };
    return quiet;
  }());
  REQUIRE(nothing);
  CHECK(nothing->events == 0);
  CHECK(nothing->log_size == 1);
  REQUIRE(nothing->row != nullptr);
  CHECK(*nothing->row == *created->row);

  const auto gone =
      bench.add(Bench::command({bench.fact(Bench::schema("s"), created->stream, SchemaDeleted{})}));
  REQUIRE(gone);
  CHECK(gone->row == nullptr);
  CHECK(raw(gone->revision) == 2);
}

TEST_CASE("what is known of a request is sealed with the first event only", "[engine]") {
  Bench bench;
  const StreamId client = bench.new_stream();
  Command two = Bench::command(
      {bench.fact(Bench::workspace("a"), bench.new_stream(), WorkspaceCreated{"a", "A"}),
       bench.fact(Bench::workspace("b"), bench.new_stream(), WorkspaceCreated{"b", "B"})});
  const auto segment = seal_request(bench.sealer, kLog, client, Slot{5}, R"({"ip":"::1"})");
  REQUIRE(segment);
  two.origin.client = client;
  two.origin.request_id = "r-1";
  two.origin.request = *segment;
  REQUIRE(bench.add(two));
  const Group group = bench.commit();
  REQUIRE(group.events[0].segments.size() == 1);
  CHECK_FALSE(group.events[0].has_own_segment);
  CHECK(raw(group.events[0].highest_slot) == 5);
  CHECK(group.events[1].segments.empty());
  const EventHeader header = Bench::header(group.events[0]);
  REQUIRE(header.sealed.size() == 1);
  CHECK(header.sealed[0].subject == client);
  CHECK(header.client == client);
  CHECK(header.request_id == "r-1");
}

TEST_CASE("a stale command is neither kept nor remembered", "[engine]") {
  Bench bench;
  Command stale = Bench::with_key(Bench::refuse(failure(Errc::kStale, "stale")), 1, 1);
  CHECK(bench.outcome(stale) == "stale");
  CHECK(bench.builder.empty());
  CHECK(bench.outcome(Bench::with_key(bench.create_workspace("w"), 1, 1)) == "ok");
}

}  // namespace
}  // namespace muster::test
