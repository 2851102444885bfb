#include "storage/backup/restore.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <thread>

#include "storage/backup/erasure_ledger.h"
#include "storage/file_io.h"
#include "storage/log/group_record.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/log/log_reader.h"
#include "storage/recovery.h"
#include "storage/seal/signed_note.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFaultsShown = 20;

/// One run, which works in the directory beside the target.
class Restore {
 public:
  Restore(const RestoreOptions& options, Clock& clock, Entropy& entropy)
      : options_{options},
        clock_{clock},
        entropy_{entropy},
        pace_{options.bytes_per_second, [](std::chrono::milliseconds pause) {
                std::this_thread::sleep_for(pause);
                return true;
              }} {
    work_ += ".restoring";
  }

  Result<Restored> run();

 private:
  Result<void> prepare();
  Result<void> copy_files();
  Result<std::unique_ptr<DataDirectory>> open(bool for_replay);
  Result<void> check_logs(DataDirectory& directory);
  Result<void> check_log(DataDirectory& directory, LogId log, const BackedUpLog& expected);
  Result<void> begin_epoch(DataDirectory& directory);
  Result<void> retire_keys(DataDirectory& directory);
  Result<void> bring_erasures();
  Result<void> sign_heads();
  Result<void> put_in_place();

  const RestoreOptions& options_;
  Clock& clock_;
  Entropy& entropy_;
  Pace pace_;
  fs::path work_ = options_.to;
  CheckedBackup backup_;
  Restored restored_;
};

Result<void> Restore::prepare() {
  std::error_code ignored;
  if (fs::exists(options_.to, ignored) &&
      (!fs::is_directory(options_.to, ignored) || !fs::is_empty(options_.to, ignored))) {
    return failure(Errc::kConflict,
                   "target_not_empty",
                   options_.to.string() + " is there already; restore into a new directory");
  }
  MUSTER_TRY(backup_, open_backup(options_.backup));
  fs::remove_all(work_, ignored);
  return make_directory(work_);
}

Result<void> Restore::copy_files() {
  const std::uint64_t total = backup_.manifest.bytes();
  std::uint64_t done = 0;
  const CopyPorts ports{pace_, [&](std::uint64_t bytes) {
                          done += bytes;
                          options_.on_progress(done, total);
                        }};
  for (const BackupFile& file : backup_.manifest.files) {
    const fs::path to = work_ / file.path;
    if (to.parent_path() != work_) {
      MUSTER_CHECKED(make_directory(to.parent_path()));
    }
    MUSTER_CHECKED(check_backup_file(options_.backup, file, to, ports, backup_.findings));
  }
  if (backup_.findings.empty()) {
    return {};
  }
  Failure damaged =
      failure(Errc::kCorrupt,
              "backup_damaged",
              std::to_string(backup_.findings.size()) +
                  " files of the backup are damaged or missing; nothing was restored");
  for (const BackupFinding& finding : backup_.findings) {
    if (damaged.faults.size() < kFaultsShown) {
      damaged.faults.push_back({"", finding.rule, finding.text});
    }
  }
  return damaged;
}

Result<std::unique_ptr<DataDirectory>> Restore::open(bool for_replay) {
  DataDirectoryOptions options;
  options.path = work_;
  options.for_replay = for_replay;
  options.master_key = options_.master_key;
  options.master_key_file = options_.master_key_file;
  return DataDirectory::open(options, clock_, entropy_);
}

/// The events themselves must give the root that was signed; the stored tree is only derived.
Result<void> Restore::check_log(DataDirectory& directory, LogId log, const BackedUpLog& expected) {
  const auto other = [&](std::string_view what) {
    return failure(Errc::kCorrupt,
                   "backup_contradicts_itself",
                   "log " + std::to_string(raw(log)) + " of the backup " + std::string{what});
  };
  const LogReader reader{directory.kv(), directory.vault()};
  Frontier frontier;
  MUSTER_CHECKED(reader.each_open_part(
      log, Position{0}, [&](Position, std::string_view open_part) -> Result<bool> {
        frontier.append(leaf_hash(open_part));
        return true;
      }));
  if (frontier.size() != expected.size || frontier.root() != expected.root) {
    return other("has other events than its MANIFEST says");
  }
  KvTreeNodes nodes{directory.kv(), log};
  MUSTER_TRY(const Digest stored, tree_root(nodes, expected.size));
  return stored == expected.root ? Result<void>{}
                                 : Result<void>{other("has a tree that is not of its events")};
}

Result<void> Restore::check_logs(DataDirectory& directory) {
  MUSTER_TRY(const std::string verifier, directory.verifier(kSystemLog));
  if (!open_note(backup_.note, verifier)) {
    return failure(Errc::kUnauthorized,
                   "manifest_not_ours",
                   "the MANIFEST of the backup is not signed by the key that belongs to its data");
  }
  for (const auto& [log, expected] : backup_.manifest.logs) {
    MUSTER_CHECKED(check_log(directory, log, expected));
  }
  return {};
}

