/// StatesAhead: the states as they will be once some facts are in the log. Lets the parts of one
/// command be decided one after the other, each seeing what the earlier ones have done.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/sequencer/command.h"

namespace muster {

/// One thread. States found stay valid as long as this object: a later fact makes a new one.
class StatesAhead final : public StateReader {
 public:
  /// Facts are dated from `now` on. Both outlive this object.
  StatesAhead(StateReader& base, Micros now) : base_{base}, now_{now} {}

  Result<const AnyState*> find(const StateAddress& address) override;
  Result<Counters> counters(const std::string& key) override;

  [[nodiscard]] const Views& views() const override { return base_.views(); }

  /// `fact` must stay where it is as long as this object: it is folded when it is asked for.
  void add(const Fact& fact);

 private:
  /// A state that changed, and the facts that are not folded into it yet.
  struct Changed {
    const AnyState* state = nullptr;  // the newest; null: as the base has it
    bool loaded = false;
    std::vector<std::pair<const Fact*, Micros>> waiting;
  };

  Result<void> fold(const StateAddress& address, Changed& changed);
  Result<void> tally(const AnyState* state, LogId log, std::int64_t sign);
  Result<const PoolState*> pool_of(const AnyState& state, LogId log);

  StateReader& base_;
  Micros now_;
  std::int64_t facts_ = 0;
  std::unordered_map<StateAddress, Changed> changed_;
  std::deque<AnyState> states_;  // never moved

  /// What folding changed and tallies_ does not hold yet: sums are seldom asked for.
  struct Untallied {
    const AnyState* before;  // may be null
    const AnyState* after;
    LogId log;
  };

  std::vector<Untallied> untallied_;
  std::unordered_map<std::string, Counters> tallies_;
};

}  // namespace muster
