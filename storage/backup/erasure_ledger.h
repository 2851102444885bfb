/// DIR/erasures, the append-only list of erased people, as far as backups are concerned: bytes that
/// only ever grow. It lies beside a backup and not in it, so that it can be brought up to date
/// without a new one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/core/result.h"

namespace muster {

inline constexpr std::size_t kErasureLedgerBytesMax = std::size_t{512} * 1024 * 1024;

/// The whole lines of `directory`/erasures; empty when there is none.
Result<std::string> read_erasure_ledger(const std::filesystem::path& directory);

/// Brings `to`/erasures up to what `from`/erasures says. kConflict "erasures_differ" when neither
/// is the beginning of the other; a longer one at `to` stays.
Result<void> copy_erasure_ledger(const std::filesystem::path& from,
                                 const std::filesystem::path& to);

/// The longest ledger in any of the directories. kConflict "erasures_differ" as above.
Result<std::string> newest_erasure_ledger(const std::vector<std::filesystem::path>& directories);

}  // namespace muster
