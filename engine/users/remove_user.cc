#include "engine/pools/pool_settings.h"
#include "engine/users/lookup.h"

namespace muster {
namespace {

StateAddress erased_address(LogId log, StreamId person) {
  return {log, Aggregate::kErasedUser, {}, person.text()};
}

}  // namespace

Result<Decide> prepare_delete_user(UserName name) {
  return Decide{[name = std::move(name)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    return decision_of(found, {end_of_user(*found.pool)});
  }};
}

Result<Decide> prepare_erase_user(UserName name, StreamId stream) {
  return Decide{[name = std::move(name), stream](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const FoundUser found, find_user(states, name));
    if (!stream.is_nil() && found.user->head.stream != stream) {
      return stale();
    }
    return decision_of(found, {open_draft(UserErased{})});
  }};
}

Result<Decide> prepare_erase_deleted_user(LogId log, UserState ended) {
  check(ended.gone, "only the state of who was deleted cannot change any more");
  const StateAddress address = erased_address(log, ended.head.stream);
  const bool erased = ended.erased;
  const StreamId stream = ended.head.stream;
  const auto state = std::make_shared<const AnyState>(std::move(ended));
  return Decide{[address, erased, stream, state](StateReader& states, Micros) -> Result<Decision> {
    Decision decision{{}, address, {}};
    MUSTER_TRY(const UserState* found, states.get<UserState>(address));
    if (found == nullptr && !erased) {
      decision.facts.push_back({address, stream, open_draft(UserErased{}), state});
    }
    return decision;
  }};
}

Result<Decide> prepare_certify_erasures(LogId log, std::vector<CertifiedErasure> erasures) {
  if (erasures.empty() || erasures.size() > kCertifyStepMax) {
    return failure(Errc::kTooLarge, "command_too_large", "1 to 500 erasures at once");
  }
  return Decide{
      [log, erasures = std::move(erasures)](StateReader& states, Micros) -> Result<Decision> {
        Decision decision{{}, erased_address(log, erasures.front().person), {}};
        for (const CertifiedErasure& erasure : erasures) {
          const StateAddress address = erased_address(log, erasure.person);
          MUSTER_TRY(const UserState* user, states.get<UserState>(address));
          if (user == nullptr || user->certified) {
            continue;
          }
          UserErasureCertified event{
              user->erased_position, erasure.events, raw(user->head.slot), erasure.ledger};
          decision.facts.push_back({address, erasure.person, open_draft(std::move(event))});
        }
        return decision;
      }};
}

}  // namespace muster
