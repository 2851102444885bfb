/// Importer: brings imported users into a pool through the same validated path as every request,
/// many of them under way at once, so that they share groups and syncs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "api/import/imported_user.h"
#include "api/server/services.h"

namespace muster {

enum class ImportOutcome : std::uint8_t { kCreated, kUpdated, kUnchanged };

/// "created", "updated", "unchanged".
std::string_view name_of(ImportOutcome outcome);
std::optional<ImportOutcome> parse_import_outcome(std::string_view name);

/// Others may keep the queue of commands full for a while; whoever meets that waits so long and
/// tries again, so many times.
inline constexpr unsigned kQueueWaitsMax = 3000;
inline constexpr std::chrono::milliseconds kQueueWait{10};
bool is_full_queue(const Failure& failure);

struct ImportTarget {
  LogId log{};
  std::string pool_id;
  Origin origin;  // what the events say about who imports
};

/// apply() and finish() are called from one thread; outcomes come on others, in no order.
class Importer {
 public:
  /// Enough to fill the groups of a fast disk; each row under way takes some kilobytes.
  static constexpr std::size_t kUnderWayMax = 2048;

  using Done = std::function<void(Result<ImportOutcome>)>;

  Importer(const Services& services, ImportTarget target, std::size_t threads);
  /// Waits for what is under way.
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  /// Takes the user up; blocks while kUnderWayMax are under way. `done` is called once.
  void apply(ImportedUser user, Done done);
  /// Returns when every row has its outcome.
  void finish();

 private:
  struct Row {
    ImportedUser user;
    Done done;
    unsigned attempt = 0;
    unsigned waits = 0;  // for room in the queue
  };

  void work();
  void prepare_and_submit(Row row);
  Result<Command> prepare(const Row& row);
  void conclude(const Row& row, Result<ImportOutcome> outcome);
  void enqueue(Row row);

  const Services& services_;
  ImportTarget target_;
  std::mutex mutex_;
  std::condition_variable rows_wait_;
  std::condition_variable room_grew_;
  std::deque<Row> waiting_;
  std::size_t under_way_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace muster
