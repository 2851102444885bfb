/// One consumer of a feed: an answer that goes on while the log grows.
#pragma once

#include <memory>
#include <string>

#include "api/audit/feed_batch.h"
#include "api/audit/feed_form.h"
#include "api/server/log_followers.h"

namespace muster {

/// Nothing is shown to whom it may not be: whether the token is still good is asked at least once a
/// second while anything changes, and before anything is shown that was written since.
class FeedConsumer final : public BodySource,
                           public LogFollower,
                           public std::enable_shared_from_this<FeedConsumer> {
 public:
  struct Start {
    FeedQuestion question;
    FeedForm form = FeedForm::kOne;
    std::uint64_t from = 0;
    std::chrono::milliseconds life{};  // of kOne: how long it waits for an event
    LogFollowers::Place place;
  };

  /// `operation` is what the caller is allowed; it is looked up anew while the answer goes on.
  FeedConsumer(const Context& context, const Operation& operation, Start start);

  // Of the connection.
  void next(Done done) override;

  [[nodiscard]] bool waits_long() const override { return true; }

  void give_up() override;

  // Of LogFollowers.
  [[nodiscard]] LogId log() const override { return caller_->log; }

  [[nodiscard]] std::uint64_t next_position() const override { return batch_.next; }

  [[nodiscard]] Clock::time_point due() const override;
  Piece look_at(FollowedStretch& stretch) override;
  Piece on_time(const std::shared_ptr<const ReadPoint>& point) override;
  Result<BodyPiece> end() override;

 private:
  [[nodiscard]] Context context_at(const ReadPoint& point) const;
  /// Whether the caller may still see what it sees.
  Result<void> check_caller(const ReadPoint& point);
  Result<BodyPiece> batch_piece(const ReadPoint& point);
  Result<BodyPiece> last_piece(std::string_view reason);
  [[nodiscard]] KvTreeNodes nodes_at(const ReadPoint& point) const;

  const Services& services_;
  const Operation& operation_;
  const Request request_;
  std::shared_ptr<const Caller> caller_;
  FeedQuestion question_;
  FeedForm form_;
  FeedBatch batch_;  // what will be sent next
  LogFollowers::Place place_;
  std::uint64_t states_version_ = ~0ULL;  // when the caller was checked
  Clock::time_point check_at_;
  Clock::time_point heartbeat_at_;
  Clock::time_point end_at_;
  bool begun_ = false;
};

}  // namespace muster
