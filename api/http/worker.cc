#include "api/http/worker.h"

#include <algorithm>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "api/http/session.h"
#include "api/http/wire.h"
#include "engine/core/thread_name.h"

namespace muster {
namespace {

// Deadlines are looked at four times within the shortest bound, at most once a second.
std::chrono::milliseconds tick_interval(const HttpBounds& bounds) {
  const auto shortest =
      std::min({bounds.idle, bounds.request, bounds.write, bounds.handshake, bounds.linger});
  return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{1000});
}

std::string peer_of(const Socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string{} : endpoint.address().to_string();
}

}  // namespace

std::shared_ptr<TlsContext> ServerState::tls() const {
  const std::lock_guard lock{tls_mutex_};
  return tls_;
}

void ServerState::set_tls(std::shared_ptr<TlsContext> context) {
  const std::lock_guard lock{tls_mutex_};
  tls_ = std::move(context);
}

Worker::Worker(ServerState& state)
    : state_{state}, tick_interval_{tick_interval(state.options().bounds)} {}

Worker::~Worker() {
  stop(std::chrono::milliseconds{0});
  join();
}

Result<std::uint16_t> Worker::listen(std::uint16_t port) {
  const auto& address_text = state_.options().address;
  ErrorCode error;
  const auto address = net::ip::make_address(address_text, error);
  if (!error) {
    const net::ip::tcp::endpoint endpoint{address, port};
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Acceptor::reuse_address{true}, error);
    const int on = 1;
    if (!error &&
        setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0) {
      error = ErrorCode{errno, boost::system::system_category()};
    }
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
  }
  if (!error) {
    const auto bound = acceptor_.local_endpoint(error);
    if (!error) return bound.port();
  }
  return failure(Errc::kIo,
                 "listen_failed",
                 address_text + " port " + std::to_string(port) + ": " + error.message());
}

void Worker::start() {
  thread_ = std::thread{[this] {
    name_thread("http");
    mailbox_->own();
    accept();
    context_.run();
    mailbox_->close();
  }};
}

void Worker::stop(std::chrono::milliseconds drain) {
  net::post(context_, [this, drain] { begin_drain(drain); });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::accept() {
  acceptor_.async_accept(
      [this](const ErrorCode& error, Socket socket) { on_accept(error, std::move(socket)); });
}

void Worker::on_accept(const ErrorCode& error, Socket socket) {
  if (draining_) return;
  if (!error) {
    counters.accepted.add(1);
    adopt(std::move(socket));
    return accept();
  }
  counters.accept_errors.add(1);
  // Out of descriptors or memory: the connection still waits, and accepting again at once would
  // spin.
  accept_timer_.expires_after(bounds().accept_pause);
  accept_timer_.async_wait([this](const ErrorCode& cancelled) {
    if (!cancelled && !draining_) accept();
  });
}

// Takes one of what is bounded for all threads together.
bool Worker::make_room(std::atomic<std::size_t>& taken, std::size_t bound) {
  if (taken.fetch_add(1, std::memory_order_relaxed) < bound) return true;
  taken.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void Worker::adopt(Socket socket) {
  auto standing = Session::Standing::kGuest;
  const auto tls = state_.tls();
  if (!make_room(state_.connections, bounds().connections)) {
    counters.refused.add(1);
    // A handshake only to say no is not worth it.
    if (tls || !make_room(state_.refusals, bounds().refusals)) return;
    standing = Session::Standing::kSurplus;
  }
  auto peer = peer_of(socket);
  auto wire = tls ? make_tls_wire(std::move(socket), *tls) : make_plain_wire(std::move(socket));
  auto session = std::make_shared<Session>(*this, std::move(wire), std::move(peer), standing);
  session->place = sessions_.size();
  sessions_.push_back(session);
  if (!ticking_) arm_tick();
  session->start();
}

void Worker::forget(Session& session) {
  auto& taken =
      session.standing() == Session::Standing::kGuest ? state_.connections : state_.refusals;
  taken.fetch_sub(1, std::memory_order_relaxed);
  std::swap(sessions_[session.place], sessions_.back());
  sessions_[session.place]->place = session.place;
  auto forgotten = std::move(sessions_.back());
  sessions_.pop_back();
  // A function of the session is running: it dies in the next turn at the earliest.
  net::post(context_, [forgotten = std::move(forgotten)] {});
  end_if_done();
}

void Worker::arm_tick() {
  ticking_ = true;
  tick_timer_.expires_after(tick_interval_);
  tick_timer_.async_wait([this](const ErrorCode& cancelled) {
    ticking_ = false;
    if (!cancelled) tick();
  });
}

void Worker::tick() {
  const auto now = Clock::now();
  // From the end, because a session that closes is replaced by the last one.
  for (auto i = sessions_.size(); i > 0; --i)
    sessions_[i - 1]->look_at_clock(now);
  if (!sessions_.empty()) arm_tick();
}

void Worker::begin_drain(std::chrono::milliseconds drain) {
  if (draining_) return;
  draining_ = true;
  ErrorCode ignored;
  acceptor_.close(ignored);
  accept_timer_.cancel();
  for (auto i = sessions_.size(); i > 0; --i)
    sessions_[i - 1]->drain();
  drain_timer_.expires_after(drain);
  drain_timer_.async_wait([this](const ErrorCode& cancelled) {
    if (!cancelled) close_all();
  });
  end_if_done();
}

void Worker::close_all() {
  while (!sessions_.empty())
    sessions_.back()->close();
}

void Worker::end_if_done() {
  if (!draining_ || !sessions_.empty()) return;
  tick_timer_.cancel();
  drain_timer_.cancel();
  work_.reset();
}

}  // namespace muster
