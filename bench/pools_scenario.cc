/// Many pools in one process: whether the last is made as quickly as the first, how much memory a
/// start takes, and whether reading from all of them is as quick as from one.
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "bench/configuration_requests.h"
#include "bench/process.h"

namespace muster {

namespace {

constexpr std::uint64_t kUsersPerPool = 100;
constexpr std::uint64_t kPoolsAtOnce = 200;  // of which a median is taken
constexpr std::size_t kFillConnections = 8;
/// As many as the document cache holds twice: what is compared is not the disk.
constexpr std::uint64_t kReadUsers = 10'000;
constexpr int kReadRounds = 9;  // a machine's other work meets few of them
constexpr std::string_view kOnePool = "benchone";
constexpr int kStartSecondsMax = 120;
constexpr auto kSettle = std::chrono::seconds{2};
/// Between filling pools and making more: what is timed is not the tidying up after 20,000 users.
constexpr auto kAfterFilling = std::chrono::milliseconds{500};
constexpr double kMebibyte = 1024.0 * 1024.0;
constexpr double kNanosecondsPerMicrosecond = 1e3;
constexpr double kMicrosecondsPerSecond = 1e6;

std::string pool_of(std::uint64_t user) {
  return "bench" + std::to_string(user / kUsersPerPool);
}

/// A server on a directory of its own, which can be started again.
class OwnServer {
 public:
  explicit OwnServer(const BenchContext& context)
      : data_{context.directory / "pools"}, log_{context.directory / "pools.log"} {
    std::filesystem::remove_all(data_);
  }

  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;

  ~OwnServer() {
    child_.reset();
    std::filesystem::remove_all(data_);
  }

  /// How many seconds that took.
  Result<double> start() {
    const std::string program =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "muster").string();
    const auto begun = std::chrono::steady_clock::now();
    MUSTER_TRY(ChildProcess child,
               ChildProcess::start({program,
                                    "serve",
                                    "--data",
                                    data_.string(),
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--management",
                                    "127.0.0.1:0",
                                    "--reads-per-second",
                                    "0",
                                    "--writes-per-second",
                                    "0"},
                                   log_));
    child_.emplace(std::move(child));
    MUSTER_TRY(const std::string url, child_->wait_for_url(kStartSecondsMax));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    MUSTER_TRY(target_.endpoint, parse_http_url(url));
    MUSTER_TRY(target_.token, fetch_token((data_ / "system-client.json").string()));
    target_.process = child_->id();
    return took.count();
  }

  void stop() { child_.reset(); }

  [[nodiscard]] const HttpTarget& target() const { return target_; }

 private:
  std::filesystem::path data_;
  std::filesystem::path log_;
  std::optional<ChildProcess> child_;
  HttpTarget target_;
};

std::vector<std::string> pool_requests(const HttpTarget& target,
                                       const std::vector<std::string>& ids) {
  const HttpRequestFormat format{target.endpoint, "Bearer " + target.token};
  std::vector<std::string> requests;
  for (const std::string& id : ids) {
    format.append_json(requests.emplace_back(),
                       "POST",
                       target.endpoint.path + std::string{kPoolsPath},
                       R"({"tenant_id":"default","id":")" + id + R"(","name":")" + id + R"("})");
  }
  return requests;
}

/// Makes pools, one after the other; the median in microseconds.
Result<double> make_pools(const HttpTarget& target, const std::vector<std::string>& ids) {
  MUSTER_TRY(const LoadResult load, send_all(target, pool_requests(target, ids), 1, kCreated));
  return static_cast<double>(load.latency.percentile(50)) / kNanosecondsPerMicrosecond;
}

/// Pools with their users, some at a time; the medians of making pools.
Result<std::vector<double>> fill_pools(const BenchContext& context, const HttpTarget& target) {
  std::vector<double> medians;
  constexpr std::uint64_t kStep = kPoolsAtOnce * kUsersPerPool;
  for (std::uint64_t first = 0; first < context.people_count; first += kStep) {
    std::vector<std::string> ids;
    std::vector<std::string> users;
    for (std::uint64_t user = first; user < first + kStep; user += kUsersPerPool) {
      ids.push_back(pool_of(user));
      for (std::string& request :
           user_requests(context, target, ids.back(), {user, kUsersPerPool})) {
        users.push_back(std::move(request));
      }
    }
    std::this_thread::sleep_for(kAfterFilling);
    MUSTER_TRY(const double median, make_pools(target, ids));
    medians.push_back(median);
    MUSTER_CHECKED(send_all(target, std::move(users), kFillConnections, kNoContent));
  }
  return medians;
}

/// GET of users that lie in one pool, or spread over all of them.
class SpreadRequests final : public RequestSource {
 public:
  SpreadRequests(const BenchContext& context,
                 const HttpTarget& target,
                 bool one,
                 std::size_t thread)
      : context_{context},
        format_{target.endpoint, "Bearer " + target.token},
        pools_{target.endpoint.path + std::string{kPoolsPath} + "/"},
        one_{one},
        random_{context.seed, thread} {}

  bool append_request(std::string& out) override {
    const std::uint64_t choice = random_.below(kReadUsers);
    // Those of the one pool come behind all others.
    const std::uint64_t number =
        one_ ? context_.people_count + choice : choice * (context_.people_count / kReadUsers);
    path_.assign(pools_).append(one_ ? std::string{kOnePool} : pool_of(number));
    path_.append("/users/").append(context_.people.id_of(number).text());
    format_.append_get(out, path_);
    return true;
  }

