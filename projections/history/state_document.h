/// States as the documents that history compares: what the API shows of them, and what it shows
/// elsewhere (of a user its groups and roles, of a pool its connections), without secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/json.h"
#include "engine/state/state.h"

namespace muster {

/// `null` for the empty state and for one whose aggregate was deleted.
std::string state_document(std::string_view tenant_id, const AnyState& state);

/// A document without what the reader may not see.
struct SeenDocument {
  struct Hidden {
    std::string pointer;  // of a member of the whole document
    std::string value;    // to see whether it changed
  };

  std::string shown;
  std::vector<Hidden> hidden;
};

/// Leaves personal members out, as a whole: names inside of them are personal, too.
SeenDocument seen_document(const std::string& document, const AnyState& state, bool shows_personal);

/// Whether the key of the stream's personal values is destroyed: they are not there any more.
bool is_erased(const AnyState& state);

/// "user", "pool" and so on; empty for the empty state.
std::string_view kind_of(const AnyState& state);

}  // namespace muster
