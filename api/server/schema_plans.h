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
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/server/schema_trial.h"
#include "api/server/work_pool.h"
#include "engine/ports/clock.h"
#include "engine/sequencer/command.h"

namespace muster {

enum class PlanStatus : std::uint8_t { kRunning, kDone, kCancelled, kFailed };

/// How far a plan has come, and in the end what it says.
struct PlanReport {
  std::string id;
  LogId log{};
  std::string schema_id;
  StreamId schema_stream;            // another schema may get the id
  std::uint64_t schema_version = 0;  // that it was made against
  std::uint64_t log_size = 0;        // later events may concern users it has not seen
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
  /// Plans of one tenant that are not finished, and those that are kept. One tenant cannot use up
  /// what the process has.
  static constexpr std::size_t kUnfinishedMax = 4;
  static constexpr std::size_t kKeptMax = 32;
  /// Of all tenants together.
  static constexpr std::size_t kUnfinishedInProcessMax = 64;
  static constexpr std::size_t kKeptInProcessMax = 256;

  SchemaPlans(const SchemaTrial& trial, Clock& clock)
      : trial_{trial}, clock_{clock}, thread_{1, kUnfinishedInProcessMax} {}

  ~SchemaPlans();
  SchemaPlans(const SchemaPlans&) = delete;
  SchemaPlans& operator=(const SchemaPlans&) = delete;

  struct Wanted {
    std::string id;
    LogId log{};
    std::string schema_id;
    StreamId schema_stream;
    std::uint64_t schema_version = 0;
    std::uint64_t log_size = 0;
    JsonText schema;
    std::shared_ptr<const CompiledSchema> compiled;
    /// Under which the client asked, if it did. A plan knows it as long as it is kept.
    std::optional<IdempotencyKey> key = {};
  };

  struct Started {
    PlanReport report;
    bool replayed = false;  // the key's earlier plan, as it is now
  };

  /// kTooMany "server_busy" when the tenant, or all together, have too many unfinished ones;
  /// kInvalid "idempotency_key_reused" for the key of another request.
  Result<Started> start(Wanted wanted);
  /// kNotFound "plan_not_found" for what was never there, or is forgotten.
  Result<PlanReport> find(LogId log, std::string_view id) const;
  /// A finished plan stays as it is.
  Result<PlanReport> cancel(LogId log, std::string_view id);

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;

  void work(const JobPtr& job);
  void finish(const JobPtr& job);
  /// Nothing when there is none.
  Result<std::optional<PlanReport>> find_asked(const Wanted& wanted) const;
  Result<void> check_room(LogId log) const;
  void forget_oldest();
  bool forget_oldest_of(LogId log);
  Result<JobPtr> find_job(LogId log, std::string_view id) const;

  const SchemaTrial& trial_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::deque<JobPtr> jobs_;
  WorkPool thread_;  // the last member: it stops first
};

}  // namespace muster
