/// The checks of a directory that need no fold, and those that compare a fold with single rows.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "projections/fold/directory_fold.h"
#include "replay/findings.h"
#include "storage/directory/data_directory.h"

namespace muster::replay {

/// A tree head kept beside the store.
struct KeptHead {
  std::uint64_t size = 0;
  Digest root{};
};

using KeptHeads = std::map<LogId, KeptHead>;

/// Reads and verifies every kept tree head; damaged ones are findings and left out.
Result<KeptHeads> read_kept_heads(DataDirectory& directory, Findings& findings);
KeptSizes sizes_of(const KeptHeads& heads);
/// That every kept head is over a beginning of its log.
void check_kept_heads(const KeptHeads& heads, const FoldedDirectory& folded, Findings& findings);

/// Every table of the store, by its checksums.
void check_tables(DataDirectory& directory, Findings& findings);
/// Every key slot. Fails only when the file cannot be read.
Result<SlotCensus> check_slots(DataDirectory& directory, Findings& findings);

/// The rows of kMeta that follow from the log, by key.
using MetaRows = std::map<std::string, std::string>;
MetaRows meta_rows_of(const FoldedDirectory& folded);
/// Compares them with those stored. Also finds an unfinished rebuild.
Result<void> check_meta(const Kv& kv, const FoldedDirectory& folded, Findings& findings);
/// Finds sealed segments of erased people, and keys of theirs that are not about to be destroyed.
Result<void> check_erasures(const Kv& kv, const FoldedDirectory& folded, Findings& findings);

}  // namespace muster::replay
