/// muster-replay rebuild: makes everything that follows from the log anew.
#pragma once

#include "projections/fold/directory_fold.h"
#include "replay/open_directory.h"
#include "replay/progress_line.h"
#include "replay/report.h"

namespace muster::replay {

struct RebuildOptions {
  DirectoryChoice directory;
  FoldOptions fold;
  /// Rows held in memory per lane of the fold before they are written out.
  std::size_t lane_bytes_max = std::size_t{64} << 20U;
  bool quiet = false;
  /// For tests: called before every step that changes the store. A failure stops there, as a
  /// crash would.
  std::function<Result<void>(std::string_view step)> on_step = [](std::string_view) {
    return Result<void>{};
  };
};

/// An exit code (replay/exit_codes.h). The log is folded first; when anything is wrong with it, the
/// store is left as it was (exit 1). From the first change on until all is done the directory is
/// marked, and no server opens a marked one.
int rebuild(const RebuildOptions& options, Report& report);

/// Deletes everything but the log, segments, attachments and keys. For tests of rebuild.
int forget_views(const DirectoryChoice& choice, Report& report);

}  // namespace muster::replay
