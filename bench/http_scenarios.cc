#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "bench/bare_beast.h"
#include "bench/scenario.h"
#include "bench/user_requests.h"
#include "engine/core/json.h"

namespace muster {

namespace {

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
  FillRequests(const SharedRequests& shared, std::size_t thread, std::uint64_t users)
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

template <class Source>
Result<ScenarioResult> run_with(BenchContext& context, std::string_view name, bool needs_users) {
  if (!context.target) {
    return no_server();
  }
  if (needs_users && context.users == 0) {
    return no_users();
  }
  const SharedRequests shared{context, *context.target};
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
  const SharedRequests shared{context, *context.target};
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
