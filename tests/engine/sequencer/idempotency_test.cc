#include "engine/sequencer/idempotency.h"

#include "tests/engine/sequencer/bench.h"

namespace muster::test {
namespace {

TEST_CASE("an accepted command is done once, however often it is sent", "[engine]") {
  Bench bench;
  const auto send = [&] {
    return bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1));
  };
  const auto first = send();
  REQUIRE(first);
  CHECK_FALSE(first->replayed);
  const bool after_commit = GENERATE(false, true);
  if (after_commit) {
    bench.commit();
  }
  const auto again = send();
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->stream == first->stream);
  CHECK(again->revision == first->revision);
  CHECK(again->log_size == first->log_size);
  CHECK(again->events == first->events);
  CHECK(again->subject == first->subject);
  CHECK(again->epoch == first->epoch);
  CHECK(again->row == nullptr);
}

TEST_CASE("the events name the idempotency key by its HMAC", "[engine]") {
  Bench bench;
  REQUIRE(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1)));
  CHECK(Bench::header(bench.commit().events[0]).idempotency == "hmac");
}

TEST_CASE("a refusal is the same however often the command is sent", "[engine]") {
  Bench bench;
  Failure refusal = failure(Errc::kInvalid, "schema_violation", "no");
  refusal.faults = {{"/payload/a", "minLength", "is too short"}};
  const auto first = bench.add(Bench::with_key(Bench::refuse(refusal), 1, 1));
  REQUIRE_FALSE(first);
  CHECK_FALSE(first.error().replayed);
  CHECK_FALSE(bench.builder.empty());  // it travels in the group record
  const Group group = bench.commit();
  CHECK(group.events.empty());
  REQUIRE(group.outcomes.size() == 1);
  // What would be decided now does not matter.
  const auto again = bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1));
  REQUIRE_FALSE(again);
  refusal.replayed = true;
  CHECK(again.error() == refusal);
}

TEST_CASE("a key cannot be used for another request", "[engine]") {
  Bench bench;
  REQUIRE(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1)));
  CHECK(bench.outcome(Bench::with_key(bench.create_workspace("x"), 1, 2)) ==
        "idempotency_key_reused");
  CHECK(bench.outcome(Bench::with_key(bench.create_workspace("x"), 2, 2)) == "ok");
  // The misuse is not remembered in place of the first outcome.
  CHECK(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1))->replayed);
}

TEST_CASE("keys are the business of one log", "[engine]") {
  Bench bench;
  bench.builder.know_tenant(LogId{8}, "other");
  REQUIRE(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1)));
  const StateAddress address{LogId{8}, Aggregate::kWorkspace, {}, "w"};
  const Command other =
      Bench::command({bench.fact(address, bench.new_stream(), WorkspaceCreated{"w", "W"})});
  const auto accepted = bench.add(Bench::with_key(other, 1, 2));
  REQUIRE(accepted);
  CHECK_FALSE(accepted->replayed);
}

TEST_CASE("outcomes are remembered for 24 hours and forgotten after 25", "[engine]") {
  Bench bench;
  bench.now = later(kNoon, kHourMicros - 1 - raw(kNoon) % kHourMicros);  // the end of an hour
  REQUIRE(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1)));
  bench.commit();
  bench.now = later(bench.now, 24 * kHourMicros);
  CHECK(bench.outcome(Bench::with_key(Bench::refuse(failure(Errc::kInvalid, "x")), 1, 1)) == "ok");
  bench.now = later(bench.now, kHourMicros);
  CHECK(bench.outcome(Bench::with_key(Bench::refuse(failure(Errc::kInvalid, "x")), 1, 1)) == "x");
}

TEST_CASE("of too many outcomes the oldest hour goes first, and never the newest two", "[engine]") {
  OutcomeHours hours{100};
  hours.add(10, 40);
  hours.add(11, 40);
  hours.add(12, 20);
  CHECK(hours.kept_from() == 0);
  hours.add(12);
  CHECK(hours.kept_from() == 11);
  CHECK(hours.counts() == std::map<std::int64_t, std::uint64_t>{{11, 40}, {12, 21}});
  hours.add(12, 1'000);
  CHECK(hours.kept_from() == 11);  // what is less than a minute old may lie in either
  hours.add(13);
  CHECK(hours.kept_from() == 12);
  hours.add(12);
  CHECK(hours.counts().at(12) == 1'022);
}

TEST_CASE("outcomes are counted for 24 hours only", "[engine]") {
  OutcomeHours hours;
  hours.add(100, kOutcomesMax);
  hours.add(124);
  CHECK(hours.kept_from() == 101);  // one too many, and the hour is old
  OutcomeHours few;
  few.add(100);
  few.add(124);
  CHECK(few.kept_from() == 100);
  few.add(125);
  CHECK(few.kept_from() == 101);
  few.add(99);  // a late one of an hour that is gone
  CHECK_FALSE(few.counts().contains(99));
}

TEST_CASE("only hours that have outcomes are looked at for a new key", "[engine]") {
  for (const bool known : {false, true}) {
    Bench bench;
    if (known) {
      bench.log.hours = std::vector<std::int64_t>{hour_of(kNoon) - 3};
    }
    REQUIRE(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1)));
    bench.commit();
    const int before = bench.log.reads;
    REQUIRE(bench.add(Bench::with_key(Bench::command({}), 2, 2)));
    const int reads = bench.log.reads - before;
    // That hour and, since then, this one; the decision itself looks once.
    CHECK(reads == 1 + (known ? 2 : 26));
    CHECK(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1))->replayed);
  }
}

