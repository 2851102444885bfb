/// Why one row of an import file was not taken.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/result.h"

namespace muster {

struct RowFailure {
  /// First line of the row in the file, counted from 1.
  std::uint64_t line = 0;
  /// The DN or the given id as far as it is known. Personal: it may stand in the error file, which
  /// belongs to whoever holds the import file, and nowhere else.
  std::string key;
  Failure failure;
  /// Left out on purpose, and no fault: the import has failed rows only if others have faults.
  bool skipped = false;
};

}  // namespace muster
