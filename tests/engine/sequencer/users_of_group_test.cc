/// What a group makes of users: their rows depend on their pool, they are counted, and they can be
/// erased.
#include "tests/engine/sequencer/bench.h"

namespace muster::test {
namespace {

class PeopleBench : public Bench {
 public:
  PeopleBench() {
    PoolCreated event;
    event.id = "people";
    event.name = "People";
    event.payload_schema_id = "person";
    REQUIRE(add(command({fact(pool_address(), pool, event)})));
  }

  static StateAddress pool_address() { return {kLog, Aggregate::kPool, {}, "people"}; }

  StateAddress user_address(const std::string& id) const {
    return {kLog, Aggregate::kUser, pool, id};
  }

  Command create_user(const std::string& id, bool jit = false, const std::string& login = "") {
    UserCreated event;
    event.pool = pool;
    event.pool_id = "people";
    event.status = "active";
    event.user_type = jit ? "jit" : "";
    event.payload_schema_id = "person";
    event.id = id;
    if (!login.empty()) {
      event.identifiers = {{"i-" + id, "uid", login, "", {}, {}, {}}};
    }
    streams[id] = new_stream();
    return command({fact(user_address(id), streams[id], event, Slot{++slots})});
  }

  Command about(const std::string& id, AnyEvent event) {
    return command({fact(user_address(id), streams.at(id), std::move(event))});
  }

  Counters users() {
    const auto row = log.read(View::kCounts, views.pool_count_key(kLog, pool));
    REQUIRE(row.has_value());
    return *row ? decode_counters(**row) : Counters{};
  }

  bool has_row_of_count() {
    return log.read(View::kCounts, views.pool_count_key(kLog, pool)).value().has_value();
  }

  std::string etag() {
    Counters sums{};
    Command look;
    look.log = kLog;
    look.decide = [&](StateReader& states, Micros) -> Result<Decision> {
      sums = *states.counters(states.views().pool_count_key(kLog, pool));
      return failure(Errc::kUnavailable, "only_looking");
    };
    REQUIRE_FALSE(add(look));
    return make_pool_etag(Epoch{3}, state<PoolState>(pool_address()).head, sums);
  }

