#include "storage/backup/backup.h"

#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <sys/statvfs.h>

#include "engine/build/version.h"
#include "engine/core/instant.h"
#include "storage/backup/backup_place.h"
#include "storage/backup/erasure_ledger.h"
#include "storage/file_io.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/recovery.h"
#include "storage/seal/signed_note.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSmallFileMax = std::size_t{64} * 1024 * 1024;
/// A piece of the key slots: 512 KiB.
constexpr std::uint32_t kSlotsAtOnce = 4096;

std::uint64_t size_of_file(const fs::path& path) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  return error ? 0 : bytes;
}

std::uint64_t free_bytes(const fs::path& path) {
  struct statvfs stats {};

  return statvfs(path.c_str(), &stats) == 0
             ? static_cast<std::uint64_t>(stats.f_bavail) * stats.f_frsize
             : 0;
}

/// One run.
class Backup {
 public:
  Backup(DataDirectory& directory, const BackupOptions& options, BackupPlace data, BackupPlace keys)
      : directory_{directory},
        options_{options},
        data_{std::move(data)},
        keys_{std::move(keys)},
        pace_{options.bytes_per_second, options.sleep} {}

  Result<BackupTaken> run(Clock& clock, Entropy& entropy);

 private:
  Result<void> begin(Clock& clock);
  Result<void> copy_heads();
  using NameIsMeant = bool (*)(const std::string& name);
  Result<void> copy_small_files(const std::string& folder, NameIsMeant is_meant);
  Result<void> copy_store();
  Result<void> read_logs(const RocksKvOptions& checkpoint);
  Result<void> copy_table(const TableFile& table);
  Result<void> copy_slots(Entropy& entropy);
  Result<void> copy_keys(Entropy& entropy);
  Result<void> copy_erasures();
  Result<void> finish();
  Result<void> add(BackupPart part, const std::string& path, const fs::path& from);
  Result<void> add_if_there(BackupPart part, const std::string& path);
  void looked_at(std::uint64_t bytes);
  void count_total(const fs::path& checkpoint);

  void step(std::string_view name) { progress_.step = name; }

  DataDirectory& directory_;
  const BackupOptions& options_;
  BackupPlace data_;
  BackupPlace keys_;
  Pace pace_;
  std::optional<BackupManifest> before_;
  BackupTaken taken_;
  BackupProgress progress_;
};

void Backup::looked_at(std::uint64_t bytes) {
  progress_.done += bytes;
  options_.on_progress(progress_);
}

Result<void> Backup::add(BackupPart part, const std::string& path, const fs::path& from) {
  BackupPlace& place = part == BackupPart::kKeys ? keys_ : data_;
  const CopyPorts ports{pace_, [this](std::uint64_t bytes) {
                          progress_.copied += bytes;
                          looked_at(bytes);
                        }};
  MUSTER_TRY(BackupFile file, place.add(part, path, from, ports));
  taken_.copied_bytes += file.bytes;
  taken_.manifest.files.push_back(std::move(file));
  return {};
}

Result<void> Backup::add_if_there(BackupPart part, const std::string& path) {
  std::error_code ignored;
  return fs::exists(directory_.path() / path, ignored) ? add(part, path, directory_.path() / path)
                                                       : Result<void>{};
}

Result<void> Backup::begin(Clock& clock) {
  before_ = data_.newest();
  BackupManifest& manifest = taken_.manifest;
  manifest.taken = Micros{raw(clock.now()) / 1000 * 1000};
  manifest.server = kVersion;
  manifest.directory = directory_.format().created;
  manifest.format = directory_.format().format;
  manifest.epoch = directory_.epoch();
  manifest.master = directory_.vault().ring().master_id();
  MUSTER_TRY(manifest.verifier, directory_.verifier(kSystemLog));
  MUSTER_TRY(const std::string erasures, read_erasure_ledger(directory_.path()));
  manifest.erasures_bytes = erasures.size();
  remove_left_checkpoint(directory_.path());
  MUSTER_CHECKED(add_if_there(BackupPart::kData, "FORMAT"));
  MUSTER_CHECKED(add_if_there(BackupPart::kData, "time-floor"));
  MUSTER_CHECKED(copy_small_files(
      "webhooks", [](const std::string& name) { return Uuid::parse(name).has_value(); }));
  return add_if_there(BackupPart::kData, "epochs");
}

Result<void> Backup::copy_heads() {
  step("tree heads");
  return copy_small_files("tree-heads", [](const std::string& name) {
    return std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
  });
}

