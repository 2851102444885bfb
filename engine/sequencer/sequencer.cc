#include "engine/sequencer/sequencer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "engine/core/thread_name.h"

namespace muster {
namespace {

/// After this pause the newest group is confirmed durable on disk, so that recovery can tell a lost
/// one from one that was never promised.
constexpr std::chrono::milliseconds kConfirmAfter{50};

Failure shutting_down() {
  return failure(Errc::kUnavailable, "shutting_down", "the server is stopping; try again");
}

}  // namespace

Sequencer::Sequencer(const SequencerPorts& ports, SequencerOptions options)
    : ports_{ports},
      options_{std::move(options)},
      builder_{{ports.log, ports.views, ports.sealer}, options_.epoch, options_.epoch_ended},
      guard_{ports.clock},
      next_group_{options_.first_group} {}

Sequencer::~Sequencer() {
  stop();
}

void Sequencer::start() {
  decider_ = std::thread{[this] {
    name_thread("decider");
    decide_groups();
  }};
  committer_ = std::thread{[this] {
    name_thread("committer");
    commit_groups();
  }};
}

void Sequencer::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wake_decider_.notify_all();
  wake_committer_.notify_all();
  if (decider_.joinable()) {
    decider_.join();
  }
  if (committer_.joinable()) {
    committer_.join();
  }
  answer_the_rest();
}

std::size_t Sequencer::waiting() const {
  const std::lock_guard lock{mutex_};
  return queue_.size();
}

void Sequencer::submit(Command command, Completion completion) {
  Result<void> refusal = guard_.check();
  if (refusal) {
    const std::lock_guard lock{mutex_};
    if (stopping_ || failed_) {
      refusal = shutting_down();
    } else if (queue_.size() >= options_.queue_max) {
      refusal = failure(Errc::kUnavailable, "queue_full", "too many writes are waiting; try again");
    } else {
      queue_.push_back({std::move(command), std::move(completion)});
    }
  }
  if (!refusal) {
    completion(refusal.error());
    return;
  }
  wake_decider_.notify_one();
}

bool Sequencer::is_full() const {
  return answers_.size() >= options_.group_commands_max ||
         builder_.bytes() >= options_.group_bytes_max;
}

/// Sleeps until there is a command to decide or a group to hand over; takes the command. False at
/// the end, when there will be neither.
bool Sequencer::wait_for_command(std::optional<Waiting>& taken) {
  const bool full = is_full();
  std::unique_lock lock{mutex_};
  wake_decider_.wait(lock, [&] {
    return failed_ || (!answers_.empty() && group_wanted_) || (!full && !queue_.empty()) ||
           (stopping_ && queue_.empty() && answers_.empty());
  });
  if (failed_ || (queue_.empty() && answers_.empty())) {
    return false;
  }
  if (!full && !queue_.empty()) {
    taken = std::move(queue_.front());
    queue_.pop_front();
  }
  return true;
}

void Sequencer::decide_groups() {
  std::optional<Waiting> next;
  while (wait_for_command(next)) {
    if (next) {
      decide(*next);
      next.reset();
    }
    hand_over_if_wanted();
  }
  const std::lock_guard lock{mutex_};
  deciding_ended_ = true;
  wake_committer_.notify_all();
}

void Sequencer::decide(Waiting& waiting) {
  if (answers_.empty()) {
    admitted_ = ports_.log.admits();
  }
  Result<Accepted> outcome = admitted_ ? builder_.add(waiting.command, ports_.clock.now())
                                       : Result<Accepted>{admitted_.error()};
  answers_.push_back({std::move(waiting.completion), std::move(outcome)});
}