  StreamId pool = new_stream();
  std::map<std::string, StreamId> streams;
  std::uint32_t slots = 0;
};

TEST_CASE("users are counted by type, and nobody is left when all are gone", "[engine]") {
  PeopleBench bench;
  REQUIRE(bench.add(bench.create_user("a")));
  REQUIRE(bench.add(bench.create_user("b")));
  REQUIRE(bench.add(bench.create_user("c", true)));
  bench.commit();
  CHECK(bench.users() == Counters{2, 1});
  REQUIRE(bench.add(bench.about("a", UserDeleted{})));
  REQUIRE(bench.add(bench.about("b", UserStatusChanged{"inactive"})));
  CHECK(bench.outcome(bench.create_user("b")) == "user_id_taken");
  bench.commit();
  CHECK(bench.users() == Counters{1, 1});
  REQUIRE(bench.add(bench.create_user("a")));
  REQUIRE(bench.add(bench.about("a", UserDeleted{})));
  REQUIRE(bench.add(bench.about("b", UserDeleted{})));
  REQUIRE(bench.add(bench.about("c", UserErased{})));
  bench.commit();
  CHECK_FALSE(bench.has_row_of_count());
}

TEST_CASE("the same command twice in one group is one user and one refusal", "[engine]") {
  PeopleBench bench;
  REQUIRE(bench.add(bench.create_user("a", false, "ada")));
  CHECK(bench.outcome(bench.create_user("b", false, "ada")) == "identifier_taken");
  bench.commit();
  CHECK(bench.users() == Counters{1, 0});
}

TEST_CASE("an erased person's streams and keys are named by the group", "[engine]") {
  PeopleBench bench;
  REQUIRE(bench.add(bench.create_user("a")));
  bench.commit();
  REQUIRE(bench.add(bench.about("a", UserErased{})));
  const Group group = bench.commit();
  REQUIRE(group.erased_streams.size() == 1);
  CHECK(group.erased_streams[0].stream == bench.streams.at("a"));
  CHECK(group.erased_streams[0].log == kLog);
  CHECK(group.erased_slots == std::vector<Slot>{Slot{1}});
}

TEST_CASE("a person of whom nothing was sealed has no key to destroy", "[engine]") {
  PeopleBench bench;
  UserCreated event;
  event.pool = bench.pool;
  event.pool_id = "people";
  event.status = "new";
  const StreamId stream = bench.new_stream();
  const StateAddress address = bench.user_address(stream.text());
  REQUIRE(bench.add(Bench::command({bench.fact(address, stream, event)})));
  REQUIRE(bench.add(Bench::command({bench.fact(address, stream, UserErased{})})));
  const Group group = bench.commit();
  CHECK(group.erased_streams.size() == 1);
  CHECK(group.erased_slots.empty());
}

TEST_CASE("users of a deleted pool keep their rows until they go", "[engine]") {
  PeopleBench bench;
  REQUIRE(bench.add(bench.create_user("a", false, "ada")));
  REQUIRE(bench.add(
      Bench::command({bench.fact(PeopleBench::pool_address(), bench.pool, PoolDeleted{})})));
  // The id is free for another pool at once.
  PoolCreated event;
  event.id = "people";
  event.name = "People";
  const StreamId second = bench.new_stream();
  REQUIRE(bench.add(Bench::command({bench.fact(PeopleBench::pool_address(), second, event)})));
  bench.commit();
  CHECK(bench.state<PoolState>(PeopleBench::pool_address()).head.stream == second);
  REQUIRE(bench.add(bench.about("a", UserDeleted{})));
  const StateAddress deleted{kLog, Aggregate::kDeletedPool, {}, bench.pool.text()};
  REQUIRE(bench.add(Bench::command({bench.fact(deleted, bench.pool, PoolEmptied{})})));
  bench.commit();
  CHECK_FALSE(bench.has_row_of_count());
}

TEST_CASE("If-Match admits the version it names and no other", "[engine]") {
  PeopleBench bench;
  REQUIRE(bench.add(bench.create_user("a")));
  const auto change = [&](std::vector<std::string> etags, bool any) {
    Command command = bench.about("a", UserStatusChanged{"inactive"});
    command.precondition = Precondition{bench.user_address("a"), std::move(etags), any};
    return bench.outcome(command);
  };
  const auto tag = [&](std::uint32_t epoch, std::uint64_t revision) {
    return make_etag(Epoch{epoch}, bench.streams.at("a"), Revision{revision});
  };
  CHECK(change({tag(3, 2)}, false) == "precondition_failed");
  CHECK(change({tag(4, 1)}, false) == "precondition_failed");
  CHECK(change({make_etag(Epoch{3}, bench.pool, Revision{1})}, false) == "precondition_failed");
  CHECK(change({}, false) == "precondition_failed");
  CHECK(change({tag(3, 9), tag(3, 1)}, false) == "ok");
  CHECK(change({tag(3, 1)}, false) == "precondition_failed");
  CHECK(change({tag(3, 2)}, false) == "ok");
  CHECK(change({}, true) == "ok");
}

TEST_CASE("a tag of an earlier epoch holds exactly when a restore has not lost what it names",
          "[engine]") {
  PeopleBench bench;
  REQUIRE(bench.add(bench.create_user("a")));
  bench.commit();
  // So far there is what the backup had; what follows belongs to epoch 3. Of epoch 2 nobody knows.
  const std::uint64_t end = bench.log.head(kLog).size;
  const auto ended = [&](Epoch epoch, LogId) {
    return epoch == Epoch{1} ? std::optional{end} : std::nullopt;
  };
  GroupBuilder builder{{bench.log, bench.views, bench.sealer}, Epoch{3}, ended};
  builder.know_tenant(kLog, "acme");
  std::uint64_t groups = 1000;
  const auto change = [&](const std::string& status, std::uint32_t epoch, std::uint64_t revision) {
    Command command = bench.about("a", UserStatusChanged{status});
    const std::string tag = make_etag(Epoch{epoch}, bench.streams.at("a"), Revision{revision});
    command.precondition = Precondition{bench.user_address("a"), {"\"9.9\"", tag}, false};
    const auto outcome = builder.add(command, bench.now);
    if (!builder.empty()) {
      REQUIRE(bench.log.append(builder.take(++groups)));
    }
    return outcome ? std::string{"ok"} : outcome.error().rule;
  };
  CHECK(change("inactive", 1, 2) == "other_epoch");  // written after the backup, and lost
  CHECK(change("inactive", 2, 1) == "other_epoch");
  CHECK(change("inactive", 4, 1) == "precondition_failed");
  CHECK(change("inactive", 1, 1) == "ok");
  CHECK(change("active", 1, 1) == "other_epoch");
  CHECK(change("active", 1, 2) == "other_epoch");  // there is such a revision now, but another
  CHECK(change("active", 3, 2) == "ok");
}

TEST_CASE("a precondition on what is not there leaves the answer to the command", "[engine]") {
  PeopleBench bench;
  Command command = Bench::refuse(failure(Errc::kNotFound, "user_not_found"));
  command.precondition = Precondition{bench.user_address("nobody"), {R"("3.1")"}, false};
  CHECK(bench.outcome(command) == "user_not_found");
}

TEST_CASE("counts are written when they change and only then", "[engine]") {
  PeopleBench bench;
  const auto counts_in = [](const Group& group) {
    return std::ranges::count(group.rows, View::kCounts, &RowChange::view);
  };
  REQUIRE(bench.add(bench.create_user("a")));
  CHECK(counts_in(bench.commit()) > 0);
  REQUIRE(bench.add(bench.about("a", UserStatusChanged{"inactive"})));
  CHECK(counts_in(bench.commit()) == 0);
  REQUIRE(bench.add(bench.about("a", UserDeleted{})));
  CHECK(counts_in(bench.commit()) > 0);
}

TEST_CASE("a pool's version counts its users", "[engine]") {
  PeopleBench bench;
  const std::string empty = bench.etag();
  CHECK(empty.starts_with(R"("3.1.)"));
  CHECK(empty.ends_with(R"(.0.0")"));
  REQUIRE(bench.add(bench.create_user("a", true)));
  CHECK(bench.etag().ends_with(R"(.0.1")"));
  Command remove =
      Bench::command({bench.fact(PeopleBench::pool_address(), bench.pool, PoolDeleted{})});
  remove.precondition = Precondition{PeopleBench::pool_address(), {empty}, false};
  CHECK(bench.outcome(remove) == "precondition_failed");
  remove.precondition->etags = {bench.etag()};
  CHECK(bench.outcome(remove) == "ok");
}

}  // namespace
}  // namespace muster::test
