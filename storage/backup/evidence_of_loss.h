/// Compares what a backup holds with what is known of the directory that it is to replace: signed
/// tree heads, and the lost store itself if it can still be read. From that follow the exact range
/// that is lost, and a refusal when the backup is of another history.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/backup/manifest.h"
#include "storage/directory/data_directory.h"

namespace muster {

/// The positions [from, to) of a log that were written and are in no backup.
struct LostRange {
  LogId log{};
  Epoch epoch{};  // in which they were written
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  /// False: a tree head says so, and events may have followed it.
  bool exact = false;
  std::string evidence;  // the file that says so

  bool operator==(const LostRange&) const = default;
};

struct EvidenceOfLoss {
  /// By log, the one that reaches furthest; only logs that lost anything.
  std::map<LogId, LostRange> lost;
  /// How many tree heads and stores agreed with the backup.
  std::uint64_t agreed = 0;
  /// Logs of which no head was found that covers the backup's end: what they lost is not known.
  std::vector<LogId> unknown;
  /// The newest epoch that anything speaks of.
  Epoch newest{1};
  /// What the backup has in common with epochs after its own.
  std::map<Epoch, std::map<LogId, LogEnd>> shared_epochs;
};

struct EvidencePlaces {
  std::optional<std::filesystem::path> lost;  // a data directory, or what is left of one
  std::vector<std::filesystem::path> heads;   // files with a tree head
};

/// `restored` is open for replay and holds what the manifest says. kCorrupt "backup_forks" when a
/// tree head or the lost store is not of the same history, "tree_head_damaged" when a head that was
/// given is not ours.
Result<EvidenceOfLoss> find_evidence(DataDirectory& restored,
                                     const BackupManifest& manifest,
                                     const EvidencePlaces& places);

}  // namespace muster
