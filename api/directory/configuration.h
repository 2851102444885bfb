/// What the operations of configurations share, for the path's tenant and for the root.
#pragma once

#include "api/directory/operation.h"
#include "engine/configuration/import.h"

namespace muster {

/// A tenant's configuration, in whoever's request.
struct Tenancy {
  const Services& services;
  LogId log{};
  std::string tenant;
  unsigned attempt = 0;
};

Tenancy tenancy_of(const Context& context);

/// The command that applies entries and removals. `point`: where they were read, or looked at.
Result<Decide> prepare_dump(const Tenancy& tenancy,
                            std::shared_ptr<const ReadPoint> point,
                            Dump dump,
                            DumpRemovals removals);

/// What an entry of a patched document meets that the directory has already (N-71).
enum class InsertMode : std::uint8_t { kIgnore, kFail, kUpdate };

/// The command that patches: kTooLarge for configurations that do not fit into memory.
Result<Decide> prepare_patch(const Tenancy& tenancy, const Request& request);

/// The published file knows no 409 for a patch: what clashes makes it unacceptable.
Failure refused_patch(Failure refusal);

}  // namespace muster