Result<void> Backup::copy_small_files(const std::string& folder, NameIsMeant is_meant) {
  std::error_code ignored;
  const fs::path from = directory_.path() / folder;
  if (!fs::exists(from, ignored)) {
    return {};
  }
  MUSTER_TRY(auto paths, list_directory(from));
  std::ranges::sort(paths);
  for (const auto& path : paths) {
    const std::string name = path.filename().string();
    if (!is_meant(name)) {
      continue;  // half of a replacement
    }
    MUSTER_TRY(const std::string bytes, read_file(path, kSmallFileMax));
    MUSTER_TRY(BackupFile file, data_.add_bytes(BackupPart::kData, folder + "/" + name, bytes));
    taken_.manifest.files.push_back(std::move(file));
  }
  return {};
}

/// Where every log ends in the checkpoint; reading it also shows that it can be opened.
Result<void> Backup::read_logs(const RocksKvOptions& checkpoint) {
  MUSTER_TRY(const auto kv, open_recovered_kv(checkpoint));
  MUSTER_TRY(const auto commit, read_commit_row(*kv));
  taken_.manifest.group = commit ? commit->group : 0;
  Result<void> bad;
  MUSTER_CHECKED(kv->scan(
      Family::kMeta, KvRange::of_prefix(kHeadKeyPrefix), [&](std::string_view key, auto value) {
        const LogId log{ByteReader{key.substr(kHeadKeyPrefix.size())}.big_endian_32()};
        const auto size = parse_head_row(value);
        KvTreeNodes nodes{*kv, log};
        auto root = size ? tree_root(nodes, *size)
                         : Result<Digest>{failure(Errc::kCorrupt,
                                                  "meta_damaged",
                                                  "the row that says where a log ends is damaged")};
        if (!root) {
          bad = root.error();
          return false;
        }
        taken_.manifest.logs[log] = {directory_.origin(log), *size, *root};
        return true;
      }));
  MUSTER_CHECKED(std::move(bad));
  MUSTER_TRY(const auto tables, kv->table_files());
  for (const TableFile& table : tables) {
    MUSTER_CHECKED(copy_table(table));
  }
  return {};
}

Result<void> Backup::copy_table(const TableFile& table) {
  const std::string path = "db/" + table.name;
  const BackupFile* known = before_ ? before_->find(path) : nullptr;
  if (known != nullptr && known->bytes == table.bytes && table.checksum == known->crc32c &&
      data_.has(*known)) {
    taken_.manifest.files.push_back(*known);
    ++taken_.kept_files;
    looked_at(table.bytes);
    return {};
  }
  MUSTER_CHECKED(add(BackupPart::kData, path, checkpoint_path(directory_.path()) / table.name));
  if (table.checksum && taken_.manifest.files.back().crc32c != *table.checksum) {
    return failure(Errc::kCorrupt,
                   "storage_corrupt",
                   "the table " + path + " (" + table.family +
                       ") is damaged: it has another checksum than it was written with");
  }
  return {};
}

void Backup::count_total(const fs::path& checkpoint) {
  std::error_code error;
  progress_.total = progress_.done + size_of_file(directory_.path() / "keys" / "slots");
  for (fs::directory_iterator entry{checkpoint, error}; !error && entry != fs::directory_iterator{};
       entry.increment(error)) {
    progress_.total += entry->file_size(error);
  }
}

Result<void> Backup::copy_store() {
  step("data");
  const fs::path checkpoint = checkpoint_path(directory_.path());
  MUSTER_CHECKED(directory_.kv().checkpoint(checkpoint));
  count_total(checkpoint);
  if (!before_ && free_bytes(data_.path()) < progress_.total) {
    return failure(Errc::kUnavailable,
                   "disk_full",
                   "the backup needs " + std::to_string(progress_.total >> 20U) +
                       " MiB, more than is free below " + data_.path().string());
  }
  RocksKvOptions options;
  options.path = checkpoint;
  options.read_only = true;
  MUSTER_CHECKED(read_logs(options));
  MUSTER_CHECKED(options_.wait_for_group(taken_.manifest.group));
  MUSTER_TRY(auto files, list_directory(checkpoint));
  std::ranges::sort(files);
  for (const auto& file : files) {
    // Tables are in already; the lock is RocksDB's own, and empty.
    if (file.extension() != ".sst" && file.filename() != "LOCK") {
      MUSTER_CHECKED(add(BackupPart::kData, "db/" + file.filename().string(), file));
    }
  }
  return {};
}

