/// muster-replay history: the events of one stream, oldest first.
#pragma once

#include <optional>
#include <string>

#include "replay/open_directory.h"
#include "replay/report.h"

namespace muster::replay {

struct HistoryOptions {
  DirectoryChoice directory;
  /// The stream, or a user of a pool. Pools go by id or name, in the tenant if one is named.
  std::string stream;
  std::string tenant;
  std::string pool;
  std::string user;
  /// Personal values too. Secret ones are never shown.
  bool show_values = false;
};

/// An exit code (replay/exit_codes.h). Changes nothing.
int history(const HistoryOptions& options, Report& report);

}  // namespace muster::replay
