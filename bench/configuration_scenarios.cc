#include <array>
#include <cerrno>
#include <chrono>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bench/configuration_requests.h"
#include "bench/process.h"

namespace muster {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kReceiveBytes = std::size_t{256} << 10U;
constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr auto kBetweenSamples = std::chrono::milliseconds{50};
/// No piece of an export takes longer.
constexpr time_t kSilenceSecondsMax = 60;

double seconds_since(SteadyClock::time_point begun) {
  return std::chrono::duration<double>(SteadyClock::now() - begun).count();
}

Result<ScenarioResult> run_configuration(BenchContext& context) {
  if (!context.target) {
    return no_server();
  }
  if (context.people_count == 0) {
    return no_users();
  }
  const HttpTarget& target = *context.target;
  const UserRange users{context.users.fetch_add(context.people_count), context.people_count};
  // Made before: the client shares the cores with the server.
  PreparedRequests prepared{user_requests(context, target, target.pool, users)};
  LoadOptions options;
  options.endpoint = target.endpoint;
  options.connections = context.connections;
  options.threads = context.threads;
  MUSTER_TRY(ScenarioResult result, measure_once(target, options, [&](std::size_t) {
               return std::make_unique<PreparedSource>(prepared, kNoContent);
             }));
  result.scenario = "configuration";
  const auto per_request = static_cast<double>(kUsersPerRequest);
  result.metrics.push_back({"users", metric_of(result, "throughput") * per_request, "1/s"});
  result.metrics.push_back({"users per server CPU-second",
                            metric_of(result, "per server CPU-second") * per_request,
                            "1/s"});
  result.notes.push_back(std::to_string(users.count) + " users, " +
                         std::to_string(kUsersPerRequest) + " a request, behind " +
                         std::to_string(users.first) + " in the pool");
  return result;
}

/// Reads a streamed answer to its end and watches the memory of who makes it.
class StreamReader {
 public:
  StreamReader(const HttpTarget& target, std::uint64_t resident)
      : target_{target}, peak_{resident} {}

  /// Everything up to the end of the connection.
  Result<void> read(std::string_view request) {
    MUSTER_TRY(const int socket, connect_to(target_.endpoint));
    const timeval patience{.tv_sec = kSilenceSecondsMax, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    Result<void> done = exchange(socket, request);
    ::close(socket);
    return done;
  }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  [[nodiscard]] std::uint64_t peak() const { return peak_; }

 private:
  Result<void> exchange(int socket, std::string_view request) {
    if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      return failure(Errc::kUnavailable, "no_answer", "the server closed the connection");
    }
    std::string buffer(kReceiveBytes, '\0');
    auto sampled = SteadyClock::now();
    while (true) {
      const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count <= 0) {
        break;
      }
      take({buffer.data(), static_cast<std::size_t>(count)});
      if (SteadyClock::now() - sampled > kBetweenSamples) {
        MUSTER_CHECKED(sample());
        sampled = SteadyClock::now();
      }
    }
    MUSTER_CHECKED(sample());
    // The last chunk of RFC 9112, behind the end of the document.
    if (!begin_.starts_with("HTTP/1.1 200") || !end_.ends_with("]}\r\n0\r\n\r\n")) {
      return failure(Errc::kUnavailable, "not_whole", "the answer is refused or cut off");
    }
    return {};
  }

  void take(std::string_view piece) {
    if (bytes_ == 0) {
      begin_ = piece.substr(0, 32);
    }
    bytes_ += piece.size();
    end_.append(piece.substr(piece.size() - std::min<std::size_t>(piece.size(), 32)));
    end_.erase(0, end_.size() - std::min<std::size_t>(end_.size(), 32));
  }

  Result<void> sample() {
    if (target_.process) {
      MUSTER_TRY(const ProcessUsage usage, usage_of(*target_.process));
      peak_ = std::max(peak_, usage.resident_bytes);
    }
    return {};
  }

  const HttpTarget& target_;
  std::uint64_t bytes_ = 0;
  std::uint64_t peak_;
  std::string begin_;
  std::string end_;
};

Result<ScenarioResult> run_export(BenchContext& context) {
  if (!context.target) {
    return no_server();
  }
  const HttpTarget& target = *context.target;
  const pid_t process = target.process.value_or(::getpid());
  const HttpRequestFormat format{target.endpoint,
                                 "Bearer " + target.token + "\r\nConnection: close"};
  std::string request;
  format.append_get(request, target.endpoint.path + std::string{kConfigurationPath});
  MUSTER_TRY(const ProcessUsage before, usage_of(process));
  const auto begun = SteadyClock::now();
  StreamReader reader{target, before.resident_bytes};
  MUSTER_CHECKED(reader.read(request));
  const double seconds = seconds_since(begun);
  MUSTER_TRY(const ProcessUsage after, usage_of(process));

  const double mebibytes = static_cast<double>(reader.bytes()) / kMebibyte;
  const auto in_mebibytes = [](std::uint64_t bytes) {
    return static_cast<double>(bytes) / kMebibyte;
  };
  ScenarioResult result;
  result.scenario = "export";
  result.metrics = {
      {"seconds", seconds, "s"},
      {"size", mebibytes, "MiB"},
      {"throughput", mebibytes / seconds, "MiB/s"},
      {"server CPU", after.cpu_seconds - before.cpu_seconds, "s"},
      {"server memory before", in_mebibytes(before.resident_bytes), "MiB"},
      {"server memory at most", in_mebibytes(reader.peak()), "MiB"},
      {"server memory after", in_mebibytes(after.resident_bytes), "MiB"},
  };
  result.notes.emplace_back("memory looked at every 50 ms while the answer was read");
  return result;
}

constexpr std::array<Scenario, 2> kScenarios = {{
    {"configuration",
     "PUT the configuration of 100 users with ready hashes; --connections 8 is what guides say",
     &run_configuration,
     true},
    {"export", "GET the configuration of the tenant as one stream", &run_export, true},
}};

}  // namespace

std::span<const Scenario> configuration_scenarios() {
  return kScenarios;
}

}  // namespace muster