Result<void> Backup::copy_slots(Entropy& entropy) {
  const KeySlots& slots = directory_.vault().slots();
  const Slot end = slots.end();
  // Through a file, because there may be hundreds of megabytes of them.
  std::array<std::uint8_t, 8> random{};
  entropy.fill(random);
  const fs::path draft =
      keys_.path() / ("slots." + to_hex({reinterpret_cast<const char*>(random.data()), 8}));
  Result<void> written = [&]() -> Result<void> {
    MUSTER_TRY(const FileHandle file, FileHandle::open(draft, O_WRONLY | O_CREAT | O_TRUNC));
    for (std::uint64_t first = 0; first < raw(end); first += kSlotsAtOnce) {
      const auto last =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(first + kSlotsAtOnce, raw(end)));
      MUSTER_TRY(const std::string bytes,
                 slots.read_intact(Slot{static_cast<std::uint32_t>(first)}, Slot{last}));
      MUSTER_CHECKED(file.write(bytes, draft));
    }
    return add(BackupPart::kKeys, "keys/slots", draft);
  }();
  std::error_code ignored;
  fs::remove(draft, ignored);
  return written;
}

Result<void> Backup::copy_keys(Entropy& entropy) {
  step("keys");
  MUSTER_CHECKED(copy_slots(entropy));
  MUSTER_CHECKED(add(BackupPart::kKeys, "keys/keks", directory_.path() / "keys" / "keks"));
  MUSTER_CHECKED(add_if_there(BackupPart::kKeys, "keys/master.key"));
  MUSTER_TRY(auto files, list_directory(directory_.path()));
  std::ranges::sort(files);
  for (const auto& file : files) {
    const std::string name = file.filename().string();
    if (name.ends_with("-client.json") && is_backup_path(name)) {
      MUSTER_CHECKED(add(BackupPart::kKeys, name, file));
    }
  }
  return {};
}

/// As it is, outside of what the MANIFEST covers: it only ever grows, and may be refreshed without
/// a new backup.
Result<void> Backup::copy_erasures() {
  step("erasures");
  return copy_erasure_ledger(directory_.path(), data_.path());
}

Result<void> Backup::finish() {
  step("manifest");
  MUSTER_TRY(const HeadKey key,
             directory_.vault().head_key(kSystemLog, directory_.origin(kSystemLog)));
  const std::string note = sign_note(key, write_manifest(taken_.manifest));
  MUSTER_CHECKED(keys_.finish(note));
  MUSTER_CHECKED(data_.finish(note));
  data_.sweep(taken_.manifest);
  keys_.sweep(taken_.manifest);
  // The backup is whole whether or not anybody can be told when it was taken.
  (void)write_file_atomically(directory_.path() / "last-backup",
                              to_rfc3339(taken_.manifest.taken) + "\n");
  return {};
}

Result<BackupTaken> Backup::run(Clock& clock, Entropy& entropy) {
  const auto all = [&]() -> Result<void> {
    MUSTER_CHECKED(begin(clock));
    MUSTER_CHECKED(copy_heads());
    MUSTER_CHECKED(copy_store());
    MUSTER_CHECKED(copy_keys(entropy));
    MUSTER_CHECKED(copy_erasures());
    return finish();
  };
  const Result<void> done = all();
  remove_left_checkpoint(directory_.path());
  MUSTER_CHECKED(done);
  return std::move(taken_);
}

}  // namespace

fs::path checkpoint_path(const fs::path& directory) {
  return directory / "checkpoint";
}

std::optional<Micros> last_backup(const fs::path& directory) {
  constexpr std::size_t kBytesMax = 64;
  const auto text = read_file(directory / "last-backup", kBytesMax);
  return text ? parse_rfc3339(std::string_view{*text}.substr(0, text->find('\n'))) : std::nullopt;
}

void remove_left_checkpoint(const fs::path& directory) {
  std::error_code ignored;
  fs::remove_all(checkpoint_path(directory), ignored);
  fs::remove_all(checkpoint_path(directory).string() + ".tmp", ignored);
}

Result<BackupTaken> take_backup(DataDirectory& directory,
                                const BackupOptions& options,
                                Clock& clock,
                                Entropy& entropy) {
  std::error_code ignored;
  if (fs::equivalent(options.to, options.keys_to, ignored) || options.to == options.keys_to) {
    return failure(Errc::kInvalid,
                   "keys_beside_data",
                   "keys go into a directory of their own: who has both can read everything");
  }
  MUSTER_TRY(BackupPlace data, BackupPlace::open(options.to));
  MUSTER_TRY(BackupPlace keys, BackupPlace::open(options.keys_to));
  return Backup{directory, options, std::move(data), std::move(keys)}.run(clock, entropy);
}

}  // namespace muster
