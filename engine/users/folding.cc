#include "engine/users/folding.h"

#include <memory>

#include "engine/users/parts.h"

namespace muster {
namespace {

StateAddress address_of(const FoldingPool& pool) {
  return {pool.log, Aggregate::kPool, {}, pool.id};
}

Result<const PoolState*> find_pool(StateReader& states, const FoldingPool& wanted) {
  MUSTER_TRY(const PoolState* pool, states.get<PoolState>(address_of(wanted)));
  if (pool == nullptr || pool->head.stream != wanted.stream) {
    return not_found("pool");
  }
  return pool;
}

template <class Part>
bool has_repeated(const std::vector<Part>& parts) {
  for (auto part = parts.begin(); part != parts.end(); ++part) {
    const auto same = [&](const Part& other) {
      return differ_in_case_only(*part, other);
    };
    if (std::any_of(std::next(part), parts.end(), same)) {
      return true;
    }
  }
  return false;
}

Decision decision_about(const FoldingPool& pool) {
  return {{}, address_of(pool), {}};
}

Decision decision_about(const FoldingPool& pool, AnyEvent event) {
  Decision decision = decision_about(pool);
  decision.facts.push_back({decision.subject, pool.stream, open_draft(std::move(event))});
  return decision;
}

Result<Decision> decide_step(StateReader& states, const FoldingStep& step) {
  MUSTER_TRY(const PoolState* pool, find_pool(states, step.pool));
  if (pool->folding != (step.folded ? kFoldingBuilding : kFoldingUndoing)) {
    return stale();
  }
  Decision decision = decision_about(step.pool);
  for (const std::string& id : step.users) {
    const StateAddress place{step.pool.log, Aggregate::kUser, step.pool.stream, id};
    MUSTER_TRY(const UserState* user, states.get<UserState>(place));
    if (user == nullptr || user->keys_folded == step.folded) {
      continue;
    }
    if (step.folded && repeats_folded(*user)) {
      return failure(Errc::kAlreadyTaken,
                     "identifier_repeated",
                     "a user has identifiers or addresses that differ in case only");
    }
    AnyEvent event = step.folded ? AnyEvent{UserKeysFolded{}} : UserKeysUnfolded{};
    decision.facts.push_back({place, user->head.stream, open_draft(std::move(event))});
  }
  return decision;
}

}  // namespace

bool repeats_folded(const UserState& user) {
  return has_repeated(user.identifiers) || has_repeated(user.addresses);
}

Result<Decide> prepare_start_folding(FoldingPool wanted) {
  return Decide{[wanted = std::move(wanted)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, find_pool(states, wanted));
    if (pool->identifier_case_insensitive) {
      return failure(Errc::kConflict, "pool_ignores_case", "the pool ignores case already");
    }
    if (pool->folding == kFoldingUndoing) {
      return failure(Errc::kConflict,
                     "folding_cancelled",
                     "what was cancelled is still being undone; try again when that has ended");
    }
    return pool->folding.empty() ? decision_about(wanted, PoolFoldingStarted{})
                                 : decision_about(wanted);
  }};
}

Result<Decide> prepare_cancel_folding(FoldingPool wanted) {
  return Decide{[wanted = std::move(wanted)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, find_pool(states, wanted));
    if (pool->identifier_case_insensitive) {
      return failure(Errc::kConflict,
                     "folding_finished",
                     "the pool ignores case; that cannot be taken back while it has users");
    }
    if (pool->folding.empty()) {
      return failure(Errc::kConflict, "folding_not_started", "there is nothing to cancel");
    }
    return pool->folding == kFoldingBuilding ? decision_about(wanted, PoolFoldingCancelled{})
                                             : decision_about(wanted);
  }};
}

Result<Decide> prepare_folding_step(FoldingStep input) {
  if (input.users.size() > kFoldingStepMax) {
    return failure(Errc::kTooLarge, "command_too_large", "at most 200 users a step");
  }
  const auto step = std::make_shared<const FoldingStep>(std::move(input));
  return Decide{[step](StateReader& states, Micros) {
    return decide_step(states, *step);
  }};
}

Result<Decide> prepare_end_folding(FoldingPool wanted) {
  return Decide{[wanted = std::move(wanted)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const PoolState* pool, find_pool(states, wanted));
    if (pool->folding.empty() || pool->folding == kFoldingBuilt) {
      return decision_about(wanted);
    }
    const Views& views = states.views();
    MUSTER_TRY(const Counters folded,
               states.counters(views.pool_folded_key(wanted.log, wanted.stream)));
    if (pool->folding == kFoldingUndoing) {
      return folded[0] == 0 ? Result<Decision>{decision_about(wanted, PoolFoldingUndone{})}
                            : stale();
    }
    MUSTER_TRY(const Counters users,
               states.counters(views.pool_count_key(wanted.log, wanted.stream)));
    return folded[0] == users[0] + users[1]
               ? Result<Decision>{decision_about(wanted, PoolFoldingFinished{})}
               : stale();
  }};
}

}  // namespace muster