TEST_CASE("a clock that is set back does not make commands happen twice", "[engine]") {
  Bench bench;
  bench.now = later(kNoon, kHourMicros - raw(kNoon) % kHourMicros);  // a new hour has just begun
  SECTION("accepted") {
    REQUIRE(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1)));
    bench.commit();
    bench.now = later(bench.now, -3 * kHourMicros);
    CHECK(bench.add(Bench::with_key(bench.create_workspace("w"), 1, 1))->replayed);
  }
  SECTION("refused") {
    CHECK(bench.outcome(Bench::with_key(Bench::refuse(failure(Errc::kConflict, "x")), 1, 1)) ==
          "x");
    bench.commit();
    bench.now = later(bench.now, -kHourMicros);
    CHECK(bench.outcome(Bench::with_key(bench.create_workspace("w"), 1, 1)) == "x");
  }
}

TEST_CASE("only what another attempt cannot overcome is remembered", "[engine]") {
  const std::map<Errc, bool> replayed{{Errc::kInvalidSyntax, true},
                                      {Errc::kInvalid, true},
                                      {Errc::kUnauthorized, false},
                                      {Errc::kForbidden, false},
                                      {Errc::kNotFound, true},
                                      {Errc::kAlreadyTaken, true},
                                      {Errc::kConflict, true},
                                      {Errc::kPrecondition, true},
                                      {Errc::kGone, true},
                                      {Errc::kTooLarge, true},
                                      {Errc::kTooMany, false},
                                      {Errc::kUnavailable, false},
                                      {Errc::kStale, false},
                                      {Errc::kCorrupt, false},
                                      {Errc::kUnknownOutcome, false},
                                      {Errc::kMethodNotAllowed, false},
                                      {Errc::kUnsupportedMedia, false},
                                      {Errc::kIo, false}};
  for (const auto& [code, expected] : replayed) {
    INFO("code " << static_cast<int>(code));
    const Failure refusal = failure(code, "x");
    CHECK(is_replayed(refusal) == expected);
    Bench bench;
    REQUIRE_FALSE(bench.add(Bench::with_key(Bench::refuse(refusal), 1, 1)));
    CHECK(bench.builder.empty() != expected);
  }
}

StoredOutcome accepted_outcome() {
  Accepted accepted;
  accepted.log_size = 300;
  accepted.subject = {kLog, Aggregate::kUser, StreamId{}, "ada"};
  accepted.subject.pool.bytes.fill(2);
  accepted.stream.bytes.fill(3);
  accepted.revision = Revision{130};
  accepted.events = 2;
  StoredOutcome stored{{}, accepted};
  stored.request.fill(9);
  return stored;
}

StoredOutcome refused_outcome() {
  Failure refused = failure(Errc::kAlreadyTaken, "identifier_taken", "somebody has it");
  refused.faults = {{"/a", "unique", "is taken"}, {"/b", "type", "is wrong"}};
  return {{}, refused};
}

TEST_CASE("outcomes are read back as they were written", "[engine]") {
  const auto accepted = decode_outcome(kLog, encode_outcome(accepted_outcome()));
  REQUIRE(accepted);
  const auto expected = std::get<Accepted>(accepted_outcome().outcome);
  const auto read = std::get<Accepted>(accepted->outcome);
  CHECK(accepted->request == accepted_outcome().request);
  CHECK(read.log_size == expected.log_size);
  CHECK(read.subject.aggregate == expected.subject.aggregate);
  CHECK(read.subject.pool == expected.subject.pool);
  CHECK(read.subject.id.empty());  // a caller may have chosen it, and records stay in the log
  CHECK(read.stream == expected.stream);
  CHECK(read.revision == expected.revision);
  CHECK(read.events == expected.events);
  CHECK(read.replayed);

  const auto refused = decode_outcome(kLog, encode_outcome(refused_outcome()));
  REQUIRE(refused);
  CHECK(std::get<Failure>(refused->outcome) == std::get<Failure>(refused_outcome().outcome));
}

TEST_CASE("an outcome that was cut off or grew is damaged", "[engine]") {
  for (const StoredOutcome& stored : {accepted_outcome(), refused_outcome()}) {
    const std::string whole = encode_outcome(stored);
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      INFO(bytes << " of " << whole.size() << " bytes");
      CHECK_FALSE(decode_outcome(kLog, std::string_view{whole}.substr(0, bytes)).has_value());
    }
    CHECK_FALSE(decode_outcome(kLog, whole + "x").has_value());
    std::string unknown = whole;
    unknown[0] = 1;
    CHECK(decode_outcome(kLog, unknown).error().rule == "malformed_outcome");
    unknown = whole;
    unknown[33] = 2;
    CHECK_FALSE(decode_outcome(kLog, unknown).has_value());
  }
}

TEST_CASE("keys of outcomes are in the order of hours", "[engine]") {
  Digest high;
  high.fill(0xFF);
  CHECK(idempotency_row_key(kLog, 9, high) < idempotency_row_key(kLog, 10, {}));
  CHECK(idempotency_row_key(kLog, 10, high) < idempotency_row_key(LogId{8}, 0, {}));
  CHECK(hour_of(Micros{kHourMicros - 1}) == 0);
  CHECK(hour_of(Micros{kHourMicros}) == 1);
}

}  // namespace
}  // namespace muster::test
