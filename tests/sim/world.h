/// A world: clients with a will, an engine that is killed again and again, a disk that loses what
/// was not synced, a clock that is set by hand, and an oracle that knows what must be true. One
/// thread and one seed, so that everything that happens can happen again.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/chooser.h"
#include "tests/sim/coverage.h"
#include "tests/sim/engine.h"

namespace muster::sim {

enum class Fault : std::uint8_t {
  kPowerCut,           // at any moment
  kWriteFails,         // the process ends, what was written is unknown
  kSyncFails,          // likewise
  kDiskFullInWrite,    // likewise
  kDiesBeforeErasing,  // an erasure is durable, its key still there
  kErasingFails,       // likewise
  kDiesAfterErasing,   // the key is gone, the note that it must go is not
  kDiesWhileStarting,  // a second crash follows the first at once
  kConfirmFails,       // while nothing else goes on
};
inline constexpr std::array<std::string_view, 9> kFaultNames{"power cut",
                                                             "write fails",
                                                             "sync fails",
                                                             "disk full in write",
                                                             "dies before erasing",
                                                             "erasing fails",
                                                             "dies after erasing",
                                                             "dies while starting",
                                                             "confirm fails"};

class World {
 public:
  World(std::uint64_t seed, Coverage& coverage);

  /// All of it throws Broken when something is not as it must be.
  void run(std::size_t commands);

  /// Sends each of them and makes them durable in one group; false when the process died.
  bool perform(const std::vector<Intent>& group);

  /// From now on the process gets through so many writes, syncs and overwritten keys, then one of
  /// them fails.
  void fail_after_steps(std::size_t steps) { steps_left_ = steps; }

  /// The power goes and comes back; `fate` decides how much of what was unsynced is lost. Checks
  /// everything.
  void restart(std::uint64_t fate);

  /// What was acknowledged.
  [[nodiscard]] const Oracle& durable() const { return durable_; }

  [[nodiscard]] std::size_t crashes() const { return crashes_; }

  /// SHA-256 of all that is stored, after run().
  [[nodiscard]] std::string digest() const;

 private:
  /// A group, or what only waits for the one before, with what becomes true when it is durable.
  struct Waiting {
    std::optional<Group> group;
    std::vector<Op> ops;
    std::vector<Request> requests;  // with keys: sent again if the process dies
  };

  void start();
  void step();
  void note_step(void (*break_it)(Disk&));
  void do_anything(std::size_t commands);
  void send(const Request& request);
  Request new_request();
  std::optional<Request> repeat();
  void decide(const Request& request, Result<Decide> prepared);
  void settle(const Request& request, const Result<Accepted>& outcome, std::int64_t hour);
  void check_replay(const Request& request,
                    const KeyRecord& record,
                    const Result<Accepted>& outcome);
  void check_accepted(const Intent& intent, const Accepted& accepted, std::uint32_t events);
  void add_actor(Command& command, LogId log);
  bool refused_by_clock();
  void move_clock();

  void take_group();
  void close_group();
  bool try_append();
  bool write_taken();
  bool sync_groups();
  void become_durable(std::size_t count);
  void quiet_point();
  void crash(Fault fault);
  void find_out_what_survived();
  void arm(Fault fault);
  void meet(Fault fault);
  void die_erasing(Fault fault);
  void die(std::uint64_t fate);
  void fill_disk();
  [[nodiscard]] std::int64_t hour_in(LogId log);

  void reached(const std::string& point) { coverage_.reached(point); }

  Dice dice_;
  Coverage& coverage_;
  SimClock clock_;
  SimEntropy entropy_;
  Disk disk_;
  Chooser chooser_;
  std::unique_ptr<Engine> engine_;
  Oracle durable_;  // what was acknowledged
  Oracle current_;  // and what waits for a sync
  Waiting open_;
  std::optional<Waiting> taken_;  // no longer open and not yet written
  std::deque<Waiting> unsynced_;
  std::deque<Request> again_;   // stale ones, and those of which nobody knows what became of them
  std::vector<Request> keyed_;  // whose keys clients remember
  std::int64_t behind_ = 0;     // how far the wall clock lies behind where it was
  std::size_t crashes_ = 0;
  std::size_t sent_ = 0;
  std::uint64_t synced_group_ = 0;
  int next_key_ = 1;
  std::optional<std::size_t> steps_left_;
  bool dead_ = false;
};

}  // namespace muster::sim
