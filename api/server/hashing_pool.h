/// HashingPool: threads that hash and verify passwords, so that slow work by design does not hold
/// up other requests.
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

class HashingPool {
 public:
  /// `waiting_max` bounds the queue: at 20 ms a hash, 64 waiting ones are a second and a half.
  HashingPool(std::size_t threads, std::size_t waiting_max);
  /// Finishes what is running, drops what waits.
  ~HashingPool();
  HashingPool(const HashingPool&) = delete;
  HashingPool& operator=(const HashingPool&) = delete;

  /// Runs `task` on a thread of the pool. kTooMany "hashing_busy" when the queue is full; the task
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
