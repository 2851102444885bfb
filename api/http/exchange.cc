#include "api/http/exchange.h"

#include <utility>

#include <boost/asio/post.hpp>

#include "api/http/problem.h"

namespace muster {

void Exchange::deliver(Response response) {
  response_ = std::move(response);
  if (mailbox_->on_own_thread()) {
    arrive();
  } else {
    mailbox_->put(shared_from_this());
  }
}

void Exchange::abandoned() {
  deliver(problem_for(
      request.path(),
      failure(Errc::kUnknownOutcome, "no_answer", "The request was given up inside the server."),
      request.request_id));
}

void Exchange::deliver_piece(Result<BodyPiece> piece) {
  piece_ = std::move(piece);
  // Never at once: a source that is always ready would make the stack grow with the body.
  mailbox_->put(shared_from_this());
}

void Exchange::arrive() {
  if (!piece_) {
    if (taker != nullptr) taker->take(std::move(response_));
    return;
  }
  auto piece = std::move(*piece_);
  piece_.reset();
  if (taker != nullptr) taker->take_piece(std::move(piece));
}

void Mailbox::put(std::shared_ptr<Exchange> exchange) {
  const std::lock_guard lock{mutex_};
  if (context_ == nullptr) return;
  arrived_.push_back(std::move(exchange));
  if (arrived_.size() == 1) {
    net::post(*context_, [self = shared_from_this()] { self->empty(); });
  }
}

void Mailbox::empty() {
  std::vector<std::shared_ptr<Exchange>> arrived;
  {
    const std::lock_guard lock{mutex_};
    arrived.swap(arrived_);
  }
  for (const auto& exchange : arrived)
    exchange->arrive();
}

void Mailbox::close() {
  std::vector<std::shared_ptr<Exchange>> dropped;
  const std::lock_guard lock{mutex_};
  context_ = nullptr;
  dropped.swap(arrived_);
}

}  // namespace muster
