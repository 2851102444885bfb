/// Whether stored values fit the schemas that govern them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/schemas/compiled_schema.h"
#include "engine/users/values.h"

namespace muster {

/// How events, states and answers name a governed value: "payload".
inline std::string_view name_of(const Governed& kind) {
  return kind.pointer.substr(1);
}

/// What UserState::unfit becomes once the values that `schema_id` governs were compared with
/// `schema`. A value that is absent fits.
std::vector<std::string> unfit_after(const UserState& user,
                                     std::string_view schema_id,
                                     const CompiledSchema& schema);

}  // namespace muster
