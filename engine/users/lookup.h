/// Finding a user while deciding.
#pragma once

#include <string>

#include "engine/users/commands.h"

namespace muster {

/// Both valid until the Decide returns; never null.
struct FoundUser {
  const PoolState* pool = nullptr;
  const UserState* user = nullptr;
  StateAddress address;
};

/// Refuses with pool_not_found, user_not_found.
Result<FoundUser> find_user(StateReader& states, const UserName& name);

/// The user and key that drafts were sealed for.
struct SealedFor {
  UserName name;
  StreamId stream;
  Slot slot{};  // 0: nothing was sealed
};

/// Refuses as find_user, and with stale when the user is another one, or has another key by now:
/// values under two keys would survive their erasure.
Result<FoundUser> find_user(StateReader& states, const SealedFor& target);

/// Makes drafts for the user of a command.
class UserDrafts {
 public:
  UserDrafts(const DomainPorts& ports, const UserTarget& target);

  /// Seals with the user's key, which it gets when it has none yet.
  Result<Draft> seal(AnyEvent event);

  [[nodiscard]] const SealedFor& target() const { return target_; }

 private:
  const DomainPorts& ports_;
  SealedFor target_;
  Slot stored_slot_;
};

/// A decision that consists of `drafts`.
Decision decision_of(const FoundUser& found, std::vector<Draft> drafts);

}  // namespace muster
