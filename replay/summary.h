/// The lines that verify and rebuild print alike, so that their hashes can be compared by eye or
/// by diff.
#pragma once

#include <string>

#include "projections/fold/directory_fold.h"
#include "replay/derived_families.h"
#include "replay/findings.h"
#include "replay/report.h"

namespace muster::replay {

/// "log 1: 4,000,000 events, root 5f3a..."
Item log_item(const FoldedLog& log);
/// "users.1  1,000,000 rows  sha256:5f3a..."
Item view_item(const ViewSummary& view);
void add_findings(const Findings& findings, Report& report);

}  // namespace muster::replay
