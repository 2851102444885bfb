/// Making a pool that has users ignore case, without stopping it.
///
/// PoolFoldingStarted: from here on new users claim their folded forms. Steps: each user that there
/// was claims its own, which is refused when another has it. PoolFoldingFinished: nobody is left,
/// so case is ignored from this event on. Cancelled before that, steps take the claims back, and
/// PoolFoldingUndone ends it. PoolState::folding says how far it has come.
#pragma once

#include <string>
#include <vector>

#include "engine/administration/prepare.h"

namespace muster {

/// How many users one step changes: a few milliseconds of the sequencer's time.
inline constexpr std::size_t kFoldingStepMax = 200;

/// A pool; not another that was given its id later.
struct FoldingPool {
  LogId log{};
  std::string id;
  StreamId stream;
};

/// Whether two identifiers, or two addresses, of the user differ in case only: a pool that ignores
/// case would not have taken them.
bool repeats_folded(const UserState& user);

/// Refusals of all: pool_not_found. Nothing to change when it was done before.
/// Also: pool_ignores_case; folding_cancelled, while what was done before is still being undone.
Result<Decide> prepare_start_folding(FoldingPool pool);

/// Also: folding_finished; folding_not_started.
Result<Decide> prepare_cancel_folding(FoldingPool pool);

struct FoldingStep {
  FoldingPool pool;
  std::vector<std::string> users;  // ids; up to kFoldingStepMax
  bool folded = true;              // claim, or give up
};

/// Also: identifier_taken and address_taken, by the views, when another user has a folded form;
/// identifier_repeated when one user has it twice; stale when the pool is not in that stage.
Result<Decide> prepare_folding_step(FoldingStep step);

/// PoolFoldingFinished or PoolFoldingUndone. Stale while there is a user to be changed: that is
/// counted, not believed.
Result<Decide> prepare_end_folding(FoldingPool pool);

}  // namespace muster
