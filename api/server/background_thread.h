/// A thread for work that nobody waits for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace muster {

/// Runs `work` once, at a lower priority than the threads that answer. `work` looks at stopping()
/// now and then, and returns when sleep() gives false. All members may be called from any thread.
class BackgroundThread {
 public:
  BackgroundThread() = default;
  BackgroundThread(const BackgroundThread&) = delete;
  BackgroundThread& operator=(const BackgroundThread&) = delete;
  /// Asks it to stop, and waits.
  ~BackgroundThread();

  /// Called once, when all that `work` uses is there. `name` as name_thread() takes it.
  void start(const char* name, std::function<void()> work);

  /// Asks it to stop, and does not wait.
  void stop();

  /// False when it is to stop.
  [[nodiscard]] bool sleep(std::chrono::milliseconds pause);
  [[nodiscard]] bool stopping() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace muster
