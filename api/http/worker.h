/// One thread of a server: io_context, accept socket, connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>

#include "api/http/exchange.h"
#include "api/http/head.h"
#include "api/http/net.h"
#include "api/http/server.h"
#include "api/http/tls.h"

namespace muster {

class Session;

/// Written by one thread, read by any.
class Counter {
 public:
  // A plain store, because a locked instruction for each of several counts per request would show.
  void add(std::uint64_t count) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }

  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct WorkerCounters {
  Counter accepted;
  Counter refused;
  Counter accept_errors;
  Counter malformed;
  Counter timeouts;
  Counter bytes_in;
  Counter bytes_out;
  std::array<Counter, 6> answers;
};

/// What the threads of a server share.
class ServerState {
 public:
  ServerState(ServerOptions options, const Router& router)
      : options_{std::move(options)}, router_{router} {}

  [[nodiscard]] const ServerOptions& options() const { return options_; }

  [[nodiscard]] const Router& router() const { return router_; }

  /// Open connections of all threads.
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> refusals{0};

  /// Null for plain HTTP.
  [[nodiscard]] std::shared_ptr<TlsContext> tls() const;
  void set_tls(std::shared_ptr<TlsContext> context);

 private:
  ServerOptions options_;
  const Router& router_;
  mutable std::mutex tls_mutex_;
  std::shared_ptr<TlsContext> tls_;
};

class Worker {
 public:
  explicit Worker(ServerState& state);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Binds; port 0 is chosen by the system.
  Result<std::uint16_t> listen(std::uint16_t port);
  void start();
  /// From another thread. join() returns when the connections are gone.
  void stop(std::chrono::milliseconds drain);
  void join();

  /// For its sessions, on its thread.
  [[nodiscard]] const ServerState& state() const { return state_; }

  [[nodiscard]] const HttpBounds& bounds() const { return state_.options().bounds; }

  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

  [[nodiscard]] bool draining() const { return draining_; }

  std::string_view date_line() { return date_.at(std::time(nullptr)); }

  RequestIds& request_ids() { return ids_; }

  /// `session` is closed. Keeps it alive until what is running has returned.
  void forget(Session& session);

  WorkerCounters counters;

 private:
  void accept();
  void on_accept(const ErrorCode& error, Socket socket);
  void adopt(Socket socket);
  bool make_room(std::atomic<std::size_t>& taken, std::size_t bound);
  void arm_tick();
  void tick();
  void begin_drain(std::chrono::milliseconds drain);
  void close_all();
  void end_if_done();

  ServerState& state_;
  net::io_context context_{1};
  net::executor_work_guard<Executor> work_{context_.get_executor()};
  Acceptor acceptor_{context_};
  Timer accept_timer_{context_};
  Timer tick_timer_{context_};
  Timer drain_timer_{context_};
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>(context_);
  std::vector<std::shared_ptr<Session>> sessions_;
  std::chrono::milliseconds tick_interval_;
  DateLine date_;
  RequestIds ids_;
  bool ticking_ = false;
  bool draining_ = false;
  std::thread thread_;
};

}  // namespace muster
