#include "api/audit/feed_consumer.h"

#include <algorithm>
#include <vector>

#include "api/directory/access.h"
#include "api/server/read_recorder.h"
#include "api/transparency/tree_heads.h"

namespace muster {
namespace {

constexpr std::chrono::milliseconds kCheckEvery{1'000};

}  // namespace

FeedConsumer::FeedConsumer(const Context& context, const Operation& operation, Start start)
    : services_{context.services},
      operation_{operation},
      request_{context.request},
      caller_{std::make_shared<const Caller>(context.caller)},
      question_{std::move(start.question)},
      form_{start.form},
      place_{std::move(start.place)} {
  batch_.from = start.from;
  batch_.next = start.from;
  const auto now = Clock::now();
  check_at_ = now + kCheckEvery;
  heartbeat_at_ = now + services_.settings.feed.heartbeat;
  end_at_ = now + start.life;
}

void FeedConsumer::next(Done done) {
  if (!begun_ && form_ == FeedForm::kEvents) {
    begun_ = true;
    done(BodyPiece{feed_beginning(form_, services_.settings.feed.retry.count()), false});
    return;
  }
  services_.followers.wait(shared_from_this(), std::move(done));
}

void FeedConsumer::give_up() {
  services_.followers.forget(shared_from_this());
}

LogFollower::Clock::time_point FeedConsumer::due() const {
  return std::min({check_at_, end_at_, form_ == FeedForm::kOne ? end_at_ : heartbeat_at_});
}

Context FeedConsumer::context_at(const ReadPoint& point) const {
  return {services_, request_, *caller_, point};
}

KvTreeNodes FeedConsumer::nodes_at(const ReadPoint& point) const {
  return services_.tree_heads.nodes(log(), point);
}

Result<void> FeedConsumer::check_caller(const ReadPoint& point) {
  const bool expired = services_.domain.clock.now() >= caller_->expires;
  if (!expired && point.states_version == states_version_) {
    return {};
  }
  MUSTER_TRY(caller_, services_.tokens.authenticate(request_.header("authorization")));
  if (caller_->workspace == kSystemWorkspace && !caller_->scopes.has(operation_.scope)) {
    return failure(Errc::kForbidden, "missing_scope");
  }
  MUSTER_CHECKED(check_access(context_at(point), operation_));
  states_version_ = point.states_version;
  return {};
}

LogFollower::Piece FeedConsumer::look_at(FollowedStretch& stretch) {
  if (!may_match(question_.filter, stretch)) {
    batch_.next = stretch.end();
    return std::nullopt;
  }
  if (const auto allowed = check_caller(stretch.point()); !allowed) {
    return last_piece(allowed.error().rule);
  }
  const Context context = context_at(stretch.point());
  if (const auto collected = collect(batch_, context, question_, stretch); !collected) {
    return Result<BodyPiece>{collected.error()};
  }
  if (batch_.positions.empty()) {
    return std::nullopt;
  }
  if (batch_.notable) {
    const std::vector<StreamId> persons{batch_.persons.begin(), batch_.persons.end()};
    const auto noted = services_.read_recorder.note(*caller_, operation_.id, persons);
    if (!noted) {
      return last_piece(noted.error().rule);
    }
  }
  return batch_piece(stretch.point());
}

LogFollower::Piece FeedConsumer::on_time(const std::shared_ptr<const ReadPoint>& point) {
  const auto now = Clock::now();
  if (now >= check_at_) {
    check_at_ = now + kCheckEvery;
    if (const auto allowed = check_caller(*point); !allowed) {
      return last_piece(allowed.error().rule);
    }
  }
  if (now >= end_at_) {
    return last_piece("renew");
  }
  if (form_ == FeedForm::kOne || now < heartbeat_at_) {
    return std::nullopt;
  }
  if (batch_.next > batch_.from) {
    return batch_piece(*point);
  }
  heartbeat_at_ = now + services_.settings.feed.heartbeat;
  return Result<BodyPiece>{BodyPiece{feed_heartbeat(form_, batch_.next), false}};
}

Result<BodyPiece> FeedConsumer::end() {
  return last_piece("stopping");
}

Result<BodyPiece> FeedConsumer::batch_piece(const ReadPoint& point) {
  KvTreeNodes nodes = nodes_at(point);
  MUSTER_TRY(std::string json, batch_document(batch_, point, nodes, log()));
  const std::string id =
      batch_.next > batch_.from ? feed_id(point.epoch, batch_.next - 1) : std::string{};
  FeedBatch following;
  following.from = batch_.next;
  following.next = batch_.next;
  batch_ = std::move(following);
  heartbeat_at_ = Clock::now() + services_.settings.feed.heartbeat;
  return BodyPiece{feed_piece(form_, id, std::move(json)), form_ == FeedForm::kOne};
}

Result<BodyPiece> FeedConsumer::last_piece(std::string_view reason) {
  if (!batch_.positions.empty()) {
    // They were not sent, and will be when the consumer comes back.
    FeedBatch unsent;
    unsent.from = batch_.from;
    unsent.next = batch_.from;
    batch_ = std::move(unsent);
  }
  if (form_ == FeedForm::kOne) {
    return batch_piece(*services_.published.now());
  }
  const FeedEnd end{reason, batch_.from, services_.settings.feed.retry.count()};
  return BodyPiece{feed_ending(form_, end), true};
}

}  // namespace muster
