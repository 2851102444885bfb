/// Child processes whose cost is measured. Only children that this program started are ever
/// signalled.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "engine/core/result.h"

namespace muster {

/// What /proc says about a running process.
struct ProcessUsage {
  double cpu_seconds = 0;  // user and system, all threads, ended ones included
  std::uint64_t resident_bytes = 0;
  std::uint64_t resident_bytes_peak = 0;
};

/// kIo when there is no such process.
Result<ProcessUsage> usage_of(pid_t process);

/// File names of the shared libraries that a process has mapped, links followed, sorted:
/// "librocksdb.so.7.8.3". Says which versions were measured, whatever was installed at build time.
[[nodiscard]] std::vector<std::string> mapped_libraries(pid_t process);

/// A child with its output in a file. The destructor stops it.
class ChildProcess {
 public:
  /// Runs `arguments` (the first is the program, found by PATH); standard output and standard error
  /// go to `log`.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments,
                                    const std::filesystem::path& log);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  [[nodiscard]] pid_t id() const { return id_; }

  /// Waits for the first "http://host:port" in the output. kUnavailable, with what to read, when
  /// the child ends or `seconds_max` pass before.
  Result<std::string> wait_for_url(int seconds_max);

  /// Waits for the child to end by itself; its exit status. kUnavailable after `seconds_max`.
  Result<int> wait_for_exit(int seconds_max);

  /// SIGTERM, and SIGKILL after `seconds_max`. The exit status (128 + signal when killed by one).
  int stop(int seconds_max = 30);

  /// SIGKILL at once: what a crash leaves behind.
  void kill_now();

 private:
  ChildProcess(pid_t id, std::filesystem::path log);

  // The exit status once the child has ended.
  std::optional<int> ended();
  std::optional<int> wait(int seconds_max);

  pid_t id_;
  std::filesystem::path log_;
  std::optional<int> exit_status_;
};

}  // namespace muster
