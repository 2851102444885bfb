/// Erasing again, in a copy of a directory, whom the original has erased since the copy was made.
#pragma once

#include <cstdint>
#include <filesystem>

#include "api/server/instance.h"

namespace muster {

struct ReappliedLedger {
  std::uint64_t lines = 0;
  std::uint64_t erased = 0;   // again, by new events: the earlier ones are not in the copy
  std::uint64_t already = 0;  // are erased in the copy, too
  std::uint64_t unknown = 0;  // were made after the copy
};

/// `ledger` is a file as storage/erasure/ledger.h describes it, of the same directory as the copy
/// (kConflict "ledger_of_another_directory"); it may be the copy's own. Nobody else writes. On
/// return every person of the ledger is certified as erased, or was never there; may be repeated.
Result<ReappliedLedger> reapply_ledger(Instance& instance, const std::filesystem::path& ledger);

}  // namespace muster
