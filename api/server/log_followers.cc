#include "api/server/log_followers.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "engine/core/thread_name.h"

namespace muster {
namespace {

std::pair<LogId, std::uint64_t> place_of(const LogFollower& follower) {
  return {follower.log(), follower.next_position()};
}

}  // namespace

LogFollowers::LogFollowers(const Published& published, LogReader reader, std::size_t followers_max)
    : published_{published},
      reader_{std::move(reader)},
      followers_max_{followers_max},
      thread_{[this] {
        name_thread("followers");
        yield_to_others();  // whoever is far behind reads much
        work();
      }} {}

LogFollowers::~LogFollowers() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<LogFollowers::Place> LogFollowers::take_place() {
  if (places_->fetch_add(1) >= followers_max_) {
    places_->fetch_sub(1);
    return failure(Errc::kUnavailable,
                   "too_many_followers",
                   "as many as the server takes follow its logs already; try again");
  }
  return Place{places_.get(), [places = places_](const void*) {
                 places->fetch_sub(1);
               }};
}

void LogFollowers::wait(std::shared_ptr<LogFollower> follower, BodySource::Done done) {
  const std::uint64_t size = published_.now()->size_of(follower->log());
  {
    const std::lock_guard lock{mutex_};
    hurry_ = hurry_ || draining_ || follower->next_position() + FollowedStretch::kEventsMax <= size;
    arrivals_.push_back({std::move(follower), std::move(done)});
  }
  changed_.notify_one();
}

void LogFollowers::forget(std::shared_ptr<LogFollower> follower) {
  const std::lock_guard lock{mutex_};
  forgotten_.push_back(std::move(follower));
}

void LogFollowers::drain() {
  {
    const std::lock_guard lock{mutex_};
    draining_ = true;
  }
  changed_.notify_all();
}

void LogFollowers::work() {
  while (true) {
    bool ends = false;
    {
      std::unique_lock lock{mutex_};
      if (waiting_.empty()) {
        changed_.wait(lock, [&] { return stopping_ || !arrivals_.empty(); });
      } else if (!more_to_read_) {
        changed_.wait_for(lock, kLook, [&] { return stopping_ || draining_ || hurry_; });
      }
      hurry_ = false;
      ends = stopping_ || draining_;
      take_arrivals();
      if (stopping_ && waiting_.empty()) {
        return;
      }
    }
    if (ends) {
      end_all();
      continue;
    }
    const auto point = published_.now();
    if (point->group != seen_group_ || more_to_read_) {
      seen_group_ = point->group;
      serve(point);
    }
    if (const auto now = Clock::now(); now >= next_due_) {
      call_due(point, now);
    }
    sweep();
  }
}

void LogFollowers::take_arrivals() {
  for (Waiting& arrival : arrivals_) {
    next_due_ = std::min(next_due_, arrival.follower->due());
    waiting_.push_back(std::move(arrival));
    more_to_read_ = true;  // it may be behind although nothing is new
  }
  arrivals_.clear();
  for (const auto& forgotten : forgotten_) {
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.follower == forgotten; });
  }
  forgotten_.clear();
}

void LogFollowers::serve(const std::shared_ptr<const ReadPoint>& point) {
  more_to_read_ = false;
  std::vector<Waiting*> behind;
  for (Waiting& waiting : waiting_) {
    if (waiting.follower->next_position() < point->size_of(waiting.follower->log())) {
      behind.push_back(&waiting);
    }
  }
  std::ranges::sort(
      behind, {}, [](const Waiting* waiting) { return place_of(*waiting->follower); });
  serve_head(point, behind);
  serve_rest(point, behind);
}

/// Takes those out of `behind` who are near the end of their log.
void LogFollowers::serve_head(const std::shared_ptr<const ReadPoint>& point,
                              std::vector<Waiting*>& behind) {
  std::vector<Waiting*> rest;
  std::vector<Waiting*> near;
  for (std::size_t i = 0; i < behind.size(); ++i) {
    const auto [log, next] = place_of(*behind[i]->follower);
    const bool is_near = next + FollowedStretch::kEventsMax >= point->size_of(log);
    (is_near ? near : rest).push_back(behind[i]);
    const bool last_of_log = i + 1 == behind.size() || behind[i + 1]->follower->log() != log;
    if (last_of_log && !near.empty()) {
      read_for(point, near.front()->follower->next_position(), near);
      near.clear();
    }
  }
  behind = std::move(rest);
}

/// In rotation, so that nobody who is far behind keeps the others waiting.
void LogFollowers::serve_rest(const std::shared_ptr<const ReadPoint>& point,
                              const std::vector<Waiting*>& behind) {
  if (behind.empty()) {
    return;
  }
  more_to_read_ = true;
  const auto until = Clock::now() + kBehindTurn;
  auto at = std::ranges::upper_bound(
      behind, served_, {}, [](const Waiting* waiting) { return place_of(*waiting->follower); });
  for (std::size_t served = 0; served < behind.size() && Clock::now() < until;) {
    at = at == behind.end() ? behind.begin() : at;
    const auto [log, begin] = place_of(*(*at)->follower);
    std::vector<Waiting*> readers;
    for (; at != behind.end() && served + readers.size() < behind.size(); ++at) {
      const auto [other_log, other] = place_of(*(*at)->follower);
      if (other_log != log || other >= begin + FollowedStretch::kEventsMax) {
        break;
      }
      readers.push_back(*at);
    }
    served += readers.size();
    served_ = {log, begin};
    read_for(point, begin, readers);
  }
}

void LogFollowers::read_for(const std::shared_ptr<const ReadPoint>& point,
                            std::uint64_t begin,
                            const std::vector<Waiting*>& readers) {
  FollowedStretch stretch{point, readers.front()->follower->log(), begin};
  const auto read = stretch.read(reader_);
  stretches_read_.fetch_add(1, std::memory_order_relaxed);
  for (Waiting* waiting : readers) {
    const std::uint64_t next = waiting->follower->next_position();
    if (!read) {
      give(*waiting, Result<BodyPiece>{read.error()});
    } else if (next >= stretch.begin() && next < stretch.end()) {
      give(*waiting, waiting->follower->look_at(stretch));
    }
    const bool has_more =
        waiting->done && waiting->follower->next_position() < point->size_of(stretch.log());
    more_to_read_ = more_to_read_ || has_more;
  }
}

void LogFollowers::call_due(const std::shared_ptr<const ReadPoint>& point, Clock::time_point now) {
  next_due_ = Clock::time_point::max();
  for (Waiting& waiting : waiting_) {
    if (waiting.done && waiting.follower->due() <= now) {
      give(waiting, waiting.follower->on_time(point));
    }
    if (waiting.done) {
      next_due_ = std::min(next_due_, waiting.follower->due());
    }
  }
}

void LogFollowers::end_all() {
  for (Waiting& waiting : waiting_) {
    give(waiting, waiting.follower->end());
  }
  sweep();
}

void LogFollowers::give(Waiting& waiting, LogFollower::Piece piece) {
  if (piece && waiting.done) {
    // Whoever takes it may ask for the next one before this returns.
    const auto done = std::exchange(waiting.done, nullptr);
    done(*std::move(piece));
  }
}

void LogFollowers::sweep() {
  std::erase_if(waiting_, [](const Waiting& waiting) { return !waiting.done; });
}

}  // namespace muster
