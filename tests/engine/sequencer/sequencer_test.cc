#include "engine/sequencer/sequencer.h"

#include <set>

#include "tests/engine/sequencer/bench.h"

namespace muster::test {
namespace {

using std::chrono::milliseconds;

/// Remembers what was published, and in which order things happened.
class Journal final : public Publisher {
 public:
  void publish(const Group& group, GroupLog::Snapshot snapshot) override {
    const std::lock_guard lock{mutex_};
    published_.push_back(group.number);
    matching_ = matching_ && snapshot != nullptr &&
                *static_cast<const std::uint64_t*>(snapshot.get()) == group.number;
  }

  void answer(const std::string& who, const Result<Accepted>& outcome) {
    {
      const std::lock_guard lock{mutex_};
      answers_[who] = outcome ? "ok" : outcome.error().rule;
      order_.push_back(who);
      published_before_.push_back(published_.size());
    }
    changed_.notify_all();
  }

  void wait_for_answers(std::size_t count) {
    std::unique_lock lock{mutex_};
    REQUIRE(
        changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return order_.size() >= count; }));
  }

  std::string answer_of(const std::string& who) {
    const std::lock_guard lock{mutex_};
    const auto found = answers_.find(who);
    return found == answers_.end() ? "waiting" : found->second;
  }

  std::size_t answers() {
    const std::lock_guard lock{mutex_};
    return order_.size();
  }

  std::vector<std::uint64_t> published() {
    const std::lock_guard lock{mutex_};
    return published_;
  }

  /// How many groups readers saw when the answers were given, in their order.
  std::vector<std::size_t> published_before() {
    const std::lock_guard lock{mutex_};
    return published_before_;
  }

  bool snapshots_match() {
    const std::lock_guard lock{mutex_};
    return matching_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> order_;
  std::vector<std::size_t> published_before_;
  std::vector<std::uint64_t> published_;
  bool matching_ = true;
};

/// Keys whose destruction can fail.
class KeySealer final : public Sealer {
 public:
  Result<Slot> reserve_slot(LogId log) override { return inner_.reserve_slot(log); }

  Result<std::string> seal(Slot slot,
                           const SegmentContext& context,
                           std::string_view plaintext) override {
    return inner_.seal(slot, context, plaintext);
  }

  Result<std::string> open(const SegmentContext& context, std::string_view segment) override {
    return inner_.open(context, segment);
  }

  Digest digest(std::string_view bytes) override { return inner_.digest(bytes); }

  Result<void> erase_slot(Slot slot) override {
    erased.push_back(slot);
    return fails ? failure(Errc::kIo, "keys_io") : Result<void>{};
  }

  std::vector<Slot> erased;
  bool fails = false;

 private:
  TestSealer inner_;
};

class Running {
 public:
  explicit Running(SequencerOptions options = {}) {
    options.epoch = Epoch{3};
    options.on_fatal = [this](const Failure& fatal) {
      fatal_rule = fatal.rule;
      ++fatals;
    };
    sequencer = std::make_unique<Sequencer>(SequencerPorts{log, views, sealer, clock, journal},
                                            std::move(options));
    sequencer->know_tenant(kLog, "acme");
    sequencer->start();
  }

  ~Running() {
    log.let_writes_through();
    log.let_syncs_through();
    sequencer->stop();
  }

  void submit(const std::string& who, Command command) {
    sequencer->submit(std::move(command), [this, who](const Result<Accepted>& outcome) {
      journal.answer(who, outcome);
    });
  }

  void create(const std::string& id) { submit(id, bench.create_workspace(id)); }

  /// Begins a sync that does not end before let_syncs_through().
  void block_with(const std::string& id) {
    log.hold_syncs();
    create(id);
    log.wait_for_syncs(1);
  }

  /// As long as the queue is not empty.
  void wait_until_taken() {
    for (int tries = 0; tries < 2000 && sequencer->waiting() > 0; ++tries) {
      std::this_thread::sleep_for(milliseconds{1});
    }
    REQUIRE(sequencer->waiting() == 0);
  }

