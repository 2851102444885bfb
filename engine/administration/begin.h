/// The Decide of every command that only begins a new stream.
#pragma once

#include <memory>
#include <string>

#include "engine/administration/prepare.h"

namespace muster {

/// Refuses with `<what>_taken` when the address of the first fact is in use.
inline Decide begin_stream(Fact fact, std::string what) {
  const auto prepared = std::make_shared<const Fact>(std::move(fact));
  return [prepared, what = std::move(what)](StateReader& states, Micros) -> Result<Decision> {
    MUSTER_TRY(const AnyState* present, states.find(prepared->address));
    if (present != nullptr) {
      return taken(what);
    }
    return Decision{{*prepared}, prepared->address, {}};
  };
}

}  // namespace muster
