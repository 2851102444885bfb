#include "bench/http_load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster {

namespace {

using Clock = std::chrono::steady_clock;

// A response that takes longer counts as lost; the server's own bound is 30 s.
constexpr auto kSilenceMax = std::chrono::seconds{35};
constexpr int kPollMs = 100;
constexpr std::size_t kReceiveBytes = std::size_t{64} << 10U;
// A server that refuses everything is not worth reconnecting to for ever.
constexpr std::uint64_t kLostMax = 1000;

std::uint64_t nanoseconds_between(Clock::time_point from, Clock::time_point to) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count());
}

// One connection and its outstanding request.
struct Connection {
  int socket = -1;
  bool busy = false;
  Clock::time_point sent_at;
  std::string request;
  std::size_t request_sent = 0;
  std::string received;
  std::size_t received_wanted = 1;
};

class LoadThread {
 public:
  LoadThread(const LoadOptions& options,
             std::size_t connections,
             std::unique_ptr<RequestSource> source)
      : options_{options}, source_{std::move(source)}, connections_(connections) {}

  LoadThread(const LoadThread&) = delete;
  LoadThread& operator=(const LoadThread&) = delete;

  ~LoadThread() {
    for (const Connection& connection : connections_) {
      if (connection.socket >= 0) {
        ::close(connection.socket);
      }
    }
    if (epoll_ >= 0) {
      ::close(epoll_);
    }
  }

  Result<> open() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) {
      return failure(Errc::kIo, "no_epoll", "the system gives no more file descriptors");
    }
    for (std::size_t index = 0; index < connections_.size(); ++index) {
      MUSTER_CHECKED(open_connection(index));
    }
    return {};
  }

  void run(Clock::time_point deadline) {
    deadline_ = deadline;
    began_ = Clock::now();
    ended_ = began_;
    for (std::size_t index = 0; index < connections_.size(); ++index) {
      begin_request(index, Clock::now());
    }
    std::array<epoll_event, 256> events{};
    while (outstanding_ > 0) {
      const int count =
          ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), kPollMs);
      for (int at = 0; at < count; ++at) {
        serve(events[static_cast<std::size_t>(at)]);
      }
      if (count <= 0) {
        drop_silent();
      }
    }
  }

  LoadResult result;

  [[nodiscard]] Clock::time_point began() const { return began_; }

  [[nodiscard]] Clock::time_point ended() const { return ended_; }

 private:
  Result<> open_connection(std::size_t index) {
    MUSTER_TRY(const int socket, connect_to(options_.endpoint));
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    connections_[index].socket = socket;
    return {};
  }

  void watch(std::size_t index, std::uint32_t what) const {
    epoll_event event{};
    event.events = what;
    event.data.u64 = index;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, connections_[index].socket, &event);
  }

  void begin_request(std::size_t index, Clock::time_point now) {
    Connection& connection = connections_[index];
    connection.request.clear();
    connection.request_sent = 0;
    if (connection.socket < 0 || now >= deadline_ || !source_->append_request(connection.request)) {
      return;
    }
    connection.busy = true;
    connection.sent_at = now;
    connection.received.clear();
    connection.received_wanted = 1;
    ++outstanding_;
    send_rest(index);
  }

  void send_rest(std::size_t index) {
    Connection& connection = connections_[index];
    const std::string_view rest =
        std::string_view{connection.request}.substr(connection.request_sent);
    const ssize_t count =
        ::send(connection.socket, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      lose(index);
      return;
    }
    const bool was_blocked = connection.request_sent != 0;
    connection.request_sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    if (connection.request_sent < connection.request.size()) {
      watch(index, EPOLLIN | EPOLLOUT);
    } else if (was_blocked) {
      watch(index, EPOLLIN);
    }
  }

  void serve(const epoll_event& event) {
    const auto index = static_cast<std::size_t>(event.data.u64);
    if ((event.events & EPOLLOUT) != 0 && connections_[index].busy) {
      send_rest(index);
    }
    if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0 && connections_[index].socket >= 0) {
      receive(index);
    }
  }

  void receive(std::size_t index) {
    Connection& connection = connections_[index];
    const ssize_t count = ::recv(connection.socket, scratch_.data(), scratch_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (count <= 0 || !connection.busy) {
      lose(index);
      return;
    }
    std::string_view bytes{scratch_.data(), static_cast<std::size_t>(count)};
    // Nearly every response comes whole; only a torn one is copied.
    if (!connection.received.empty()) {
      connection.received.append(bytes);
      if (connection.received.size() < connection.received_wanted) {
        return;
      }
      bytes = connection.received;
    }
    const HttpParse parse = parse_http_response(bytes);
    if (parse.state == HttpParse::State::kMalformed || parse.bytes < bytes.size()) {
      lose(index);
    } else if (parse.state == HttpParse::State::kNeedsMore) {
      connection.received_wanted = parse.bytes;
      if (connection.received.empty()) {
        connection.received.assign(bytes);
      }
    } else {
      complete(index, parse.response);
    }
  }

  void complete(std::size_t index, const HttpResponse& response) {
    Connection& connection = connections_[index];
    const auto now = Clock::now();
    if (source_->expects(response)) {
      ++result.requests;
      result.latency.record(nanoseconds_between(connection.sent_at, now));
    } else {
      ++result.errors;
      ++result.error_statuses[response.status];
    }
    ended_ = now;
    connection.busy = false;
    --outstanding_;
    if (response.close) {
      reopen(index);
    }
    begin_request(index, now);
  }

  // The connection broke, or said something that is no response.
  void lose(std::size_t index) {
    Connection& connection = connections_[index];
    if (connection.busy) {
      connection.busy = false;
      --outstanding_;
      ++result.errors;
      ++result.error_statuses[0];
    }
    reopen(index);
    lost_.push_back(index);
    if (!restarting_) {
      restart_lost();
    }
  }

  // Starts lost connections again without recursion: a request may be lost as it is sent.
  void restart_lost() {
    restarting_ = true;
    while (!lost_.empty()) {
      const std::size_t index = lost_.back();
      lost_.pop_back();
      begin_request(index, Clock::now());
    }
    restarting_ = false;
  }

  void reopen(std::size_t index) {
    ::close(connections_[index].socket);
    connections_[index].socket = -1;
    if (++reopened_ > kLostMax || !open_connection(index)) {
      deadline_ = Clock::now();
    }
  }

  void drop_silent() {
    const auto now = Clock::now();
    for (std::size_t index = 0; index < connections_.size(); ++index) {
      if (connections_[index].busy && now - connections_[index].sent_at > kSilenceMax) {
        lose(index);
      }
    }
  }

  const LoadOptions& options_;
  std::unique_ptr<RequestSource> source_;
  std::vector<Connection> connections_;
  std::vector<char> scratch_ = std::vector<char>(kReceiveBytes);
  std::vector<std::size_t> lost_;
  bool restarting_ = false;
  std::uint64_t reopened_ = 0;
  int epoll_ = -1;
  std::size_t outstanding_ = 0;
  Clock::time_point deadline_;
  Clock::time_point began_;
  Clock::time_point ended_;
};

