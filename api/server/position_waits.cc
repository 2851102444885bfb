#include "api/server/position_waits.h"

#include <algorithm>
#include <iterator>

#include "engine/core/thread_name.h"

namespace muster {
namespace {

/// How often the published size is looked at while anybody waits: below what a sync takes.
constexpr std::chrono::milliseconds kLook{1};

}  // namespace

PositionWaits::PositionWaits(const Published& published)
    : published_{published}, thread_{[this] {
        name_thread("positions");
        work();
      }} {}

PositionWaits::~PositionWaits() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (const Waiting& one : take_over(true)) {
    one.then();
  }
}

Result<void> PositionWaits::wait(LogId log,
                                 std::uint64_t position,
                                 Clock::time_point deadline,
                                 std::function<void()> then) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || waiting_.size() >= kWaitingMax) {
      return failure(
          Errc::kUnavailable, "too_many_wait", "too many requests wait for a position; try again");
    }
    waiting_.push_back({log, position, deadline, std::move(then)});
  }
  changed_.notify_one();
  return {};
}

std::vector<PositionWaits::Waiting> PositionWaits::take_over(bool all) {
  const auto point = published_.now();
  const Clock::time_point present = Clock::now();
  std::vector<Waiting> over;
  const std::lock_guard lock{mutex_};
  const auto kept =
      std::stable_partition(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
        return !all && one.deadline > present && point->size_of(one.log) <= one.position;
      });
  over.assign(std::make_move_iterator(kept), std::make_move_iterator(waiting_.end()));
  waiting_.erase(kept, waiting_.end());
  return over;
}

void PositionWaits::work() {
  while (true) {
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (stopping_) {
        return;
      }
      changed_.wait_for(lock, kLook, [&] { return stopping_; });
    }
    for (const Waiting& one : take_over(false)) {
      one.then();
    }
  }
}

}  // namespace muster
