/// Folds a whole directory into the rows it should have.
///
/// Reads only the log, the sealed segments, the attachments and the keys. Every row that commits
/// ever derived comes out once (RowSink), and whatever is wrong with the log comes out as a
/// Finding. Memory is bounded by FoldOptions whatever the size of the directory.
#pragma once

#include <map>
#include <vector>

#include "projections/fold/fold_ports.h"
#include "projections/fold/log_fold.h"

namespace muster {

/// Sizes of tree heads kept beside the store.
using KeptSizes = std::map<LogId, std::uint64_t>;

struct FoldedDirectory {
  std::vector<FoldedLog> logs;  // ascending; the system's comes first
  std::uint64_t newest_group = 0;
  Slot highest_slot{};
  std::uint64_t events = 0;
};

/// kCorrupt when a log cannot be read to its end, or an event is unknown to this program; the
/// failure names the place. Nothing may change what is read meanwhile.
Result<FoldedDirectory> fold_directory(const FoldPorts& ports,
                                       const FoldOptions& options,
                                       const KeptSizes& kept);

/// How many events there are in all logs.
Result<std::uint64_t> events_in_all_logs(const Kv& kv);

}  // namespace muster
