/// Plans: what a new version of a schema would do to the users that there are, before it is
/// applied.
///
/// A plan is made in the background, can be watched and cancelled, and is kept for a while. Plans
/// live in memory: a restart forgets them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "api/server/schema_trial.h"
#include "api/server/work_pool.h"
#include "engine/ports/clock.h"

namespace muster {

enum class PlanStatus : std::uint8_t { kRunning, kDone, kCancelled, kFailed };

/// How far a plan has come, and in the end what it says.
struct PlanReport {
  std::string id;
  LogId log{};
  std::string schema_id;
  std::uint64_t schema_version = 0;  // that it was made against
  JsonText schema;                   // the new version
  PlanStatus status = PlanStatus::kRunning;
  std::string problem;  // of a failed one
  Micros started{};
  Micros ended{};
  std::uint64_t total = 0;     // users of all pools when it began
  std::uint64_t examined = 0;  // of those
  std::uint64_t governed = 0;  // that have the schema
  std::uint64_t unfit = 0;     // that would not fit

  struct Pool {
    std::string id;
    std::uint64_t unfit = 0;
  };

  /// One rule that values break: where in the value, and which keyword.
  struct Rule {
    std::string value;  // "payload"
    std::string pointer;
    std::string keyword;
    std::uint64_t users = 0;
  };

  struct Example {
    std::string pool_id;
    std::string user_id;
    std::vector<Fault> faults;
  };

  std::vector<Pool> pools;        // the first kListedMax
  std::vector<Rule> rules;        // the first kListedMax
  std::vector<Example> examples;  // the first kExamplesMax

  static constexpr std::size_t kListedMax = 100;
  static constexpr std::size_t kExamplesMax = 20;
};

/// Any thread.
class SchemaPlans {
 public:
  /// Plans that wait for the one that is made, and finished ones that are kept.
  static constexpr std::size_t kWaitingMax = 4;
  static constexpr std::size_t kKeptMax = 32;

  SchemaPlans(const SchemaTrial& trial, Clock& clock)
      : trial_{trial}, clock_{clock}, thread_{1, kWaitingMax} {}

  ~SchemaPlans();
  SchemaPlans(const SchemaPlans&) = delete;
  SchemaPlans& operator=(const SchemaPlans&) = delete;

  struct Wanted {
    std::string id;
    LogId log{};
    std::string schema_id;
    std::uint64_t schema_version = 0;
    JsonText schema;
    std::shared_ptr<const CompiledSchema> compiled;
  };

  /// kTooMany "server_busy" when too many wait.
  Result<PlanReport> start(Wanted wanted);
  /// kNotFound "plan_not_found" for what was never there, or is forgotten.
  Result<PlanReport> find(LogId log, std::string_view id) const;
  /// A finished plan stays as it is.
  Result<PlanReport> cancel(LogId log, std::string_view id);

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;

  void work(const JobPtr& job);
  Result<JobPtr> find_job(LogId log, std::string_view id) const;

  const SchemaTrial& trial_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::deque<JobPtr> jobs_;
  WorkPool thread_;  // the last member: it stops first
};

}  // namespace muster
