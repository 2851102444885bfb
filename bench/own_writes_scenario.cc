/// Users are created and read back at once, on whatever connection is free: no read may miss a
/// write that was acknowledged before it was sent.
#include <array>
#include <deque>
#include <string>

#include "bench/user_requests.h"
#include "engine/core/json.h"

namespace muster {

namespace {

/// Counts over all threads.
struct Readings {
  std::atomic<std::uint64_t> written{0};
  std::atomic<std::uint64_t> read{0};
  std::atomic<std::uint64_t> missed{0};
};

/// The text of the first member `id`, which is the user's own.
std::string id_in(std::string_view body) {
  const auto document = parse_json(body);
  const auto id = document ? document->root().find("id") : std::nullopt;
  return id ? std::string{id->text().value_or("")} : std::string{};
}

/// Creates a user whenever everybody who is there was read. Connections are not told apart: who
/// was acknowledged on one is mostly read on another.
class OwnWrites final : public UserRequests {
 public:
  OwnWrites(const SharedRequests& shared, std::size_t thread, Readings& readings)
      : UserRequests{shared, thread}, readings_{readings} {}

  bool append_request(std::string& out) override {
    if (acknowledged_.empty()) {
      append_create(out, new_number());
      return true;
    }
    shared().format.append_get(out, shared().users_path + "/" + acknowledged_.front());
    acknowledged_.pop_front();
    return true;
  }

  bool expects(const HttpResponse& response) override {
    if (response.status == kCreated) {
      acknowledged_.push_back(id_in(response.body));
      ++readings_.written;
      return true;
    }
    ++(response.status == kOk ? readings_.read : readings_.missed);
    return response.status == kOk;
  }

 private:
  Readings& readings_;
  std::deque<std::string> acknowledged_;
};

Result<ScenarioResult> run_own_writes(BenchContext& context) {
  if (!context.target) {
    return no_server();
  }
  const SharedRequests shared{context, *context.target};
  Readings readings;
  MUSTER_TRY(ScenarioResult result, measure_load(context, *context.target, [&](std::size_t thread) {
               return std::make_unique<OwnWrites>(shared, thread, readings);
             }));
  result.scenario = "own_writes";
  result.metrics.push_back({"written", static_cast<double>(readings.written), ""});
  result.metrics.push_back({"read back", static_cast<double>(readings.read), ""});
  result.metrics.push_back({"missed", static_cast<double>(readings.missed), ""});
  result.notes.emplace_back("each user is read as soon as its creation was answered");
  return result;
}

constexpr std::array<Scenario, 1> kScenarios = {{
    {"own_writes", "users read back as soon as they are created", &run_own_writes, true},
}};

}  // namespace

std::span<const Scenario> own_writes_scenarios() {
  return kScenarios;
}

}  // namespace muster