  Bench bench;  // only makes commands
  MapLog log;
  DirectoryViews views;
  KeySealer sealer;
  TwoClocks clock;
  Journal journal;
  std::atomic<int> fatals{0};
  std::string fatal_rule;
  std::unique_ptr<Sequencer> sequencer;
};

TEST_CASE("nobody is answered before the sync and the publication", "[engine]") {
  Running running;
  running.block_with("a");
  std::this_thread::sleep_for(milliseconds{20});
  CHECK(running.journal.answers() == 0);
  CHECK(running.journal.published().empty());
  CHECK(running.sequencer->groups_published() == 0);
  running.log.let_syncs_through();
  running.journal.wait_for_answers(1);
  CHECK(running.journal.answer_of("a") == "ok");
  CHECK(running.journal.published_before() == std::vector<std::size_t>{1});
  CHECK(running.sequencer->groups_published() == 1);
}

TEST_CASE("refusals and commands that change nothing wait for what they have seen", "[engine]") {
  Running running;
  running.block_with("a");
  running.submit("again", running.bench.create_workspace("a"));
  Command quiet;
  quiet.log = kLog;
  quiet.decide = [](StateReader&, Micros) -> Result<Decision> {
    return Decision{{}, Bench::workspace("a"), {}};
  };
  running.submit("quiet", quiet);
  std::this_thread::sleep_for(milliseconds{20});
  CHECK(running.journal.answers() == 0);
  running.log.let_syncs_through();
  running.journal.wait_for_answers(3);
  CHECK(running.journal.answer_of("again") == "workspace_id_taken");
  CHECK(running.journal.answer_of("quiet") == "ok");
  CHECK(running.log.groups().size() == 1);
}

TEST_CASE("what comes during a sync is decided meanwhile and becomes one group", "[engine]") {
  Running running;
  running.block_with("a");
  for (const char* id : {"b", "c", "d"}) {
    running.create(id);
  }
  running.wait_until_taken();
  std::this_thread::sleep_for(milliseconds{30});
  CHECK(running.log.groups() == std::vector<std::uint64_t>{1});
  CHECK(running.journal.answers() == 0);
  running.log.let_syncs_through();
  running.journal.wait_for_answers(4);
  CHECK(running.log.groups() == std::vector<std::uint64_t>{1, 2});
  CHECK(running.journal.published() == std::vector<std::uint64_t>{1, 2});
  CHECK(running.journal.published_before() == std::vector<std::size_t>{1, 2, 2, 2});
  CHECK(running.journal.snapshots_match());
}

TEST_CASE("a group is decided from the one before, written or not", "[engine]") {
  Running running;
  running.log.hold_writes();
  running.create("a");
  running.log.wait_for_writes(1);
  running.submit("again", running.bench.create_workspace("a"));
  running.create("b");
  running.wait_until_taken();
  CHECK(running.journal.answers() == 0);
  running.log.let_writes_through();
  running.journal.wait_for_answers(3);
  CHECK(running.journal.answer_of("a") == "ok");
  CHECK(running.journal.answer_of("again") == "workspace_id_taken");
  CHECK(running.journal.answer_of("b") == "ok");
  CHECK(running.log.groups() == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("commands that change nothing leave nothing behind", "[engine]") {
  Running running;
  const StateAddress nobody{kLog, Aggregate::kUser, running.bench.new_stream(), "nobody"};
  Command look;
  look.log = kLog;
  look.decide = [nobody](StateReader& states, Micros) -> Result<Decision> {
    REQUIRE(states.find(nobody));
    return failure(Errc::kNotFound, "user_not_found");
  };
  // Else an import of a million unchanged users would keep a million states.
  for (int round = 1; round <= 3; ++round) {
    const int before = running.log.reads;
    running.submit("look " + std::to_string(round), look);
    running.journal.wait_for_answers(static_cast<std::size_t>(round));
    CHECK(running.log.reads == before + 1);
  }
}

TEST_CASE("what does not fit into the queue is refused at once", "[engine]") {
  SequencerOptions options;
  options.queue_max = 3;
  options.group_commands_max = 1;
  Running running{options};
  running.block_with("a");
  running.create("b");
  running.wait_until_taken();
  for (const char* id : {"c", "d", "e"}) {
    running.create(id);
  }
  running.create("f");
  CHECK(running.journal.answer_of("f") == "queue_full");
  CHECK(running.journal.answers() == 1);
  running.log.let_syncs_through();
  running.journal.wait_for_answers(6);
  CHECK(running.journal.answer_of("e") == "ok");
}

TEST_CASE("a group takes no more than its bound of commands", "[engine]") {
  SequencerOptions options;
  options.group_commands_max = 2;
  Running running{options};
  running.block_with("a");
  running.create("b");
  running.wait_until_taken();
  for (const char* id : {"c", "d", "e"}) {
    running.create(id);
  }
  running.log.let_syncs_through();
  running.journal.wait_for_answers(5);
  CHECK(running.log.groups().size() >= 3);  // a, b and c, d and e
}

TEST_CASE("a group takes no more than its bound of bytes, and one command at least", "[engine]") {
  SequencerOptions options;
  options.group_bytes_max = 1;
  Running running{options};
  running.block_with("a");
  running.create("b");
  running.wait_until_taken();
  for (const char* id : {"c", "d", "e"}) {
    running.create(id);
  }
  running.log.let_syncs_through();
  running.journal.wait_for_answers(5);
  CHECK(running.log.groups().size() == 5);
}

TEST_CASE("stopping finishes what waits and refuses what comes", "[engine]") {
  Running running;
  running.block_with("a");
  running.create("b");
  running.create("c");
  std::thread stopper{[&] {
    running.sequencer->stop();
  }};
  // Until the other thread has begun to stop.
  std::string late;
  for (int tries = 0; tries < 2000 && running.journal.answer_of(late) != "shutting_down"; ++tries) {
    std::this_thread::sleep_for(milliseconds{1});
    late = "late" + std::to_string(tries);
    running.create(late);
  }
  CHECK(running.journal.answer_of(late) == "shutting_down");
  running.log.let_syncs_through();
  stopper.join();
  CHECK(running.journal.answer_of("a") == "ok");
  CHECK(running.journal.answer_of("b") == "ok");
  CHECK(running.journal.answer_of("c") == "ok");
}

TEST_CASE("writes wait for somebody to accept a jump of the clock", "[engine]") {
  Running running;
  running.clock.step(2 * kHourMicros);
  running.create("a");
  CHECK(running.journal.answer_of("a") == "clock_jumped");
  running.sequencer->clock_guard().accept();
  running.create("b");
  running.journal.wait_for_answers(2);
  CHECK(running.journal.answer_of("b") == "ok");
  REQUIRE(running.log.events().size() == 1);
  CHECK(running.log.events()[0].time >= running.clock.now());
}

TEST_CASE("a full disk refuses commands before anything is decided", "[engine]") {
  Running running;
  running.log.full = true;
  running.create("a");
  running.journal.wait_for_answers(1);
  CHECK(running.journal.answer_of("a") == "disk_full");
  CHECK(running.log.groups().empty());
  CHECK(running.fatals == 0);
  running.log.full = false;
  running.create("a");
  running.journal.wait_for_answers(2);
  CHECK(running.journal.answer_of("a") == "ok");
}

TEST_CASE("after a failed write nobody knows, and the process has to end", "[engine]") {
  Running running;
  running.log.append_fails = true;
  running.create("a");
  running.journal.wait_for_answers(1);
  CHECK(running.journal.answer_of("a") == "outcome_unknown");
  CHECK(running.fatals == 1);
  CHECK(running.fatal_rule == "storage_io");
  CHECK(running.journal.published().empty());
  running.create("b");
  CHECK(running.journal.answer_of("b") == "shutting_down");
}

TEST_CASE("after a failed sync nothing is published, and everybody is told", "[engine]") {
  Running running;
  running.block_with("a");
  running.create("b");
  running.wait_until_taken();
  running.create("c");
  running.log.sync_fails = true;
  running.log.let_syncs_through();
  running.journal.wait_for_answers(1);
  running.sequencer->stop();
  CHECK(running.journal.answer_of("a") == "outcome_unknown");
  CHECK(running.journal.answer_of("b") == "shutting_down");  // decided, never written
  CHECK(running.journal.answer_of("c") == "shutting_down");
  CHECK(running.journal.published().empty());
  CHECK(running.fatals == 1);
}

Command erase_somebody(Running& running, Slot slot) {
  const StreamId pool = running.bench.new_stream();
  const StreamId user = running.bench.new_stream();
  PoolCreated made;
  made.id = "p";
  made.name = "P";
  UserCreated created;
  created.pool = pool;
  created.pool_id = "p";
  created.status = "active";
  created.id = "ada";
  const StateAddress address{kLog, Aggregate::kUser, pool, "ada"};
  return Bench::command({running.bench.fact({kLog, Aggregate::kPool, {}, "p"}, pool, made),
                         running.bench.fact(address, user, created, slot),
                         running.bench.fact(address, user, UserErased{})});
}

TEST_CASE("keys of the erased are destroyed before anybody is told", "[engine]") {
  Running running;
  SECTION("after the sync") {
    running.log.hold_syncs();
    running.submit("erasure", erase_somebody(running, Slot{4}));
    running.log.wait_for_syncs(1);
    CHECK(running.sealer.erased.empty());
    running.log.let_syncs_through();
    running.journal.wait_for_answers(1);
    CHECK(running.sealer.erased == std::vector<Slot>{Slot{4}});
    CHECK(running.log.finished() == std::vector<Slot>{Slot{4}});
  }
  SECTION("and when that fails the process has to end") {
    running.sealer.fails = true;
    running.submit("erasure", erase_somebody(running, Slot{4}));
    running.journal.wait_for_answers(1);
    CHECK(running.journal.answer_of("erasure") == "outcome_unknown");
    CHECK(running.fatals == 1);
    CHECK(running.log.finished().empty());
    CHECK(running.journal.published().empty());
  }
}

TEST_CASE("the newest group is confirmed once when nothing follows it", "[engine]") {
  Running running;
  CHECK(running.log.confirmations == 0);
  running.create("a");
  running.journal.wait_for_answers(1);
  for (int tries = 0; tries < 2000 && running.log.confirmations == 0; ++tries) {
    std::this_thread::sleep_for(milliseconds{1});
  }
  CHECK(running.log.confirmations == 1);
  std::this_thread::sleep_for(milliseconds{120});
  CHECK(running.log.confirmations == 1);
}

TEST_CASE("eight writers at once: all answered, one winner for every name, no gap", "[engine]") {
  constexpr std::size_t kWriters = 8;
  constexpr std::size_t kEach = 150;
  SequencerOptions options;
  options.group_commands_max = 16;
  Running running{options};
  // Two writers want each name.
  std::vector<std::vector<Command>> commands(kWriters);
  for (std::size_t writer = 0; writer < kWriters; ++writer) {
    for (std::size_t number = 0; number < kEach; ++number) {
      const std::string id = std::to_string(writer / 2) + "-" + std::to_string(number);
      commands[writer].push_back(running.bench.create_workspace(id));
    }
  }
  std::mutex mutex;
  std::set<std::uint64_t> sizes;
  std::size_t accepted = 0;
  std::size_t taken = 0;
  std::vector<std::thread> writers;
  for (std::size_t writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (Command& command : commands[writer]) {
        running.sequencer->submit(std::move(command), [&](const Result<Accepted>& outcome) {
          const std::lock_guard lock{mutex};
          accepted += outcome ? 1U : 0U;
          taken += !outcome && outcome.error().rule == "workspace_id_taken" ? 1U : 0U;
          if (outcome) {
            sizes.insert(outcome->log_size);
          }
        });
      }
    });
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  running.sequencer->stop();
  CHECK(accepted == kWriters * kEach / 2);
  CHECK(taken == kWriters * kEach / 2);
  CHECK(sizes.size() == accepted);
  const auto events = running.log.events();
  REQUIRE(events.size() == accepted);
  for (std::size_t i = 0; i < events.size(); ++i) {
    REQUIRE(raw(events[i].position) == i);
    REQUIRE((i == 0 || events[i].time > events[i - 1].time));
  }
  const auto published = running.journal.published();
  REQUIRE(published.size() == running.log.groups().size());
  for (std::size_t i = 0; i < published.size(); ++i) {
    REQUIRE(published[i] == i + 1);
  }
  CHECK(running.journal.snapshots_match());
}

}  // namespace
}  // namespace muster::test
