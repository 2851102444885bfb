/// Sequencer: one thread that owns the order of all events, and one that makes them durable.
///
/// While the publication thread waits for the disk to sync a group, the sequencer thread decides
/// the next one; at most two groups are unsynced. Whatever was computed from unsynced states,
/// refusals and no-changes included, is answered only after the sync that covers them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
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
    GroupLog::Snapshot snapshot;
    std::vector<Answer> answers;
  };

  void decide_groups();
  void publish_groups();
  bool wait_for_work();
  std::deque<Waiting> take_waiting();
  void put_back(std::deque<Waiting>& waiting);
  void decide_group();
  void confirm();
  bool take_decided(std::vector<Decided>& batch);
  Result<void> make_durable(const std::vector<Decided>& batch);
  static void answer_unknown(std::vector<Answer>& answers);
  void answer_the_rest();
  void fail(const Failure& failure);

  SequencerPorts ports_;
  SequencerOptions options_;
  GroupBuilder builder_;
  ClockGuard guard_;
  std::uint64_t next_group_;
  bool confirmed_ = true;  // decider thread

  mutable std::mutex mutex_;
  std::condition_variable commands_arrived_;
  std::condition_variable groups_changed_;
  std::deque<Waiting> queue_;
  std::deque<Decided> decided_;
  std::size_t unsynced_ = 0;
  bool stopping_ = false;
  bool deciding_ended_ = false;
  bool failed_ = false;
  std::atomic<std::uint64_t> published_{0};

  std::thread decider_;
  std::thread publisher_;
};

}  // namespace muster