Result<void> Restore::begin_epoch(DataDirectory& directory) {
  EpochHistory history = directory.epochs() ? *directory.epochs() : EpochHistory{};
  EndedEpoch ended;
  ended.ended = Micros{raw(clock_.now()) / 1000 * 1000};
  for (const auto& [log, end] : backup_.manifest.logs) {
    ended.logs[log] = {end.size, end.root};
  }
  history.end(backup_.manifest.epoch, ended);
  Epoch newest = backup_.manifest.epoch;
  for (const auto& [epoch, logs] : restored_.evidence.shared_epochs) {
    history.end(epoch, {ended.ended, logs});
    newest = epoch;
  }
  newest = std::max(newest, restored_.evidence.newest);
  restored_.epoch = std::max(Epoch{raw(newest) + 1}, options_.epoch_min);
  MUSTER_CHECKED(history.save(work_));
  DirectoryFormat format = directory.format();
  format.epochs = restored_.epoch;
  if (std::ranges::find(format.features, kEpochsFeature) == format.features.end()) {
    format.features.emplace_back(kEpochsFeature);
  }
  MUSTER_CHECKED(write_format_file(work_, format));
  // Those of the epoch before are in the backup, and were signed under another origin.
  std::error_code ignored;
  fs::remove_all(work_ / "tree-heads", ignored);
  return {};
}

/// What was lost may have given these keys to somebody; nobody else may get them.
Result<void> Restore::retire_keys(DataDirectory& directory) {
  std::string value;
  MUSTER_TRY(const bool named, directory.kv().get(Family::kMeta, kSlotsKey, value));
  const Slot first{named ? ByteReader{value}.little_endian_32() + 1 : 1};
  return directory.vault().slots().retire_from(first);
}

/// Everybody who was erased since the backup must be erased again before anybody can be served.
Result<void> Restore::bring_erasures() {
  std::vector<fs::path> places{options_.backup.from};
  if (options_.evidence.lost) {
    places.push_back(*options_.evidence.lost);
  }
  places.insert(places.end(), options_.erasure_places.begin(), options_.erasure_places.end());
  MUSTER_TRY(const std::string ledger, newest_erasure_ledger(places));
  const std::uint64_t known = backup_.manifest.erasures_bytes;
  if (ledger.size() < known) {
    return failure(Errc::kCorrupt,
                   "erasures_missing",
                   "the backup knew of erased people whose list is gone from beside it");
  }
  restored_.erasures_after = ledger.size() - known;
  if (!ledger.empty()) {
    MUSTER_CHECKED(write_file_atomically(work_ / "erasures", ledger));
  }
  if (restored_.erasures_after == 0) {
    return {};
  }
  if (!options_.reapply_erasures) {
    return failure(Errc::kConflict,
                   "erasures_pending",
                   "people were erased after this backup was taken (" +
                       std::to_string(restored_.erasures_after) +
                       " bytes of the file erasures), and they would come back; nothing was "
                       "restored");
  }
  return options_.reapply_erasures(work_);
}

/// Opens the directory as a server will, and signs where the new epoch begins.
Result<void> Restore::sign_heads() {
  MUSTER_TRY(const auto directory, open(false));
  for (const LogId log : directory->log().logs()) {
    const Frontier frontier = directory->log().frontier(log);
    MUSTER_CHECKED(directory->keep_tree_head(log, {frontier.size(), frontier.root()}));
  }
  return directory->close();
}

Result<void> Restore::put_in_place() {
  std::error_code ignored;
  fs::remove(options_.to, ignored);  // an empty directory is as good as none
  if (std::rename(work_.c_str(), options_.to.c_str()) != 0) {
    return io_failure(errno, "replace", options_.to);
  }
  const fs::path parent = options_.to.parent_path();
  return sync_directory(parent.empty() ? "." : parent);
}

Result<Restored> Restore::run() {
  MUSTER_CHECKED(prepare());
  const auto all = [&]() -> Result<void> {
    MUSTER_CHECKED(copy_files());
    {
      MUSTER_TRY(const auto directory, open(true));
      MUSTER_CHECKED(check_logs(*directory));
      MUSTER_TRY(restored_.evidence,
                 find_evidence(*directory, backup_.manifest, options_.evidence));
      MUSTER_CHECKED(retire_keys(*directory));
      MUSTER_CHECKED(begin_epoch(*directory));
      MUSTER_CHECKED(directory->close());
    }
    MUSTER_CHECKED(bring_erasures());
    MUSTER_CHECKED(sign_heads());
    return put_in_place();
  };
  if (const auto done = all(); !done) {
    std::error_code ignored;
    fs::remove_all(work_, ignored);
    return done.error();
  }
  restored_.manifest = std::move(backup_.manifest);
  return std::move(restored_);
}

}  // namespace

Result<Restored> restore_backup(const RestoreOptions& options, Clock& clock, Entropy& entropy) {
  check(options.backup.keys.has_value(), "a restore needs the keys");
  return Restore{options, clock, entropy}.run();
}

}  // namespace muster
