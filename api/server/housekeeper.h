/// Housekeeper: the work nobody asks for. Keeps signed tree heads beside the store, and finishes
/// the removal of deleted pools and groups, step by step.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

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
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  /// Signs the published tree of every log that has grown. Any thread.
  Result<void> keep_tree_heads();

 private:
  void work();
  bool sleep();
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
  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace muster
