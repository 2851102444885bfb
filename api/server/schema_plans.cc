#include "api/server/schema_plans.h"

#include <algorithm>
#include <atomic>

#include "engine/core/thread_name.h"

namespace muster {

struct SchemaPlans::Job {
  PlanReport report;  // under mutex_ of the plans
  std::shared_ptr<const CompiledSchema> compiled;
  std::optional<IdempotencyKey> key;
  std::atomic<bool> cancelled{false};
  bool finished = false;  // the thread is done with it; under mutex_
};

namespace {

/// What a chunk of users adds to a report.
struct Findings {
  std::uint64_t governed = 0;
  std::uint64_t unfit = 0;
  std::map<std::string, std::uint64_t> pools;
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> rules;
  std::vector<PlanReport::Example> examples;

  void add(const TriedUser& user) {
    ++governed;
    if (user.misfits.empty()) {
      return;
    }
    ++unfit;
    ++pools[user.pool.id];
    PlanReport::Example example{user.pool.id, std::string{user.id}, {}};
    for (const TriedUser::Misfit& misfit : user.misfits) {
      for (const Fault& fault : misfit.failure.faults) {
        ++rules[{std::string{name_of(*misfit.kind)}, fault.pointer, fault.rule}];
        example.faults.push_back(fault);
        example.faults.back().pointer.insert(0, misfit.kind->pointer);
      }
    }
    if (examples.size() < PlanReport::kExamplesMax) {
      examples.push_back(std::move(example));
    }
  }
};

void merge(const Findings& findings, PlanReport& report) {
  report.governed += findings.governed;
  report.unfit += findings.unfit;
  for (const auto& [id, unfit] : findings.pools) {
    const auto found = std::ranges::find(report.pools, id, &PlanReport::Pool::id);
    if (found != report.pools.end()) {
      found->unfit += unfit;
    } else if (report.pools.size() < PlanReport::kListedMax) {
      report.pools.push_back({id, unfit});
    }
  }
  for (const auto& [rule, users] : findings.rules) {
    const auto& [value, pointer, keyword] = rule;
    const auto found = std::ranges::find_if(report.rules, [&](const PlanReport::Rule& known) {
      return std::tie(known.value, known.pointer, known.keyword) == rule;
    });
    if (found != report.rules.end()) {
      found->users += users;
    } else if (report.rules.size() < PlanReport::kListedMax) {
      report.rules.push_back({value, pointer, keyword, users});
    }
  }
  for (const PlanReport::Example& example : findings.examples) {
    if (report.examples.size() < PlanReport::kExamplesMax) {
      report.examples.push_back(example);
    }
  }
}

}  // namespace

SchemaPlans::~SchemaPlans() {
  const std::lock_guard lock{mutex_};
  for (const JobPtr& job : jobs_) {
    job->cancelled = true;
  }
}

Result<std::optional<PlanReport>> SchemaPlans::find_asked(const Wanted& wanted) const {
  for (const JobPtr& job : jobs_) {
    const bool is_asked =
        wanted.key && job->key && job->report.log == wanted.log && job->key->key == wanted.key->key;
    if (is_asked && job->key->request != wanted.key->request) {
      return failure(Errc::kInvalid,
                     "idempotency_key_reused",
                     "this idempotency key was used for another request; use a new key");
    }
    if (is_asked) {
      return std::optional{job->report};
    }
  }
  return std::optional<PlanReport>{};
}

/// A cancelled plan counts until the thread has come to it: it takes a place until then.
Result<void> SchemaPlans::check_room(LogId log) const {
  const auto unfinished = std::ranges::count_if(
      jobs_, [&](const JobPtr& job) { return !job->finished && job->report.log == log; });
  if (static_cast<std::size_t>(unfinished) >= kUnfinishedMax) {
    return failure(Errc::kTooMany,
                   "server_busy",
                   "the tenant has " + std::to_string(kUnfinishedMax) +
                       " unfinished plans; wait for one or cancel it");
  }
  return {};
}

bool SchemaPlans::forget_oldest_of(LogId log) {
  const auto oldest = std::ranges::find_if(
      jobs_, [&](const JobPtr& job) { return job->finished && job->report.log == log; });
  if (oldest == jobs_.end()) {
    return false;
  }
  jobs_.erase(oldest);
  return true;
}

/// The newest plan's tenant pays for it, or the one that has most when there are too many in all.
void SchemaPlans::forget_oldest() {
  std::map<LogId, std::size_t> kept;
  for (const JobPtr& job : jobs_) {
    ++kept[job->report.log];
  }
  const LogId newest = jobs_.back()->report.log;
  if (kept[newest] > kKeptMax && forget_oldest_of(newest)) {
    return;
  }
  if (jobs_.size() > kKeptInProcessMax) {
    const auto most = std::ranges::max_element(
        kept, {}, [](const auto& tenant_and_plans) { return tenant_and_plans.second; });
    forget_oldest_of(most->first);
  }
}

Result<SchemaPlans::Started> SchemaPlans::start(Wanted wanted) {
  const auto job = std::make_shared<Job>();
  PlanReport begun;
  {
    const std::lock_guard lock{mutex_};
    MUSTER_TRY(auto asked, find_asked(wanted));
    if (asked) {
      return Started{*std::move(asked), true};
    }
    MUSTER_CHECKED(check_room(wanted.log));
    job->compiled = std::move(wanted.compiled);
    job->key = std::move(wanted.key);
    job->report.id = std::move(wanted.id);
    job->report.log = wanted.log;
    job->report.schema_id = std::move(wanted.schema_id);
    job->report.schema_stream = wanted.schema_stream;
    job->report.schema_version = wanted.schema_version;
    job->report.log_size = wanted.log_size;
    job->report.schema = std::move(wanted.schema);
    job->report.started = clock_.now();
    begun = job->report;
    jobs_.push_back(job);
    forget_oldest();
  }
  const auto queued = thread_.run([this, job] {
    yield_to_others();
    work(job);
    finish(job);
  });
  if (!queued) {
    const std::lock_guard lock{mutex_};
    std::erase(jobs_, job);
    return queued.error();
  }
  return Started{std::move(begun), false};
}

void SchemaPlans::finish(const JobPtr& job) {
  const std::lock_guard lock{mutex_};
  job->finished = true;
}

Result<SchemaPlans::JobPtr> SchemaPlans::find_job(LogId log, std::string_view id) const {
  const auto found = std::ranges::find_if(
      jobs_, [&](const JobPtr& job) { return job->report.log == log && job->report.id == id; });
  if (found == jobs_.end()) {
    return not_found("plan");
  }
  return *found;
}

Result<PlanReport> SchemaPlans::find(LogId log, std::string_view id) const {
  const std::lock_guard lock{mutex_};
  MUSTER_TRY(const JobPtr job, find_job(log, id));
  return job->report;
}

Result<PlanReport> SchemaPlans::cancel(LogId log, std::string_view id) {
  const std::lock_guard lock{mutex_};
  MUSTER_TRY(const JobPtr job, find_job(log, id));
  if (job->report.status == PlanStatus::kRunning) {
    job->cancelled = true;
    job->report.status = PlanStatus::kCancelled;
    job->report.ended = clock_.now();
  }
  return job->report;
}

void SchemaPlans::work(const JobPtr& job) {
  // Only what never changes is read without the lock.
  const LogId log = job->report.log;
  const std::string schema_id = job->report.schema_id;
  const auto total = trial_.total(log);
  if (total) {
    const std::lock_guard lock{mutex_};
    job->report.total = *total;
  }
  Findings findings;
  SchemaTrial::Listener listener;
  listener.tried = [&](const TriedUser& user) {
    findings.add(user);
  };
  listener.go_on = [&](std::uint64_t examined) {
    const std::lock_guard lock{mutex_};
    merge(findings, job->report);
    findings = {};
    job->report.examined = examined;
    return !job->cancelled;
  };
  const auto finished = trial_.run(log, schema_id, *job->compiled, listener);
  const std::lock_guard lock{mutex_};
  if (job->report.status != PlanStatus::kRunning) {
    return;  // cancelled
  }
  job->report.ended = clock_.now();
  job->report.status = !finished   ? PlanStatus::kFailed
                       : *finished ? PlanStatus::kDone
                                   : PlanStatus::kCancelled;
  if (!finished) {
    job->report.problem = finished.error().reason;
  }
}

}  // namespace muster
