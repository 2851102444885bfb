#include "api/server/background_thread.h"

#include "engine/core/thread_name.h"

namespace muster {

void BackgroundThread::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  woken_.notify_all();
}

BackgroundThread::~BackgroundThread() {
  stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void BackgroundThread::start(const char* name, std::function<void()> work) {
  thread_ = std::thread{[name, work = std::move(work)] {
    name_thread(name);
    yield_to_others();
    work();
  }};
}

bool BackgroundThread::sleep(std::chrono::milliseconds pause) {
  std::unique_lock lock{mutex_};
  return !woken_.wait_for(lock, pause, [&] { return stopping_; });
}

bool BackgroundThread::stopping() const {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

}  // namespace muster
