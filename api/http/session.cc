#include "api/http/session.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include "api/http/head.h"
#include "api/http/problem.h"
#include "api/http/worker.h"

namespace muster {
namespace {

// Bodies up to this size go into one TLS record with the header (RFC 8446: at most 16 KiB).
constexpr std::size_t kJoinedBytes = 15U * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Session::Session(Worker& worker, std::unique_ptr<Wire> wire, std::string peer, Standing standing)
    : worker_{worker}, wire_{std::move(wire)}, peer_{std::move(peer)}, standing_{standing} {}

void Session::start() {
  deadline_ = Clock::now() + worker_.bounds().handshake;
  wire_->open(shared_from_this());
}

void Session::on_open(bool ok) {
  if (state_ == State::kClosed) return;
  if (!ok) return close();
  renew_exchange();
  if (standing_ == Standing::kSurplus) {
    respond(problem_details(failure(Errc::kUnavailable,
                                    "too_many_connections",
                                    "The server has all the connections it takes; try later."),
                            {}),
            false);
    return;
  }
  state_ = State::kIdle;
  deadline_ = Clock::now() + worker_.bounds().idle;
  advance();
}

void Session::advance() {
  for (std::size_t turn = 0; turn < worker_.bounds().pipelined_turn; ++turn) {
    if (!read_request() || !answer_request()) return;
  }
  wire_->yield(shared_from_this());
}

void Session::on_turn() {
  if (state_ != State::kClosed) advance();
}

bool Session::read_request() {
  if (state_ == State::kIdle && !begin_request()) return false;
  while (!parser_->is_done()) {
    if (input_.empty()) {
      read_more();
      return false;
    }
    bool needs_more = false;
    input_.consume(parser_->feed(input_.view(), needs_more));
    if (parser_->refused()) {
      worker_.counters.malformed.add(1);
      refuse(*parser_->refused());
      return false;
    }
    if (needs_more) {
      read_more();
      return false;
    }
    if (!admitted_ && parser_->is_header_done() && !admit_request()) return false;
  }
  return true;
}

bool Session::begin_request() {
  input_.skip_line_ends();
  if (input_.empty()) {
    read_more();
    return false;
  }
  state_ = State::kReading;
  started_ = Clock::now();
  deadline_ = started_ + worker_.bounds().request;
  auto& request = exchange_->request;
  worker_.request_ids().assign(request.request_id);
  request.deadline = deadline_;
  admitted_ = false;
  parser_.emplace(request, worker_.bounds());
  return true;
}

bool Session::admit_request() {
  admitted_ = true;
  const BodyHead body{
      parser_->has_body(),
      parser_->chunked() ? std::nullopt : std::optional{parser_->content_length().value_or(0)}};
  admission_ = admit(
      worker_.state().router(), exchange_->request, body, parser_->http_11(), worker_.bounds());
  parser_->body_limit(admission_.body_bytes_max);
  if (admission_.answer) {
    if (admission_.at_once) return respond(std::move(*admission_.answer), false);
    // The body is read to its end, so that the next request is found behind it.
    parser_->discard_body();
  } else if (admission_.expects_continue && !parser_->is_done() && input_.empty()) {
    head_ = kContinue;
    afterwards_ = Afterwards::kRead;
    return write({});
  }
  return true;
}

// NOLINTBEGIN(misc-no-recursion): a step that is refused writes the refusal, and a write that is
// done goes on with the next step; a refusal ends the connection, so the chain ends there.
void Session::read_more() {
  if (reading_) return;
  const auto room = admitted_ && state_ == State::kReading
                        ? input_.room(body_bytes_expected(), InputBuffer::kBodyReadBytes)
                        : input_.room(0, worker_.bounds().header_bytes + 1);
  if (room.empty()) {
    refuse(
        {431, "header_too_large", "The header, or a chunk's, is larger than this server reads."});
    return;
  }
  reading_ = true;
  wire_->read(shared_from_this(), room.data(), room.size());
}

std::size_t Session::body_bytes_expected() const {
  return static_cast<std::size_t>(parser_->content_length_remaining().value_or(0));
}

void Session::on_read(std::size_t bytes) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  worker_.counters.bytes_in.add(bytes);
  if (bytes == 0 && state_ != State::kWriting) return close();
  if (state_ == State::kLingering) {
    input_.clear();
    return read_more();
  }
  input_.commit(bytes);
  if (state_ == State::kIdle || state_ == State::kReading) advance();
}

bool Session::answer_request() {
  if (admission_.answer) return respond(std::move(*admission_.answer), true);
  return handle(admission_.route->handler);
}

bool Session::handle(const Handler& handler) {
  auto& request = exchange_->request;
  try {
    if (const auto* immediate = std::get_if<ImmediateHandler>(&handler)) {
      return respond((*immediate)(request), true);
    }
    inside_handler_ = true;
    exchange_->taker = this;
    std::get<AsyncHandler>(handler)({exchange_, &request}, Reply{exchange_});
  } catch (const std::exception&) {
    // A handler that threw lost its Reply, which has answered for it.
    if (!inside_handler_) {
      return respond(
          problem_for(request.path(), failure(Errc::kIo, "internal_error"), request.request_id),
          true);
    }
  }
  inside_handler_ = false;
  if (!early_reply_) {
    state_ = State::kHandling;
    return false;
  }
  auto response = std::move(*early_reply_);
  early_reply_.reset();
  return respond(std::move(response), true);
}

void Session::take(Response response) {
  exchange_->taker = nullptr;
  if (inside_handler_) {
    early_reply_ = std::move(response);
    return;
  }
  const auto self = shared_from_this();
  if (respond(std::move(response), true)) advance();
}

void Session::refuse(const Refusal& refusal) {
  const auto& request = exchange_->request;
  respond(refusal_for(request.path(), refusal, request.request_id), false);
}

bool Session::respond(Response response, bool may_keep_alive) {
  response_ = std::move(response);
  const auto& request = exchange_->request;
  if (const auto& finish = worker_.state().options().finish) finish(request, response_);
  // Where there are no chunks, a body of unknown length ends with the connection.
  const bool ends_itself = !response_.source() || (parser_ && parser_->http_11());
  const bool keep_alive = may_keep_alive && parser_->keep_alive() && !response_.close &&
                          !worker_.draining() && ends_itself;
  if (keep_alive) {
    afterwards_ = Afterwards::kNext;
  } else {
    afterwards_ = may_keep_alive && input_.empty() ? Afterwards::kClose : Afterwards::kLinger;
  }
  head_.clear();
  append_head(
      head_, request, response_, {worker_.date_line(), !parser_ || parser_->http_11(), keep_alive});
  const bool with_body = sends_body(request.method, response_.status);
  if (response_.source() && with_body) {
    after_stream_ = afterwards_;
    afterwards_ = Afterwards::kPiece;
    streamed_bytes_ = 0;
    return write({});
  }
  report(response_.bytes().size());
  return write(with_body ? response_.bytes() : std::string_view{});
}

void Session::ask_for_piece() {
  state_ = State::kStreaming;
  deadline_ = Clock::now() + worker_.bounds().piece;
  exchange_->taker = this;
  // The source is kept by whoever makes the piece, should the connection go meanwhile.
  const auto source = response_.source();
  if (source->waits_long() && input_.empty()) read_more();
  if (state_ == State::kClosed) return;
  source->next([exchange = exchange_, source](Result<BodyPiece> piece) {
    exchange->deliver_piece(std::move(piece));
  });
}

void Session::take_piece(Result<BodyPiece> piece) {
  exchange_->taker = nullptr;
  if (state_ != State::kStreaming) return;
  // Without the last chunk the client knows that something is missing (RFC 9112 section 8).
  if (!piece) return close();
  if (Clock::now() - started_ > worker_.bounds().stream) {
    worker_.counters.timeouts.add(1);
    return close();
  }
  const auto self = shared_from_this();
  const bool last = piece->last;
  piece_ = std::move(piece->bytes);
  streamed_bytes_ += piece_.size();
  head_.clear();
  const bool chunked = parser_->http_11();
  if (chunked && !piece_.empty()) {
    append_chunk_head(head_, piece_.size());
    piece_.append("\r\n");
  }
  if (chunked && last) piece_.append("0\r\n\r\n");
  if (last) end_stream();
  if (head_.empty() && piece_.empty()) {
    if (written()) advance();
    return;
  }
  if (write(piece_)) advance();
}

void Session::end_stream() {
  const bool ends = after_stream_ == Afterwards::kNext && worker_.draining();
  afterwards_ = ends ? Afterwards::kClose : after_stream_;
  report(streamed_bytes_);
}

void Session::report(std::size_t body_bytes) const {
  const auto status_class = static_cast<std::size_t>(response_.status / 100) % 6;
  worker_.counters.answers.at(status_class).add(1);
  const auto& observer = worker_.state().options().observer;
  if (!observer) return;
  const auto took = parser_ ? Clock::now() - started_ : Clock::duration{0};
  observer({exchange_->request,
            admitted_ ? admission_.route : nullptr,
            response_.status,
            body_bytes,
            took});
}

bool Session::write(std::string_view body) {
  state_ = State::kWriting;
  if (!wire_->immediate() && body.size() <= kJoinedBytes) {
    head_.append(body);
    body = {};
  }
  const auto bytes = head_.size() + body.size();
  worker_.counters.bytes_out.add(bytes);
  const auto done = wire_->write_now(head_, body);
  if (!done) {
    close();
    return false;
  }
  if (*done == bytes) return written();
  deadline_ = Clock::now() + worker_.bounds().write;
  std::string_view head = head_;
  body.remove_prefix(*done > head.size() ? *done - head.size() : 0);
  head.remove_prefix(std::min(*done, head.size()));
  wire_->write(shared_from_this(), head, body);
  return false;
}

void Session::on_written(bool ok) {
  if (state_ == State::kClosed) return;
  if (!ok) return close();
  if (written()) advance();
}

bool Session::written() {
  switch (afterwards_) {
    case Afterwards::kRead:
      state_ = State::kReading;
      deadline_ = exchange_->request.deadline;
      return true;
    case Afterwards::kPiece:
      ask_for_piece();
      return false;
    case Afterwards::kNext:
      state_ = State::kIdle;
      deadline_ = Clock::now() + worker_.bounds().idle;
      // A read that is still under way uses the buffer.
      if (!reading_) input_.shrink();
      renew_exchange();
      return true;
    case Afterwards::kLinger:
      wire_->finish();
      state_ = State::kLingering;
      deadline_ = Clock::now() + worker_.bounds().linger;
      // A read that is still under way uses the buffer.
      if (!reading_) input_.clear();
      read_more();
      return false;
    case Afterwards::kClose:
      wire_->finish();
      close();
      return false;
  }
  return false;
}

void Session::renew_exchange() {
  response_ = Response{};
  if (exchange_ && exchange_.use_count() == 1) {
    // Whoever else held it has let go; see what they did before that.
    std::atomic_thread_fence(std::memory_order_acquire);
    exchange_->request.clear();
  } else {
    exchange_ = std::make_shared<Exchange>(worker_.mailbox());
    exchange_->request.peer = peer_;
  }
}

void Session::look_at_clock(Clock::time_point now) {
  if (now < deadline_ || state_ == State::kClosed) return;
  if (state_ != State::kIdle) worker_.counters.timeouts.add(1);
  if (state_ == State::kReading) {
    refuse({408, "request_too_slow", "The request did not arrive in time."});
  } else if (state_ == State::kHandling) {
    exchange_->taker = nullptr;
    const auto& request = exchange_->request;
    respond(problem_for(request.path(),
                        failure(Errc::kUnknownOutcome,
                                "answer_overdue",
                                "The operation took too long; whether it will take effect is not "
                                "known. Repeat it with the same idempotency key."),
                        request.request_id),
            false);
  } else {
    close();
  }
}

void Session::drain() {
  if (state_ == State::kIdle || state_ == State::kOpening) close();
}

void Session::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  if (exchange_) exchange_->taker = nullptr;
  if (response_.source()) {
    if (afterwards_ == Afterwards::kPiece) report(streamed_bytes_);
    response_.source()->give_up();
    response_.stream(nullptr);  // it may hold a snapshot of the store
  }
  wire_->close();
  worker_.forget(*this);
}

// NOLINTEND(misc-no-recursion)
}  // namespace muster
