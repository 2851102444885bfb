#include "api/http/server.h"

#include <utility>

#include "api/http/tls.h"
#include "api/http/worker.h"
#include "engine/core/check.h"

namespace muster {

class Server::Impl {
 public:
  Impl(ServerOptions options, const Router& router) : state_{std::move(options), router} {}

  ~Impl() { stop(std::chrono::milliseconds{0}); }

  Result<> start() {
    check(workers_.empty(), "a server starts once");
    MUSTER_CHECKED(reload_certificates());
    std::vector<std::unique_ptr<Worker>> workers;
    std::uint16_t port = state_.options().port;
    for (std::size_t i = 0; i < std::max<std::size_t>(state_.options().threads, 1); ++i) {
      auto& worker = workers.emplace_back(std::make_unique<Worker>(state_));
      MUSTER_TRY(port, worker->listen(port));
    }
    port_ = port;
    workers_ = std::move(workers);
    for (auto& worker : workers_)
      worker->start();
    return {};
  }

  void stop(std::chrono::milliseconds drain) {
    for (auto& worker : workers_)
      worker->stop(drain);
    for (auto& worker : workers_)
      worker->join();
  }

  Result<> reload_certificates() {
    const auto& files = state_.options().tls;
    if (!files) return {};
    MUSTER_TRY(auto context, load_tls(*files));
    state_.set_tls(std::move(context));
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::chrono::milliseconds drain_time() const {
    return state_.options().bounds.drain;
  }

  [[nodiscard]] HttpCounters counters() const {
    HttpCounters sum;
    sum.connections = state_.connections.load(std::memory_order_relaxed);
    for (const auto& worker : workers_) {
      const auto& counted = worker->counters;
      sum.accepted += counted.accepted.value();
      sum.refused += counted.refused.value();
      sum.accept_errors += counted.accept_errors.value();
      sum.malformed += counted.malformed.value();
      sum.timeouts += counted.timeouts.value();
      sum.bytes_in += counted.bytes_in.value();
      sum.bytes_out += counted.bytes_out.value();
      for (std::size_t i = 0; i < sum.answers.size(); ++i)
        sum.answers[i] += counted.answers[i].value();
    }
    return sum;
  }

 private:
  ServerState state_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint16_t port_ = 0;
};

Server::Server(ServerOptions options, const Router& router)
    : impl_{std::make_unique<Impl>(std::move(options), router)} {}

Server::~Server() = default;

Result<> Server::start() {
  return impl_->start();
}

void Server::stop(std::chrono::milliseconds drain) {
  impl_->stop(drain);
}

void Server::stop() {
  impl_->stop(impl_->drain_time());
}

std::uint16_t Server::port() const {
  return impl_->port();
}

Result<> Server::reload_certificates() {
  return impl_->reload_certificates();
}

HttpCounters Server::counters() const {
  return impl_->counters();
}

}  // namespace muster
