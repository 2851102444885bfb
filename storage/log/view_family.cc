#include "storage/log/view_family.h"

#include "engine/core/check.h"

namespace muster {

Family family_of(View view) {
  switch (view) {
    case View::kStates:
      return Family::kStates;
    case View::kUsers:
      return Family::kUsers;
    case View::kUserKeys:
      return Family::kUserKeys;
    case View::kUserIndex:
      return Family::kUserIndex;
    case View::kGroups:
      return Family::kGroups;
    case View::kCounts:
      return Family::kCounts;
    case View::kIdempotency:
      return Family::kIdempotency;
    case View::kPast:
      return Family::kPast;
  }
  check(false, "a view without a family");
  return Family::kStates;
}

}  // namespace muster
