/// Housekeeper: the work nobody asks for. Keeps signed tree heads beside the store, and finishes
/// the removal of deleted pools and groups, step by step.
#pragma once

#include "api/server/background_thread.h"
#include "engine/sequencer/command.h"
#include "projections/directory.h"
#include "storage/directory/data_directory.h"

namespace muster {

class Housekeeper {
 public:
  Housekeeper(DataDirectory& directory,
              const Published& published,
              const Directory& lists,
              CommandSink& commands);
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  /// Signs the published tree of every log that has grown. Any thread.
  Result<void> keep_tree_heads();

 private:
  void work();
  /// One step for every pool, and one for the groups of every tenant, that are being removed; false
  /// when there was nothing to do.
  bool remove_deleted();
  /// These answer whether anything changed.
  Result<bool> empty_pool(const ReadPoint& point, LogId log, StreamId pool);
  Result<bool> remove_groups(const ReadPoint& point, LogId log);
  Result<bool> submit(LogId log, Result<Decide> decide);

  DataDirectory& directory_;
  const Published& published_;
  const Directory& lists_;
  CommandSink& commands_;
  BackgroundThread thread_;  // last: it uses the others
};

}  // namespace muster
