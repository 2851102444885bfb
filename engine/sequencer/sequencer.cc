#include "engine/sequencer/sequencer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace muster {
namespace {

/// Groups that may be written but not yet synced: one being synced, one being decided.
constexpr std::size_t kUnsyncedGroupsMax = 2;
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
      builder_{{ports.log, ports.views, ports.sealer}, options_.epoch},
      guard_{ports.clock},
      next_group_{options_.first_group} {}

Sequencer::~Sequencer() {
  stop();
}

void Sequencer::start() {
  decider_ = std::thread{[this] {
    decide_groups();
  }};
  publisher_ = std::thread{[this] {
    publish_groups();
  }};
}

void Sequencer::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  commands_arrived_.notify_all();
  groups_changed_.notify_all();
  if (decider_.joinable()) {
    decider_.join();
  }
  if (publisher_.joinable()) {
    publisher_.join();
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
  commands_arrived_.notify_one();
}

bool Sequencer::wait_for_work() {
  std::unique_lock lock{mutex_};
  const auto ready = [&] {
    return failed_ || (stopping_ && queue_.empty()) ||
           (!queue_.empty() && unsynced_ < kUnsyncedGroupsMax);
  };
  while (!ready()) {
    if (confirmed_ || !queue_.empty() || unsynced_ > 0) {
      commands_arrived_.wait(lock);
    } else if (!commands_arrived_.wait_for(lock, kConfirmAfter, ready)) {
      lock.unlock();
      confirm();
      lock.lock();
    }
  }
  return !failed_ && !queue_.empty();
}

std::deque<Sequencer::Waiting> Sequencer::take_waiting() {
  const std::lock_guard lock{mutex_};
  std::deque<Waiting> taken;
  while (!queue_.empty() && taken.size() < options_.group_commands_max) {
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return taken;
}

void Sequencer::put_back(std::deque<Waiting>& waiting) {
  const std::lock_guard lock{mutex_};
  while (!waiting.empty()) {
    queue_.push_front(std::move(waiting.back()));
    waiting.pop_back();
  }
}

void Sequencer::confirm() {
  if (const auto done = ports_.log.confirm(); !done) {
    fail(done.error());
    return;
  }
  confirmed_ = true;
}

void Sequencer::decide_groups() {
  while (wait_for_work()) {
    decide_group();
  }
  const std::lock_guard lock{mutex_};
  deciding_ended_ = true;
  groups_changed_.notify_all();
}

void Sequencer::decide_group() {
  Decided decided;
  std::deque<Waiting> waiting = take_waiting();
  const Result<void> admitted = ports_.log.admits();
  while (!waiting.empty() && builder_.bytes() < options_.group_bytes_max) {
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    Result<Accepted> outcome = admitted ? builder_.add(next.command, ports_.clock.now())
                                        : Result<Accepted>{admitted.error()};
    decided.answers.push_back({std::move(next.completion), std::move(outcome)});
  }
  put_back(waiting);
  if (!builder_.empty()) {
    decided.group = builder_.take(next_group_++);
    auto snapshot = ports_.log.append(decided.group);
    if (!snapshot) {
      fail(snapshot.error());
      answer_unknown(decided.answers);
      return;
    }
    decided.snapshot = std::move(*snapshot);
    confirmed_ = false;
  }
  const std::lock_guard lock{mutex_};
  ++unsynced_;
  decided_.push_back(std::move(decided));
  groups_changed_.notify_one();
}

bool Sequencer::take_decided(std::vector<Decided>& batch) {
  std::unique_lock lock{mutex_};
  groups_changed_.wait(lock, [&] { return failed_ || !decided_.empty() || deciding_ended_; });
  while (!decided_.empty()) {
    batch.push_back(std::move(decided_.front()));
    decided_.pop_front();
  }
  return !batch.empty();
}

Result<void> Sequencer::make_durable(const std::vector<Decided>& batch) {
  std::uint64_t newest = 0;
  for (const Decided& decided : batch) {
    newest = std::max(newest, decided.group.number);
  }
  if (newest == 0) {
    return {};  // only answers that saw groups already durable
  }
  MUSTER_CHECKED(ports_.log.sync(newest));
  for (const Decided& decided : batch) {
    for (const Slot slot : decided.group.erased_slots) {
      MUSTER_CHECKED(ports_.sealer.erase_slot(slot));
    }
    ports_.log.finish_erasure(decided.group.erased_slots);
  }
  return {};
}

void Sequencer::publish_groups() {
  std::vector<Decided> batch;
  while (take_decided(batch)) {
    if (const auto durable = make_durable(batch); !durable) {
      fail(durable.error());
      for (Decided& decided : batch) {
        answer_unknown(decided.answers);
      }
      return;
    }
    for (Decided& decided : batch) {
      if (!decided.group.empty()) {
        ports_.publisher.publish(decided.group, std::move(decided.snapshot));
        published_.store(decided.group.number);
      }
    }
    {
      const std::lock_guard lock{mutex_};
      unsynced_ -= batch.size();
    }
    commands_arrived_.notify_one();
    for (Decided& decided : batch) {
      for (Answer& answer : decided.answers) {
        answer.completion(std::move(answer.outcome));
      }
    }
    batch.clear();
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

/// Only after a failure is there anybody left: what was written is unknown, what waits never began.
void Sequencer::answer_the_rest() {
  std::deque<Decided> decided;
  std::deque<Waiting> waiting;
  {
    const std::lock_guard lock{mutex_};
    decided.swap(decided_);
    waiting.swap(queue_);
  }
  for (Decided& group : decided) {
    answer_unknown(group.answers);
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
  commands_arrived_.notify_all();
  groups_changed_.notify_all();
  if (options_.on_fatal) {
    options_.on_fatal(failure);
  }
}

}  // namespace muster
