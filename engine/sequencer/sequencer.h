/// Sequencer: one thread that owns the order of all events, and one that commits them.
///
/// While the committing thread writes a group and waits for the disk to sync it, the deciding
/// thread fills the next one, which closes when the other is free: the busier the disk, the larger
/// the groups. So at most two groups are not durable, one of them not even written. Whatever was
/// computed from their states, refusals and no-changes included, is answered only after the sync
/// that covers them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/ports/clock.h"
#include "engine/ports/publisher.h"
#include "engine/sequencer/clock_guard.h"
#include "engine/sequencer/group_builder.h"

namespace muster {

struct SequencerPorts {
  GroupLog& log;
  const Views& views;
  Sealer& sealer;
  Clock& clock;
  Publisher& publisher;
};

struct SequencerOptions {
  Epoch epoch{};
  EpochEndOf epoch_ended = {};
  std::uint64_t first_group = 1;
  std::size_t queue_max = 4096;          // waiting commands; beyond it callers get 503 at once
  std::size_t group_commands_max = 512;  // bounds how long a lone reader waits for a group
  std::size_t group_bytes_max = 4 * 1024 * 1024;
  /// Called when a write or sync failed: what was written is unknown and the process must end.
  std::function<void(const Failure&)> on_fatal;
};

class Sequencer final : public CommandSink {
 public:
  Sequencer(const SequencerPorts& ports, SequencerOptions options);
  ~Sequencer() override;

  /// Before start(), once for every existing tenant.
  void know_tenant(LogId log, std::string id) { builder_.know_tenant(log, std::move(id)); }

  void start();
  /// Refuses new commands, finishes those that wait, and joins both threads. Every command that
  /// was ever submitted is answered when it returns.
  void stop();

  void submit(Command command, Completion completion) override;

  ClockGuard& clock_guard() { return guard_; }

  [[nodiscard]] std::size_t waiting() const;

  [[nodiscard]] std::uint64_t groups_published() const { return published_.load(); }

 private:
  struct Waiting {
    Command command;
    Completion completion;
  };

  struct Answer {
    Completion completion;
    Result<Accepted> outcome;
  };

  /// A decided group, or answers that only wait for the one before.
  struct Decided {
    Group group;
    std::vector<Answer> answers;
  };

  void decide_groups();
  bool wait_for_command(std::optional<Waiting>& taken);
  void decide(Waiting& waiting);
  [[nodiscard]] bool is_full() const;
  void hand_over_if_wanted();

  void commit_groups();
  bool wait_for_group(Decided& decided);
  void commit(Decided& decided);
  Result<GroupLog::Snapshot> make_durable(const Group& group);
  bool confirm();
  static void answer_unknown(std::vector<Answer>& answers);
  void answer_the_rest();
  void fail(const Failure& failure);

  SequencerPorts ports_;
  SequencerOptions options_;
  GroupBuilder builder_;
  ClockGuard guard_;
  std::uint64_t next_group_;
  Result<void> admitted_;        // whether the open group may be written; deciding thread
  std::vector<Answer> answers_;  // of the commands decided for it; deciding thread
  bool confirmed_ = true;        // committing thread

  mutable std::mutex mutex_;
  std::condition_variable wake_decider_;
  std::condition_variable wake_committer_;
  std::deque<Waiting> queue_;
  std::optional<Decided> handed_over_;
  bool group_wanted_ = true;  // the group handed over last is durable
  bool stopping_ = false;
  bool deciding_ended_ = false;
  bool failed_ = false;
  std::atomic<std::uint64_t> published_{0};

  std::thread decider_;
  std::thread committer_;
};

}  // namespace muster
