/// The log of a tenant for whoever does not trust it: C2SP tlog-tiles under `/log/{tid}`, and
/// proofs for those who would not put them together from tiles.
///
/// With tokens of the workspace `admin` or `system`. Hashes are for every client of the tenant,
/// entries for those who may read history. Errors are RFC 9457 problems.
#pragma once

#include <span>

#include "api/directory/operation.h"

namespace muster {

std::span<const Operation> transparency_operations();

}  // namespace muster
