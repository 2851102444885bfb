/// The published `TenantDump` and `Dump` as typed entries. Form is checked here, as in body.h, and
/// what is left out is filled in.
#pragma once

#include <functional>
#include <string_view>

#include "engine/configuration/dump.h"
#include "engine/core/json.h"
#include "engine/ports/clock.h"
#include "projections/configuration.h"

namespace muster {

struct DumpReading {
  /// Entries of this tenant are read. Those of another are refused, or passed over.
  std::string_view tenant;
  bool pass_over_others = false;
  Micros now{};
  PoolOptions pools;
  /// Whether the entry at a place of an array is wanted; empty: all are.
  std::function<bool(DumpList list, std::size_t index)> wanted = {};
};

/// kInvalidSyntax "invalid_body"; kInvalid "invalid_request", "other_tenant",
/// "codes_not_supported". Pointers lead into the document.
Result<Dump> read_dump(JsonValue document, const DumpReading& reading);

}  // namespace muster
