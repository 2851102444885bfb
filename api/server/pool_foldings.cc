#include "api/server/pool_foldings.h"

#include <algorithm>

#include "api/server/submit.h"
#include "projections/folding_pools.h"
#include "projections/user_row.h"

namespace muster {
namespace {

/// How soon a pool is taken up.
constexpr std::chrono::milliseconds kPause{250};
/// How long a pool rests after a failure: each attempt reads all its users again.
constexpr std::chrono::milliseconds kPauseAfterFailure{10'000};
/// How many users are read at one snapshot.
constexpr std::size_t kChunkUsers = 2'000;

FoldingPool name_of(LogId log, const PoolState& pool) {
  return {log, pool.id, pool.head.stream};
}

bool is_under_way(const PoolState& pool) {
  return pool.folding == kFoldingBuilding || pool.folding == kFoldingUndoing;
}

}  // namespace

PoolFoldings::PoolFoldings(const Ports& ports, Entropy& entropy)
    : ports_{ports}, check_{ports.published, ports.users, entropy} {
  thread_.start("pool foldings", [this] { work(); });
}

PoolFoldings::EntryPtr PoolFoldings::find(LogId log, StreamId stream) const {
  const auto found = std::ranges::find_if(entries_, [&](const EntryPtr& entry) {
    return entry->pool.log == log && entry->pool.stream == stream;
  });
  return found == entries_.end() ? nullptr : *found;
}

PoolFoldings::EntryPtr PoolFoldings::find_or_add(const FoldingPool& pool) {
  if (EntryPtr known = find(pool.log, pool.stream)) {
    return known;
  }
  const auto is_over = [](const EntryPtr& entry) {
    return entry->stage == Stage::kRefused || entry->stage == Stage::kOver;
  };
  if (entries_.size() >= kKeptMax) {
    if (const auto oldest = std::ranges::find_if(entries_, is_over); oldest != entries_.end()) {
      entries_.erase(oldest);
    }
  }
  entries_.push_back(std::make_shared<Entry>());
  entries_.back()->pool = pool;
  return entries_.back();
}

PoolFoldings::EntryPtr PoolFoldings::next_waiting() const {
  const std::lock_guard lock{mutex_};
  const auto found = std::ranges::find_if(
      entries_, [](const EntryPtr& entry) { return entry->stage == Stage::kWaiting; });
  return found == entries_.end() ? nullptr : *found;
}

void PoolFoldings::note(const FoldingPool& pool, std::string problem) {
  const std::lock_guard lock{mutex_};
  find_or_add(pool)->problem = std::move(problem);
}

void PoolFoldings::show_collisions(const FoldingPool& pool, FoldingCollisions collisions) {
  const std::lock_guard lock{mutex_};
  const EntryPtr entry = find_or_add(pool);
  entry->stage = Stage::kRefused;
  entry->collisions = std::move(collisions);
}

Result<void> PoolFoldings::start(LogId log, const PoolState& pool) {
  if (pool.identifier_case_insensitive) {
    return failure(Errc::kConflict, "pool_ignores_case", "the pool ignores case already");
  }
  if (pool.folding == kFoldingUndoing) {
    return failure(Errc::kConflict,
                   "folding_cancelled",
                   "what was cancelled is still being undone; try again when that has ended");
  }
  if (pool.folding == kFoldingBuilding) {
    return {};
  }
  const std::lock_guard lock{mutex_};
  const auto waiting = std::ranges::count_if(
      entries_, [](const EntryPtr& entry) { return entry->stage == Stage::kWaiting; });
  const EntryPtr known = find(log, pool.head.stream);
  if (known && known->stage != Stage::kRefused && known->stage != Stage::kOver &&
      !known->cancelled) {
    return {};
  }
  if (static_cast<std::size_t>(waiting) >= kWaitingMax) {
    return failure(Errc::kTooMany, "server_busy", "too many pools wait to be checked; try later");
  }
  // A check that was cancelled may still be ending: it keeps its own entry.
  std::erase(entries_, known);
  find_or_add(name_of(log, pool))->stage = Stage::kWaiting;
  return {};
}

bool PoolFoldings::cancel_check(LogId log, const PoolState& pool) {
  const std::lock_guard lock{mutex_};
  const EntryPtr entry = find(log, pool.head.stream);
  if (!entry || (entry->stage != Stage::kWaiting && entry->stage != Stage::kChecking)) {
    return false;
  }
  entry->cancelled = true;
  if (entry->stage == Stage::kWaiting) {
    entry->stage = Stage::kOver;
  }
  return true;
}

Result<FoldingReport> PoolFoldings::report(const PoolAt& at) const {
  FoldingReport report;
  report.pool_id = at.pool.id;
  MUSTER_TRY(const Counters users, ports_.lists.pool_users(at.point, at.log, at.pool.head.stream));
  report.total = static_cast<std::uint64_t>(users[0] + users[1]);
  if (at.pool.identifier_case_insensitive) {
    report.state = "built";
    report.done = report.total;
    return report;
  }
  if (is_under_way(at.pool)) {
    report.state = at.pool.folding == kFoldingBuilding ? "building" : "cancelling";
    MUSTER_TRY(report.done, count_folded(ports_.kv, at.point, at.log, at.pool.head.stream));
  } else {
    report.state = "off";
  }
  const std::lock_guard lock{mutex_};
  const EntryPtr entry = find(at.log, at.pool.head.stream);
  if (!entry) {
    return report;
  }
  report.problem = entry->problem;
  report.collisions = entry->collisions;
  if (at.pool.folding.empty() && entry->stage == Stage::kRefused) {
    report.state = "refused";
  } else if (at.pool.folding.empty() && !entry->cancelled && entry->stage != Stage::kOver) {
    report.state = "checking";
    report.done = entry->examined;
  }
  return report;
}

void PoolFoldings::work() {
  std::uint64_t seen = ~0ULL;
  auto next = std::chrono::steady_clock::now();
  while (thread_.sleep(kPause)) {
    while (const EntryPtr entry = next_waiting()) {
      check(entry);
      if (thread_.stopping()) {
        return;
      }
    }
    const auto point = ports_.published.now();
    if (point->states_version == seen || std::chrono::steady_clock::now() < next) {
      continue;
    }
    const Result<void> done = go_on_with_all(*point);
    seen = done ? point->states_version : seen;
    const bool rests = !done && done.error().code != Errc::kStale;
    next = std::chrono::steady_clock::now() + (rests ? kPauseAfterFailure : kPause);
  }
}

void PoolFoldings::check(const EntryPtr& entry) {
  {
    const std::lock_guard lock{mutex_};
    if (entry->stage != Stage::kWaiting) {
      return;  // cancelled
    }
    entry->stage = Stage::kChecking;
  }
  const Result<void> outcome = check_and_start(entry);
  const std::lock_guard lock{mutex_};
  if (entry->stage != Stage::kRefused) {
    entry->stage = Stage::kOver;
  }
  if (!outcome) {
    entry->problem = outcome.error().reason;
  }
}

Result<void> PoolFoldings::check_and_start(const EntryPtr& entry) {
  const FoldingPool pool = entry->pool;  // never changes
  MUSTER_TRY(const auto state, find_pool(pool));
  if (state == nullptr) {
    return {};
  }
  const auto go_on = [&](std::uint64_t examined) {
    const std::lock_guard lock{mutex_};
    entry->examined = examined;
    return !thread_.stopping() && !entry->cancelled;
  };
  MUSTER_TRY(auto collisions, check_.run(pool.log, *state, go_on));
  if (!collisions) {
    return {};
  }
  if (collisions->total > 0) {
    const std::lock_guard lock{mutex_};
    entry->stage = Stage::kRefused;
    entry->collisions = *std::move(collisions);
    return {};
  }
  {
    // From here on only what is written can be cancelled.
    const std::lock_guard lock{mutex_};
    if (entry->cancelled) {
      return {};
    }
    entry->stage = Stage::kStarting;
  }
  return submit(pool.log, prepare_start_folding(pool));
}

Result<std::shared_ptr<const PoolState>> PoolFoldings::find_pool(const FoldingPool& pool) const {
  MUSTER_TRY(auto found, ports_.catalog.find_pool(*ports_.published.now(), pool.log, pool.id));
  if (found != nullptr && found->head.stream != pool.stream) {
    found = nullptr;
  }
  return found;
}

Result<void> PoolFoldings::go_on_with_all(const ReadPoint& point) {
  Result<void> outcome;
  MUSTER_TRY(const auto tenants, ports_.lists.list_tenants(point));
  for (const TenantState& tenant : tenants) {
    MUSTER_TRY(const auto ids, folding_pools(ports_.kv, point, tenant.log));
    for (const std::string& id : ids) {
      MUSTER_TRY(const auto pool, ports_.catalog.find_pool(point, tenant.log, id));
      if (pool == nullptr || thread_.stopping()) {
        continue;
      }
      // One pool that cannot go on does not hold up the others.
      const FoldingPool name = name_of(tenant.log, *pool);
      const auto done = go_on(name);
      const bool failed = !done && done.error().code != Errc::kStale;
      note(name, failed ? done.error().reason : std::string{});
      outcome = failed || outcome.has_value() ? done : outcome;
    }
  }
  return outcome;
}

Result<void> PoolFoldings::go_on(const FoldingPool& pool) {
  MUSTER_TRY(const auto state, find_pool(pool));
  if (state == nullptr || !is_under_way(*state)) {
    return {};
  }
  const Result<void> changed = change_users(pool, state->folding == kFoldingBuilding);
  if (!changed) {
    return changed.error().code == Errc::kAlreadyTaken ? give_up(pool) : changed;
  }
  return thread_.stopping() ? Result<void>{} : submit(pool.log, prepare_end_folding(pool));
}

Result<void> PoolFoldings::change_users(const FoldingPool& pool, bool folded) {
  MUSTER_TRY(const auto state, find_pool(pool));
  std::string after;
  std::size_t seen = 0;
  do {
    FoldingStep step{pool, {}, folded};
    std::vector<std::string> ids;
    Result<void> outcome;
    seen = 0;
    const auto look = [&](std::string_view id, std::string_view row) {
      ++seen;
      after = id;
      const auto has = keys_folded_in(row);
      if (!has) {
        outcome = has.error();
      } else if (*has != folded) {
        ids.emplace_back(id);
      }
    };
    if (state == nullptr) {
      return stale();
    }
    const auto point = ports_.published.now();
    MUSTER_CHECKED(ports_.users.scan({*point, pool.log, *state}, after, kChunkUsers, look));
    MUSTER_CHECKED(outcome);
    for (std::size_t first = 0; first < ids.size() && !thread_.stopping();
         first += kFoldingStepMax) {
      const std::size_t last = std::min(ids.size(), first + kFoldingStepMax);
      step.users.assign(ids.begin() + static_cast<std::ptrdiff_t>(first),
                        ids.begin() + static_cast<std::ptrdiff_t>(last));
      MUSTER_CHECKED(submit(pool.log, prepare_folding_step(step)));
    }
  } while (seen == kChunkUsers && !thread_.stopping());
  return {};
}

Result<void> PoolFoldings::give_up(const FoldingPool& pool) {
  MUSTER_TRY(const auto state, find_pool(pool));
  if (state == nullptr) {
    return {};
  }
  MUSTER_TRY(auto collisions,
             check_.run(pool.log, *state, [&](std::uint64_t) { return !thread_.stopping(); }));
  if (!collisions) {
    return {};
  }
  if (collisions->total == 0) {
    return failure(Errc::kConflict,
                   "folding_interrupted",
                   "two users had the same identifier or address, and then had not");
  }
  show_collisions(pool, *std::move(collisions));
  return submit(pool.log, prepare_cancel_folding(pool));
}

Result<void> PoolFoldings::submit(LogId log, const Result<Decide>& decide) {
  MUSTER_CHECKED(decide);
  while (true) {
    const auto done = submit_and_wait(ports_.commands, log, *decide);
    if (done) {
      return {};
    }
    if (done.error().code != Errc::kUnavailable || !thread_.sleep(kPause)) {
      return done.error();
    }
  }
}

}  // namespace muster
