#include "api/server/schema_plans.h"

#include <algorithm>
#include <atomic>

namespace muster {

struct SchemaPlans::Job {
  PlanReport report;  // under mutex_ of the plans
  std::shared_ptr<const CompiledSchema> compiled;
  std::atomic<bool> cancelled{false};
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

Result<PlanReport> SchemaPlans::start(Wanted wanted) {
  const auto job = std::make_shared<Job>();
  job->compiled = std::move(wanted.compiled);
  job->report.id = std::move(wanted.id);
  job->report.log = wanted.log;
  job->report.schema_id = std::move(wanted.schema_id);
  job->report.schema_version = wanted.schema_version;
  job->report.schema = std::move(wanted.schema);
  job->report.started = clock_.now();
  const PlanReport begun = job->report;
  {
    const std::lock_guard lock{mutex_};
    jobs_.push_back(job);
    const auto finished = [](const JobPtr& other) {
      return other->report.status != PlanStatus::kRunning;
    };
    if (jobs_.size() > kKeptMax) {
      if (const auto oldest = std::ranges::find_if(jobs_, finished); oldest != jobs_.end()) {
        jobs_.erase(oldest);
      }
    }
  }
  const auto queued = thread_.run([this, job] { work(job); });
  if (!queued) {
    const std::lock_guard lock{mutex_};
    std::erase(jobs_, job);
    return queued.error();
  }
  return begun;
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