  bool expects(const HttpResponse& response) override { return response.status == kOk; }

 private:
  const BenchContext& context_;
  HttpRequestFormat format_;
  std::string pools_;
  bool one_;
  BenchRandom random_;
  std::string path_;
};

double middle(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Reads {
  double p50 = 0;
  double server_microseconds = 0;  // CPU of the server per GET
};

struct ReadRounds {
  std::vector<double> p50;
  std::vector<double> server_microseconds;

  [[nodiscard]] Reads medians() const { return {middle(p50), middle(server_microseconds)}; }
};

struct ReadsOfBoth {
  Reads one;
  Reads many;
  double errors = 0;
};

/// In turns, so that whatever else happens on the machine meets both.
Result<ReadsOfBoth> read_pools(const BenchContext& context, const HttpTarget& target) {
  ReadRounds one;
  ReadRounds many;
  ReadsOfBoth reads;
  for (int round = 0; round < kReadRounds; ++round) {
    for (const bool is_one : {true, false}) {
      MUSTER_TRY(const ScenarioResult result,
                 measure_load(context, target, [&](std::size_t thread) {
                   return std::make_unique<SpreadRequests>(context, target, is_one, thread);
                 }));
      ReadRounds& rounds = is_one ? one : many;
      rounds.p50.push_back(metric_of(result, "p50"));
      rounds.server_microseconds.push_back(kMicrosecondsPerSecond /
                                           metric_of(result, "per server CPU-second"));
      reads.errors += metric_of(result, "errors");
    }
  }
  reads.one = one.medians();
  reads.many = many.medians();
  return reads;
}

Result<double> memory_of(const HttpTarget& target) {
  MUSTER_TRY(const ProcessUsage usage, usage_of(*target.process));
  return static_cast<double>(usage.resident_bytes) / kMebibyte;
}

Result<ScenarioResult> run_pools(BenchContext& context) {
  constexpr std::uint64_t kStep = kPoolsAtOnce * kUsersPerPool;
  if (context.people_count < kStep || context.people_count % kStep != 0) {
    return failure(Errc::kInvalid,
                   "no_users",
                   "--users must be a multiple of " + std::to_string(kStep) + ": a pool has 100");
  }
  OwnServer server{context};
  MUSTER_CHECKED(server.start());
  const auto begun = std::chrono::steady_clock::now();
  MUSTER_TRY(const std::vector<double> medians, fill_pools(context, server.target()));
  const std::chrono::duration<double> filling = std::chrono::steady_clock::now() - begun;
  MUSTER_CHECKED(make_pools(server.target(), {std::string{kOnePool}}));
  MUSTER_CHECKED(send_all(
      server.target(),
      user_requests(context, server.target(), kOnePool, {context.people_count, kReadUsers}),
      kFillConnections,
      kNoContent));
  MUSTER_TRY(const double memory_filled, memory_of(server.target()));
  server.stop();
  MUSTER_TRY(const double start_seconds, server.start());
  std::this_thread::sleep_for(kSettle);
  MUSTER_TRY(const double memory_started, memory_of(server.target()));
  MUSTER_TRY(const ReadsOfBoth reads, read_pools(context, server.target()));
  MUSTER_TRY(const double memory_read, memory_of(server.target()));

  ScenarioResult result;
  result.scenario = "pools";
  result.metrics = {
      {"pools", static_cast<double>(context.people_count / kUsersPerPool), ""},
      {"making a pool, first 200", medians.front(), "us"},
      {"making a pool, second 200", medians[std::min<std::size_t>(1, medians.size() - 1)], "us"},
      {"making a pool, last 200", medians.back(), "us"},
      {"making a pool, last : first", medians.back() / medians.front(), ""},
      {"making a pool, middle", middle(medians), "us"},
      {"filling", filling.count(), "s"},
      {"memory when filled", memory_filled, "MiB"},
      {"start", start_seconds, "s"},
      {"memory after the start", memory_started, "MiB"},
      {"get p50, one pool", reads.one.p50, "us"},
      {"get p50, all pools", reads.many.p50, "us"},
      {"get p50, all : one", reads.many.p50 / reads.one.p50, ""},
      {"get server CPU, one pool", reads.one.server_microseconds, "us"},
      {"get server CPU, all pools", reads.many.server_microseconds, "us"},
      {"get server CPU, all : one",
       reads.many.server_microseconds / reads.one.server_microseconds,
       ""},
      {"memory after reading", memory_read, "MiB"},
      {"errors", reads.errors, ""},
  };
  result.notes = {
      "100 users a pool, sent as configuration; a pool is made over one connection, p50 of 200",
      std::to_string(kReadUsers) + " users read, of one pool and spread over all, in turns, " +
          std::to_string(kReadRounds) + " times; " + std::to_string(context.connections) +
          " connections",
  };
  return result;
}

constexpr std::array<Scenario, 1> kScenarios = {{
    {"pools",
     "pools of 100 users in a server of its own: making them, starting with them, reading",
     &run_pools,
     true},
}};

}  // namespace

std::span<const Scenario> pool_scenarios() {
  return kScenarios;
}

}  // namespace muster