void Sequencer::hand_over_if_wanted() {
  {
    const std::lock_guard lock{mutex_};
    if (!group_wanted_ || answers_.empty()) {
      return;
    }
    group_wanted_ = false;
  }
  Decided decided;
  decided.answers = std::exchange(answers_, {});
  if (builder_.empty()) {
    builder_.forget();
  } else {
    decided.group = builder_.take(next_group_++);
  }
  {
    const std::lock_guard lock{mutex_};
    handed_over_ = std::move(decided);
  }
  wake_committer_.notify_one();
}

/// Sleeps until there is a group; confirms the newest one meanwhile. False at the end.
bool Sequencer::wait_for_group(Decided& decided) {
  std::unique_lock lock{mutex_};
  const auto ready = [&] {
    return failed_ || handed_over_ || deciding_ended_;
  };
  if (confirmed_) {
    wake_committer_.wait(lock, ready);
  } else if (!wake_committer_.wait_for(lock, kConfirmAfter, ready)) {
    lock.unlock();
    if (!confirm()) {
      return false;
    }
    lock.lock();
    wake_committer_.wait(lock, ready);
  }
  if (failed_ || !handed_over_) {
    return false;
  }
  decided = std::move(*handed_over_);
  handed_over_.reset();
  return true;
}

bool Sequencer::confirm() {
  if (const auto done = ports_.log.confirm(); !done) {
    fail(done.error());
    return false;
  }
  confirmed_ = true;
  return true;
}

Result<GroupLog::Snapshot> Sequencer::make_durable(const Group& group) {
  MUSTER_TRY(GroupLog::Snapshot snapshot, ports_.log.append(group));
  MUSTER_CHECKED(ports_.log.sync(group.number));
  MUSTER_CHECKED(ports_.sealer.erase_slots(group.erased_slots));
  ports_.log.finish_erasure(group.erased_slots);
  return snapshot;
}

void Sequencer::commit(Decided& decided) {
  const bool written = !decided.group.empty();
  GroupLog::Snapshot snapshot;
  if (written) {
    confirmed_ = false;
    auto durable = make_durable(decided.group);
    if (!durable) {
      fail(durable.error());
      answer_unknown(decided.answers);
      return;
    }
    snapshot = std::move(*durable);
  }
  {
    const std::lock_guard lock{mutex_};
    group_wanted_ = true;  // from here on, so that the next one is ready when these are answered
  }
  wake_decider_.notify_one();
  if (written) {
    ports_.publisher.publish(decided.group, std::move(snapshot));
    published_.store(decided.group.number);
  }
  for (Answer& answer : decided.answers) {
    answer.completion(std::move(answer.outcome));
  }
}

void Sequencer::commit_groups() {
  Decided decided;
  while (wait_for_group(decided)) {
    commit(decided);
  }
}

void Sequencer::answer_unknown(std::vector<Answer>& answers) {
  for (Answer& answer : answers) {
    answer.completion(failure(Errc::kUnknownOutcome,
                              "outcome_unknown",
                              "the disk failed while the change was being stored; a retry with the "
                              "same idempotency key tells whether it was"));
  }
}

/// Only after a failure is there anybody left. Nothing of theirs was written, decided or not.
void Sequencer::answer_the_rest() {
  std::optional<Decided> decided;
  std::deque<Waiting> waiting;
  {
    const std::lock_guard lock{mutex_};
    decided.swap(handed_over_);
    waiting.swap(queue_);
  }
  std::vector<Answer> answers = std::exchange(answers_, {});
  if (decided) {
    std::ranges::move(decided->answers, std::back_inserter(answers));
  }
  for (Answer& answer : answers) {
    answer.completion(shutting_down());
  }
  for (Waiting& command : waiting) {
    command.completion(shutting_down());
  }
}

void Sequencer::fail(const Failure& failure) {
  {
    const std::lock_guard lock{mutex_};
    if (failed_) {
      return;
    }
    failed_ = true;
  }
  wake_decider_.notify_all();
  wake_committer_.notify_all();
  if (options_.on_fatal) {
    options_.on_fatal(failure);
  }
}

}  // namespace muster
