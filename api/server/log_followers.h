/// Those who follow a log while it grows, a thousand of them, on one thread.
///
/// The thread looks every few milliseconds whether anything was published, so no notification can
/// be lost. It reads what is new once for all who are at the same place. Who does not take what it
/// got is not asked again before it has: nothing piles up, and nobody waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "api/http/response.h"
#include "api/server/followed_stretch.h"

namespace muster {

/// While it waits it is used by the thread of LogFollowers alone.
class LogFollower {
 public:
  using Clock = std::chrono::steady_clock;
  /// What it gives to whoever waits for its next piece; nothing: it waits on.
  using Piece = std::optional<Result<BodyPiece>>;

  LogFollower() = default;
  LogFollower(const LogFollower&) = delete;
  LogFollower& operator=(const LogFollower&) = delete;
  virtual ~LogFollower() = default;

  [[nodiscard]] virtual LogId log() const = 0;
  /// The first position that it has not looked at.
  [[nodiscard]] virtual std::uint64_t next_position() const = 0;
  /// When on_time() is to be called.
  [[nodiscard]] virtual Clock::time_point due() const = 0;
  /// Looks at events from next_position() on, which lies in the stretch.
  virtual Piece look_at(FollowedStretch& stretch) = 0;
  virtual Piece on_time(const std::shared_ptr<const ReadPoint>& point) = 0;
  /// The server ends: the last piece.
  virtual Result<BodyPiece> end() = 0;
};

/// Any thread.
class LogFollowers {
 public:
  using Clock = LogFollower::Clock;

  /// How often it is looked whether anything was published; a hundred idle wake-ups a second are
  /// 0.2 % of a core, and there are none without followers.
  static constexpr std::chrono::milliseconds kLook{10};
  /// For reading what those want who are far behind, before those at the head have their turn.
  static constexpr std::chrono::milliseconds kBehindTurn{20};

  /// `published` outlives this object.
  LogFollowers(const Published& published, LogReader reader, std::size_t followers_max);
  LogFollowers(const LogFollowers&) = delete;
  LogFollowers& operator=(const LogFollowers&) = delete;
  /// Gives everyone the last piece.
  ~LogFollowers();

  /// A place among the followers, until it is destroyed. kUnavailable "too_many_followers".
  using Place = std::shared_ptr<const void>;
  Result<Place> take_place();

  /// `done` gets the next piece.
  void wait(std::shared_ptr<LogFollower> follower, BodySource::Done done);
  /// Nobody waits for its piece any more.
  void forget(std::shared_ptr<LogFollower> follower);
  /// From now on everybody gets the last piece.
  void drain();

  /// How many places are taken.
  [[nodiscard]] std::size_t places() const { return places_->load(std::memory_order_relaxed); }

  [[nodiscard]] std::uint64_t stretches_read() const {
    return stretches_read_.load(std::memory_order_relaxed);
  }

 private:
  struct Waiting {
    std::shared_ptr<LogFollower> follower;
    BodySource::Done done;  // empty once it was called, or nobody waits
  };

  void work();
  void take_arrivals();
  void serve(const std::shared_ptr<const ReadPoint>& point);
  void serve_head(const std::shared_ptr<const ReadPoint>& point, std::vector<Waiting*>& behind);
  void serve_rest(const std::shared_ptr<const ReadPoint>& point,
                  const std::vector<Waiting*>& behind);
  /// Reads from `begin` on and lets those look at it who are inside.
  void read_for(const std::shared_ptr<const ReadPoint>& point,
                std::uint64_t begin,
                const std::vector<Waiting*>& readers);
  void call_due(const std::shared_ptr<const ReadPoint>& point, Clock::time_point now);
  void end_all();
  static void give(Waiting& waiting, LogFollower::Piece piece);
  void sweep();

  const Published& published_;
  const LogReader reader_;
  const std::size_t followers_max_;
  std::shared_ptr<std::atomic<std::size_t>> places_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<std::uint64_t> stretches_read_{0};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting> arrivals_;
  std::vector<std::shared_ptr<LogFollower>> forgotten_;
  bool hurry_ = false;  // somebody arrived who is far behind
  bool draining_ = false;
  bool stopping_ = false;

  // Of the thread.
  std::vector<Waiting> waiting_;
  std::uint64_t seen_group_ = ~0ULL;
  bool more_to_read_ = false;
  Clock::time_point next_due_{};
  std::pair<LogId, std::uint64_t> served_;  // the last place of those who are far behind
  std::thread thread_;
};

}  // namespace muster
