/// muster-replay verify: proves that what is stored is what was recorded.
#pragma once

#include "projections/fold/directory_fold.h"
#include "replay/open_directory.h"
#include "replay/progress_line.h"
#include "replay/report.h"

namespace muster::replay {

struct VerifyOptions {
  DirectoryChoice directory;
  /// Name rows by their keys too, which may hold identifiers of people.
  bool show_values = false;
  FoldOptions fold;
  bool quiet = false;
};

/// An exit code (replay/exit_codes.h). Changes nothing.
int verify(const VerifyOptions& options, Report& report);

}  // namespace muster::replay
