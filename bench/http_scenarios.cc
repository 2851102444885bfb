#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "bench/bare_beast.h"
#include "bench/random.h"
#include "bench/scenario.h"
#include "engine/core/json.h"

namespace muster {

namespace {

constexpr std::string_view kPoolsPath = "/api/identity/default/system/pools";
constexpr int kOk = 200;
constexpr int kCreated = 201;
constexpr std::uint64_t kListLimit = 20;

// What the sources of one scenario share.
struct Shared {
  BenchContext& context;
  HttpRequestFormat format;
  std::string users_path;
  std::uint64_t readable;  // users to choose reads from

  Shared(BenchContext& bench, const HttpTarget& target)
      : context{bench},
        format{target.endpoint, "Bearer " + target.token},
        users_path{target.endpoint.path + std::string{kPoolsPath} + "/" + target.pool + "/users"},
        readable{bench.users} {
    if (bench.working_set != 0) {
      readable = std::min(readable, bench.working_set);
    }
  }
};

class UserRequests : public RequestSource {
 public:
  UserRequests(const Shared& shared, std::size_t thread)
      : shared_{shared}, random_{shared.context.seed, thread} {}

  bool expects(const HttpResponse& response) override { return response.status == kOk; }

 protected:
  void append_get(std::string& out) {
    path_.assign(shared_.users_path).append("/").append(any_id());
    shared_.format.append_get(out, path_);
  }

  void append_by_key(std::string& out) {
    path_.assign(shared_.users_path).append("/by_key");
    body_.assign("{\"identifier\":\"").append(people().email_of(any_number())).append("\"}");
    shared_.format.append_json(out, "POST", path_, body_);
  }

  void append_list(std::string& out) {
    path_.assign(shared_.users_path).append("?limit=").append(std::to_string(kListLimit));
    path_.append("&after_user_id=").append(any_id());
    shared_.format.append_get(out, path_);
  }

  void append_create(std::string& out, std::uint64_t number) {
    body_.clear();
    people().append_row(body_, number);
    shared_.format.append_json(out, "POST", shared_.users_path, body_);
  }

  // A user that nobody else makes.
  std::uint64_t new_number() { return shared_.context.users.fetch_add(1); }

  std::uint64_t draw(std::uint64_t bound) { return random_.below(bound); }

 private:
  [[nodiscard]] const People& people() const { return shared_.context.people; }

  std::uint64_t any_number() { return random_.below(shared_.readable); }

  std::string any_id() { return people().id_of(any_number()).text(); }

  const Shared& shared_;
  BenchRandom random_;
  std::string path_;
  std::string body_;
};

class GetRequests final : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override {
    append_get(out);
    return true;
  }
};

class ByKeyRequests final : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override {
    append_by_key(out);
    return true;
  }
};

class ListRequests final : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override {
    append_list(out);
    return true;
  }
};

class CreateRequests final : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override {
    append_create(out, new_number());
    return true;
  }

  bool expects(const HttpResponse& response) override { return response.status == kCreated; }
};

// Creates users up to a number, for filling.
class FillRequests final : public UserRequests {
 public:
  FillRequests(const Shared& shared, std::size_t thread, std::uint64_t users)
      : UserRequests{shared, thread}, users_{users} {}

  bool append_request(std::string& out) override {
    const std::uint64_t number = new_number();
    if (number >= users_) {
      return false;
    }
    append_create(out, number);
    return true;
  }

  bool expects(const HttpResponse& response) override { return response.status == kCreated; }

 private:
  std::uint64_t users_;
};

// Of 100 requests 80 get, 10 look up, 5 list, 5 create.
class MixedRequests final : public UserRequests {
 public:
  using UserRequests::UserRequests;

  bool append_request(std::string& out) override {
    const std::uint64_t choice = draw(100);
    if (choice < 80) {
      append_get(out);
    } else if (choice < 90) {
      append_by_key(out);
    } else if (choice < 95) {
      append_list(out);
    } else {
      append_create(out, new_number());
    }
    return true;
  }

