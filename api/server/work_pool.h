/// WorkPool: threads for work that is too slow for the threads of connections: hashing passwords,
/// scanning for a filter.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/core/result.h"

namespace muster {

class WorkPool {
 public:
  /// `waiting_max` bounds the queue, and with it how long a task waits.
  WorkPool(std::size_t threads, std::size_t waiting_max);
  /// Finishes what is running, drops what waits.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// Runs `task` on a thread of the pool. kTooMany "server_busy" when the queue is full; the task
  /// is then not run. Any thread; never blocks.
  Result<void> run(std::function<void()> task);

 private:
  void work();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace muster
