#include "engine/users/lookup.h"

namespace muster {

Result<FoundUser> find_user(StateReader& states, const UserName& name) {
  MUSTER_TRY(const PoolState* pool,
             states.get<PoolState>({name.log, Aggregate::kPool, {}, name.pool_id}));
  if (pool == nullptr) {
    return not_found("pool");
  }
  StateAddress address{name.log, Aggregate::kUser, pool->head.stream, name.user_id};
  MUSTER_TRY(const UserState* user, states.get<UserState>(address));
  if (user == nullptr) {
    return not_found("user");
  }
  return FoundUser{pool, user, std::move(address)};
}

Result<FoundUser> find_user(StateReader& states, const SealedFor& target) {
  MUSTER_TRY(FoundUser found, find_user(states, target.name));
  const StreamHead& head = found.user->head;
  const bool other_key = raw(target.slot) != 0 && raw(head.slot) != 0 && head.slot != target.slot;
  if (head.stream != target.stream || other_key) {
    return stale();
  }
  return found;
}

UserDrafts::UserDrafts(const DomainPorts& ports, const UserTarget& target)
    : ports_{ports},
      target_{{target.log, target.pool.id, target.user.id}, target.user.head.stream, Slot{0}},
      stored_slot_{target.user.head.slot} {}

Result<Draft> UserDrafts::seal(AnyEvent event) {
  if (raw(target_.slot) == 0) {
    target_.slot = stored_slot_;
  }
  if (raw(target_.slot) == 0) {
    MUSTER_TRY(target_.slot, ports_.sealer.reserve_slot(target_.name.log));
  }
  return make_draft(
      ports_.sealer, target_.name.log, target_.stream, target_.slot, std::move(event));
}

Decision decision_of(const FoundUser& found, std::vector<Draft> drafts) {
  Decision decision{{}, found.address, {}};
  for (Draft& draft : drafts) {
    decision.facts.push_back({found.address, found.user->head.stream, std::move(draft)});
  }
  return decision;
}

}  // namespace muster
