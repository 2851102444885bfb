/// Where a page begins behind a cursor.
#pragma once

#include <string>

#include "projections/past_keys.h"
#include "projections/published.h"

namespace muster {

/// The first key behind `key`, which ends with an id. As of an earlier moment somebody who is
/// erased by now may stand there, under the same text, and is behind the cursor, too.
inline std::string behind_id(std::string key, const ReadPoint& point) {
  if (point.as_of) {
    key.push_back(kNobodysByte);
  }
  key.push_back('\0');
  return key;
}

}  // namespace muster