  bool expects(const HttpResponse& response) override {
    return response.status == kOk || response.status == kCreated;
  }
};

Failure no_server() {
  return failure(Errc::kInvalid, "no_server", "this scenario needs a server: give --url");
}

Failure no_users() {
  return failure(Errc::kInvalid, "no_users", "this scenario needs users: give --users");
}

template <class Source>
Result<ScenarioResult> run_with(BenchContext& context, std::string_view name, bool needs_users) {
  if (!context.target) {
    return no_server();
  }
  if (needs_users && context.users == 0) {
    return no_users();
  }
  const Shared shared{context, *context.target};
  const std::uint64_t users_before = context.users;
  const auto make_source = [&shared](std::size_t thread) -> std::unique_ptr<RequestSource> {
    return std::make_unique<Source>(shared, thread);
  };
  MUSTER_TRY(ScenarioResult result, measure_load(context, *context.target, make_source));
  result.scenario = name;
  result.notes.push_back(std::to_string(users_before) + " users in the pool, " +
                         std::to_string(shared.readable) + " of them asked for");
  return result;
}

Result<ScenarioResult> run_create(BenchContext& context) {
  return run_with<CreateRequests>(context, "create", false);
}

Result<ScenarioResult> run_get(BenchContext& context) {
  return run_with<GetRequests>(context, "get", true);
}

Result<ScenarioResult> run_by_key(BenchContext& context) {
  return run_with<ByKeyRequests>(context, "by_key", true);
}

Result<ScenarioResult> run_list(BenchContext& context) {
  return run_with<ListRequests>(context, "list", true);
}

Result<ScenarioResult> run_mixed(BenchContext& context) {
  return run_with<MixedRequests>(context, "mixed", true);
}

constexpr std::array<Scenario, 6> kScenarios = {{
    {"bare", "GET the same bytes from bare Beast: what the others are compared with", &run_bare},
    {"create", "POST users without passwords, durable before each answer", &run_create},
    {"get", "GET a user by id, chosen uniformly", &run_get},
    {"by_key", "POST by_key with an identifier, chosen uniformly", &run_by_key},
    {"list", "GET 20 users after one chosen uniformly", &run_list},
    {"mixed", "80 % get, 10 % by_key, 5 % list, 5 % create", &run_mixed},
}};

}  // namespace

std::span<const Scenario> http_scenarios() {
  return kScenarios;
}

Result<std::string> create_bench_pool(const HttpEndpoint& endpoint, std::string_view token) {
  const HttpRequestFormat format{endpoint, "Bearer " + std::string{token}};
  // Pool names are letters and digits, and unique.
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  const std::string body =
      "{\"tenant_id\":\"default\",\"name\":\"bench" + std::to_string(now) + "\"}";
  std::string request;
  format.append_json(request, "POST", endpoint.path + std::string{kPoolsPath}, body);
  MUSTER_TRY(const HttpAnswer answer, exchange_http(endpoint, request));
  if (answer.status != kCreated) {
    return failure(Errc::kUnavailable,
                   "no_pool",
                   "creating a pool was answered " + std::to_string(answer.status));
  }
  MUSTER_TRY(const JsonDocument pool, parse_json(answer.body));
  const auto id = pool.root().find_set("id");
  return std::string{id ? id->text().value_or("") : ""};
}

Result<> fill_over_http(BenchContext& context, std::uint64_t users) {
  if (!context.target) {
    return no_server();
  }
  if (context.users >= users) {
    return {};
  }
  const Shared shared{context, *context.target};
  LoadOptions options;
  options.endpoint = context.target->endpoint;
  options.connections = context.connections;
  options.threads = context.threads;
  MUSTER_TRY(const LoadResult load, run_load(options, [&](std::size_t thread) {
               return std::make_unique<FillRequests>(shared, thread, users);
             }));
  context.users = users;
  if (load.errors != 0) {
    return failure(Errc::kUnavailable,
                   "not_filled",
                   std::to_string(load.errors) + " of the users could not be created");
  }
  return {};
}

}  // namespace muster
