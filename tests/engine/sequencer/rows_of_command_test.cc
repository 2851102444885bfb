/// Commands that change several states, and what these ask of each other.
#include <catch2/catch.hpp>

#include "engine/administration/prepare.h"
#include "engine/sequencer/states_ahead.h"
#include "tests/engine/sequencer/bench.h"

namespace muster::test {
namespace {

/// Two schemas of a log, a and b, named as they are called.
struct TwoSchemas : Bench {
  TwoSchemas() {
    REQUIRE(add(command({fact(schema("a"), first, schema_created("a", "a")),
                         fact(schema("b"), second, schema_created("b", "b"))})));
    commit();
  }

  Fact renamed(const std::string& id, const std::string& name) {
    return fact(schema(id), id == "a" ? first : second, SchemaReplaced{name, "", {"{}"}});
  }

  StreamId first = new_stream();
  StreamId second = new_stream();
};

TEST_CASE("unique rows pass from one state to another within a command", "[engine]") {
  TwoSchemas bench;
  SECTION("given up first") {
    REQUIRE(bench.add(Bench::command({bench.renamed("a", "c"), bench.renamed("b", "a")})));
  }
  SECTION("wanted first") {
    REQUIRE(bench.add(Bench::command({bench.renamed("b", "a"), bench.renamed("a", "c")})));
  }
  bench.commit();
  CHECK(bench.outcome(bench.create_schema("x", "a")) == "schema_name_taken");
  CHECK(bench.outcome(bench.create_schema("x", "c")) == "schema_name_taken");
  CHECK(bench.outcome(bench.create_schema("x", "b")) == "ok");
}

TEST_CASE("unique rows are exchanged within a command", "[engine]") {
  TwoSchemas bench;
  REQUIRE(bench.add(Bench::command({bench.renamed("a", "b"), bench.renamed("b", "a")})));
  bench.commit();
  CHECK(bench.outcome(bench.create_schema("x", "a")) == "schema_name_taken");
  CHECK(bench.outcome(bench.create_schema("x", "b")) == "schema_name_taken");
  CHECK(bench.outcome(Bench::command({bench.renamed("a", "free")})) == "ok");
  CHECK(bench.outcome(bench.create_schema("x", "b")) == "ok");
}

TEST_CASE("a row that two states of one command want is refused, and the command says where",
          "[engine]") {
  TwoSchemas bench;
  Command command = Bench::command({bench.renamed("a", "same"), bench.renamed("b", "same")});
  command.decide = [inner = command.decide](StateReader& states, Micros now) -> Result<Decision> {
    MUSTER_TRY(Decision decision, inner(states, now));
    decision.locate = [](Failure& refusal, const StateAddress& whose, const Row& wanted) {
      const bool names = wanted.key.ends_with("same");
      refusal.faults.push_back({"/" + whose.id, names ? "name" : "other", ""});
    };
    return decision;
  };
  const auto outcome = bench.add(command);
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().rule == "schema_name_taken");
  REQUIRE(outcome.error().faults.size() == 1);
  CHECK(outcome.error().faults[0] == Fault{"/b", "name", ""});
  CHECK(bench.outcome(bench.create_schema("x", "same")) == "ok");
}

TEST_CASE("the parts of a command see what the earlier ones have done", "[engine]") {
  TwoSchemas bench;
  const Fact pool = bench.fact({kLog, Aggregate::kPool, {}, "p"},
                               bench.new_stream(),
                               PoolCreated{"p", "p", "a", "b", "", false, {"{}"}, {}});
  const Fact rename = bench.renamed("a", "new name");
  const Fact removal{Bench::schema("b"), bench.second, open_draft(SchemaDeleted{})};
  Command look;
  look.log = kLog;
  look.decide = [&](StateReader& states, Micros now) -> Result<Decision> {
    StatesAhead ahead{states, now};
    const std::string uses = states.views().schema_use_key(kLog, "a");
    CHECK(*ahead.counters(uses) == Counters{});
    CHECK(*ahead.find(pool.address) == nullptr);
    ahead.add(pool);
    REQUIRE(*ahead.find(pool.address) != nullptr);
    CHECK(head_of(**ahead.find(pool.address)).revision == Revision{1});
    CHECK(*ahead.counters(uses) == Counters{1, 0});
    ahead.add(rename);
    const auto schema = ahead.get<SchemaState>(Bench::schema("a"));
    CHECK((*schema)->name == "new name");
    CHECK((*schema)->head.revision == Revision{2});
    ahead.add(removal);
    CHECK(*ahead.find(Bench::schema("b")) == nullptr);
    const Fact deleted{pool.address, pool.stream, open_draft(PoolDeleted{})};
    ahead.add(deleted);
    CHECK(*ahead.find(pool.address) == nullptr);
    CHECK(*ahead.find({kLog, Aggregate::kDeletedPool, {}, pool.stream.text()}) != nullptr);
    CHECK(*ahead.counters(uses) == Counters{});
    // Nothing of it has happened.
    CHECK(*states.find(pool.address) == nullptr);
    return failure(Errc::kUnavailable, "only_looking");
  };
  CHECK(bench.outcome(look) == "only_looking");
}

}  // namespace
}  // namespace muster::test
