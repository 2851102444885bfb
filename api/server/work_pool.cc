#include "api/server/work_pool.h"

#include <utility>

#include "engine/core/thread_name.h"

namespace muster {

WorkPool::WorkPool(std::size_t threads, std::size_t waiting_max) : waiting_max_{waiting_max} {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

WorkPool::~WorkPool() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

Result<void> WorkPool::run(std::function<void()> task) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || waiting_.size() >= waiting_max_) {
      return failure(Errc::kTooMany,
                     "server_busy",
                     "too many slow requests are waiting; try again in a moment");
    }
    waiting_.push_back(std::move(task));
  }
  changed_.notify_one();
  return {};
}

void WorkPool::work() {
  name_thread("work pool");
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (stopping_) {
      return;
    }
    const auto task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace muster
