/// Opening a stopped directory for one of the operator's tools.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/server/instance.h"
#include "storage/seal/system_entropy.h"
#include "storage/system_clock.h"

namespace CLI {
class App;
}

namespace muster {

struct OfflineFlags {
  std::string data;
  std::string master_key_file;
  std::string public_url;  // empty: the one that the directory was last served under
};

/// The master key in MUSTER_MASTER_KEY, for places where a file cannot be kept; nothing when it is
/// not set. A file that is named wins.
std::optional<std::string> master_key_variable();

/// --data, --master-key-file and --public-url, with their variables.
void add_offline_flags(CLI::App& command, OfflineFlags& flags);

/// An instance with its clock and entropy. Closes cleanly when destroyed.
class OfflineInstance {
 public:
  /// A running server's directory is refused with "directory_in_use". `create`: makes a directory
  /// as a first start would.
  static Result<std::unique_ptr<OfflineInstance>> open(const OfflineFlags& flags,
                                                       bool create = false);
  ~OfflineInstance();

  Instance& instance() { return *instance_; }

  const Services& services() { return instance_->services(); }

  Result<void> close();

 private:
  SystemClock clock_;
  SystemEntropy entropy_;
  std::unique_ptr<Instance> instance_;
};

/// Opens, does it, closes, and says what went wrong: the exit code.
int run_offline(const OfflineFlags& flags,
                const std::function<Result<void>(OfflineInstance&)>& action);

}  // namespace muster
