#include "bench/process.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace muster {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPollInterval = std::chrono::milliseconds{5};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream input{path};
  return {std::istreambuf_iterator<char>{input}, {}};
}

std::filesystem::path proc_path(pid_t process, std::string_view name) {
  return std::filesystem::path{"/proc"} / std::to_string(process) / name;
}

// "VmRSS:     1234 kB" in /proc/PID/status, in bytes.
std::uint64_t status_bytes(std::string_view status, std::string_view name) {
  const auto at = status.find(name);
  if (at == std::string_view::npos) {
    return 0;
  }
  const std::string number{status.substr(at + name.size(), 32)};
  return std::strtoull(number.c_str(), nullptr, 10) * 1024;
}

int exit_status_from(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::optional<std::string> url_in(std::string_view text) {
  const auto begin = text.find("http://");
  if (begin == std::string_view::npos) {
    return std::nullopt;
  }
  // Only a line that has ended: a torn one may lack digits of the port.
  const auto line_end = text.find('\n', begin);
  if (line_end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = text.substr(begin, line_end - begin);
  constexpr std::string_view kUrlCharacters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-_/[]";
  return std::string{rest.substr(0, rest.find_first_not_of(kUrlCharacters))};
}

}  // namespace

Result<ProcessUsage> usage_of(pid_t process) {
  const std::string stat = read_file(proc_path(process, "stat"));
  // proc(5): the second field is the name in parentheses and may hold anything; user and system
  // time are the 14th and 15th.
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) {
    return failure(Errc::kIo, "no_process", "the process has ended");
  }
  std::istringstream fields{stat.substr(name_end + 1)};
  const std::vector<std::string> values{std::istream_iterator<std::string>{fields}, {}};
  if (values.size() < 13) {
    return failure(Errc::kIo, "no_process", "the process has ended");
  }
  const double ticks = static_cast<double>(std::strtoull(values[11].c_str(), nullptr, 10) +
                                           std::strtoull(values[12].c_str(), nullptr, 10));
  const std::string status = read_file(proc_path(process, "status"));
  ProcessUsage usage;
  usage.cpu_seconds = ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  usage.resident_bytes = status_bytes(status, "VmRSS:");
  usage.resident_bytes_peak = status_bytes(status, "VmHWM:");
  return usage;
}

std::vector<std::string> mapped_libraries(pid_t process) {
  std::istringstream maps{read_file(proc_path(process, "maps"))};
  std::set<std::string> names;
  for (std::string line; std::getline(maps, line);) {
    const auto slash = line.find('/');
    if (slash != std::string::npos && line.find(".so", slash) != std::string::npos) {
      names.insert(std::filesystem::path{line.substr(slash)}.filename().string());
    }
  }
  return {names.begin(), names.end()};
}

ChildProcess::ChildProcess(pid_t id, std::filesystem::path log) : id_{id}, log_{std::move(log)} {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_{std::exchange(other.id_, -1)},
      log_{std::move(other.log_)},
      exit_status_{other.exit_status_} {}

ChildProcess::~ChildProcess() {
  if (id_ > 0) {
    stop();
  }
}

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments,
                                         const std::filesystem::path& log) {
  check(!arguments.empty(), "a child needs a program");
  std::vector<std::string> copies = arguments;
  std::vector<char*> pointers;
  for (std::string& copy : copies) {
    pointers.push_back(copy.data());
  }
  pointers.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t id = -1;
  const int error = ::posix_spawnp(&id, pointers[0], &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return failure(Errc::kIo, "not_started", "cannot start " + arguments[0]);
  }
  return ChildProcess{id, log};
}

std::optional<int> ChildProcess::ended() {
  int wait_status = 0;
  if (!exit_status_ && ::waitpid(id_, &wait_status, WNOHANG) == id_) {
    exit_status_ = exit_status_from(wait_status);
  }
  return exit_status_;
}

std::optional<int> ChildProcess::wait(int seconds_max) {
  const auto deadline = Clock::now() + std::chrono::seconds{seconds_max};
  while (!ended() && Clock::now() < deadline) {
    std::this_thread::sleep_for(kPollInterval);
  }
  return exit_status_;
}

Result<std::string> ChildProcess::wait_for_url(int seconds_max) {
  const auto deadline = Clock::now() + std::chrono::seconds{seconds_max};
  while (Clock::now() < deadline) {
    const bool over = ended().has_value();
    if (auto url = url_in(read_file(log_))) {
      return *std::move(url);
    }
    if (over) {
      return failure(Errc::kUnavailable, "server_ended", "the server ended; read " + log_.string());
    }
    std::this_thread::sleep_for(kPollInterval);
  }
  return failure(
      Errc::kUnavailable, "server_silent", "the server printed no URL; read " + log_.string());
}

Result<int> ChildProcess::wait_for_exit(int seconds_max) {
  const auto status = wait(seconds_max);
  if (!status) {
    return failure(
        Errc::kUnavailable, "child_runs", "the child has not ended; see " + log_.string());
  }
  return *status;
}

int ChildProcess::stop(int seconds_max) {
  if (!ended()) {
    ::kill(id_, SIGTERM);
  }
  if (!wait(seconds_max)) {
    kill_now();
  }
  return exit_status_.value_or(-1);
}

void ChildProcess::kill_now() {
  if (!ended()) {
    ::kill(id_, SIGKILL);
    int wait_status = 0;
    if (::waitpid(id_, &wait_status, 0) == id_) {
      exit_status_ = exit_status_from(wait_status);
    }
  }
}

}  // namespace muster
