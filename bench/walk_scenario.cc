/// Walks over a whole pool while users are created and deleted in it: what was there throughout
/// must be seen, once.
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include "bench/user_requests.h"
#include "engine/core/json.h"

namespace muster {

namespace {

constexpr std::uint64_t kWalkLimit = 100;
/// So many creations lie between a user's creation and its deletion; more than are under way.
constexpr std::uint64_t kLifetime = 1000;
constexpr std::size_t kChurnConnections = 4;

/// Creates a user, deletes an earlier one, and so on until it is stopped.
class ChurnRequests final : public UserRequests {
 public:
  ChurnRequests(const SharedRequests& shared, const std::atomic<bool>& stopped)
      : UserRequests{shared, 0}, first_{shared.context.users}, stopped_{stopped} {}

  bool append_request(std::string& out) override {
    if (stopped_) {
      return false;
    }
    const std::uint64_t next = shared().context.users;
    if (deletes_ && next >= first_ + kLifetime) {
      shared().format.append_json(
          out, "DELETE", shared().users_path + "/" + people().id_of(next - kLifetime).text(), {});
    } else {
      append_create(out, new_number());
    }
    deletes_ = !deletes_;
    return true;
  }

  bool expects(const HttpResponse& response) override {
    return response.status == kCreated || response.status == kNoContent;
  }

 private:
  std::uint64_t first_;
  const std::atomic<bool>& stopped_;
  bool deletes_ = false;
};

/// The ids that must be seen, and which of them were.
class Expected {
 public:
  explicit Expected(const BenchContext& context) {
    for (std::uint64_t number = 0; number < context.users; ++number) {
      ids_.push_back(context.people.id_of(number).text());
    }
    std::ranges::sort(ids_);
    seen_.resize(ids_.size());
  }

  void see(std::string_view id) {
    const auto found = std::ranges::lower_bound(ids_, id);
    if (found == ids_.end() || *found != id) {
      ++others_;
      return;
    }
    auto&& seen = seen_[static_cast<std::size_t>(found - ids_.begin())];
    repeated_ += seen ? 1U : 0U;
    seen = true;
  }

  [[nodiscard]] std::uint64_t missed() const {
    return static_cast<std::uint64_t>(std::ranges::count(seen_, false));
  }

  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }

  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  std::vector<std::string> ids_;
  std::vector<bool> seen_;
  std::uint64_t repeated_ = 0;
  std::uint64_t others_ = 0;  // that came while walking
};

/// How many pages there were.
Result<std::uint64_t> walk_pages(const SharedRequests& shared, Expected& expected) {
  const HttpTarget& target = *shared.context.target;
  std::string after;
  for (std::uint64_t pages = 1;; ++pages) {
    std::string request;
    shared.format.append_get(request,
                             shared.users_path + "?limit=" + std::to_string(kWalkLimit) +
                                 (after.empty() ? "" : "&after_user_id=" + after));
    MUSTER_TRY(const std::string body, ask(target, request, kOk));
    MUSTER_TRY(const JsonDocument page, parse_json(body));
    std::uint64_t count = 0;
    if (const auto users = page.root().find_set("users")) {
      for (const JsonValue user : users->elements()) {
        const auto id = user.find_set("id");
        after = id ? id->text().value_or("") : "";
        expected.see(after);
        ++count;
      }
    }
    if (count < kWalkLimit) {
      return pages;
    }
  }
}

Result<ScenarioResult> run_walk(BenchContext& context) {
  if (!context.target) {
    return no_server();
  }
  if (context.users == 0) {
    return no_users();
  }
  const SharedRequests shared{context, *context.target};
  const std::uint64_t users_before = context.users;
  Expected expected{context};
  std::atomic<bool> stopped = false;
  LoadOptions options;
  options.endpoint = context.target->endpoint;
  options.connections = kChurnConnections;
  Result<LoadResult> churn = LoadResult{};
  std::thread churning{[&] {
    churn = run_load(options,
                     [&](std::size_t) { return std::make_unique<ChurnRequests>(shared, stopped); });
  }};
  const auto begun = std::chrono::steady_clock::now();
  const auto pages = walk_pages(shared, expected);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  stopped = true;
  churning.join();
  MUSTER_CHECKED(pages);
  MUSTER_CHECKED(churn);
  ScenarioResult result;
  result.scenario = "walk";
  result.metrics = {
      {"missed", static_cast<double>(expected.missed()), ""},
      {"repeated", static_cast<double>(expected.repeated()), ""},
      {"seconds", took.count(), "s"},
      {"pages", static_cast<double>(*pages), ""},
      {"created meanwhile", static_cast<double>(context.users - users_before), ""},
      {"created or deleted", churn->per_second(), "1/s"},
      {"errors", static_cast<double>(churn->errors), ""},
      {"seen of those", static_cast<double>(expected.others()), ""},
  };
  result.notes.push_back(std::to_string(users_before) + " users that stay, pages of " +
                         std::to_string(kWalkLimit) + ", " + std::to_string(kChurnConnections) +
                         " connections that create and delete");
  return result;
}

constexpr std::array<Scenario, 1> kScenarios = {{
    {"walk", "every page of a pool by cursor, while users come and go", &run_walk, true},
}};

}  // namespace

std::span<const Scenario> walk_scenarios() {
  return kScenarios;
}

}  // namespace muster