LoadResult merged(const std::vector<std::unique_ptr<LoadThread>>& threads) {
  LoadResult all;
  auto began = Clock::time_point::max();
  auto ended = Clock::time_point::min();
  for (const auto& thread : threads) {
    all.requests += thread->result.requests;
    all.errors += thread->result.errors;
    all.latency.merge(thread->result.latency);
    for (const auto& [status, count] : thread->result.error_statuses) {
      all.error_statuses[status] += count;
    }
    began = std::min(began, thread->began());
    ended = std::max(ended, thread->ended());
  }
  all.seconds = std::chrono::duration<double>(ended - began).count();
  return all;
}

}  // namespace

Result<LoadResult> run_load(
    const LoadOptions& options,
    const std::function<std::unique_ptr<RequestSource>(std::size_t thread)>& make_source) {
  const std::size_t count =
      std::clamp<std::size_t>(options.threads, 1, std::max<std::size_t>(options.connections, 1));
  std::vector<std::unique_ptr<LoadThread>> loads;
  for (std::size_t index = 0; index < count; ++index) {
    const std::size_t share =
        options.connections / count + (index < options.connections % count ? 1 : 0);
    loads.push_back(std::make_unique<LoadThread>(options, share, make_source(index)));
    MUSTER_CHECKED(loads.back()->open());
  }

  const auto deadline =
      options.duration ? Clock::now() + *options.duration : Clock::time_point::max();
  std::vector<std::thread> threads;
  for (std::size_t index = 1; index < count; ++index) {
    threads.emplace_back([&loads, index, deadline] { loads[index]->run(deadline); });
  }
  loads[0]->run(deadline);
  for (std::thread& thread : threads) {
    thread.join();
  }
  return merged(loads);
}

}  // namespace muster
