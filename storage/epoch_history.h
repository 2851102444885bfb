/// DIR/epochs says where earlier epochs of the directory ended: a restore from a backup ends one
/// and begins another, so that what was lost is never mistaken for what comes after. Not there
/// while the directory is in its first epoch. Text:
///
///   muster-epochs 1
///   epoch <number> ended <RFC 3339, to the millisecond>
///   log <number> size <events> root <base64>
///   ...
///   checksum: 1a2b3c4d
///
/// Epochs ascend, each with its logs in order; a log without a line had no events. `checksum` is
/// the CRC-32C of all lines before it, in hexadecimal. Which epoch it is now, DIR/FORMAT says. An
/// epoch between those named and that one is lost altogether: nothing that came from it holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

/// How a log ended in some epoch.
struct LogEnd {
  std::uint64_t size = 0;
  Digest root{};

  bool operator==(const LogEnd&) const = default;
};

struct EndedEpoch {
  /// To the millisecond: when the epoch after it began.
  Micros ended{};
  std::map<LogId, LogEnd> logs;

  bool operator==(const EndedEpoch&) const = default;
};

class EpochHistory {
 public:
  [[nodiscard]] const std::map<Epoch, EndedEpoch>& ended() const { return ended_; }

  [[nodiscard]] bool empty() const { return ended_.empty(); }

  /// How many events of `log` survived the end of `epoch`; nothing for an epoch that is not known,
  /// the present one included.
  [[nodiscard]] std::optional<std::uint64_t> size_at_end(Epoch epoch, LogId log) const;
  /// When the present epoch began; nothing in the first.
  [[nodiscard]] std::optional<Micros> present_since() const;

  /// `epoch` must be after all that are known.
  void end(Epoch epoch, EndedEpoch how);

  [[nodiscard]] std::string write() const;
  /// kCorrupt "epochs_damaged".
  static Result<EpochHistory> parse(std::string_view text);

  /// An empty one when there is no such file.
  static Result<EpochHistory> read(const std::filesystem::path& directory);
  [[nodiscard]] Result<void> save(const std::filesystem::path& directory) const;

  bool operator==(const EpochHistory&) const = default;

 private:
  std::map<Epoch, EndedEpoch> ended_;
};

}  // namespace muster
