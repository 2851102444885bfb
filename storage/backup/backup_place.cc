#include "storage/backup/backup_place.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>

#include "storage/file_io.h"
#include "storage/seal/digest.h"
#include "storage/seal/signed_note.h"

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDraftEnd = "@draft";

/// A directory that was meant for something else must not be swept.
Result<void> refuse_foreign(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored) || fs::exists(path / "files", ignored)) {
    return {};
  }
  MUSTER_TRY(const auto there, list_directory(path));
  const bool foreign =
      std::ranges::any_of(there, [](const fs::path& entry) { return entry.filename() != "LOCK"; });
  if (foreign) {
    return failure(Errc::kConflict,
                   "not_a_backup",
                   path.string() + " holds something that is no backup; name an empty directory");
  }
  return {};
}

}  // namespace

Result<std::string> read_manifest_note(const fs::path& place) {
  auto note = read_file(place / "MANIFEST", kManifestBytesMax);
  if (!note && note.error().code == Errc::kNotFound) {
    return failure(Errc::kNotFound,
                   "backup_missing",
                   "there is no whole backup in " + place.string() + ": it has no MANIFEST");
  }
  return note;
}

Result<BackupManifest> manifest_in(std::string_view note) {
  const auto text = note_text(note);
  if (!text) {
    return failure(
        Errc::kCorrupt, "manifest_damaged", "the MANIFEST of the backup is not a signed note");
  }
  return parse_manifest(*text);
}

Result<BackupPlace> BackupPlace::open(const fs::path& path) {
  MUSTER_CHECKED(refuse_foreign(path));
  MUSTER_CHECKED(make_directory(path));
  MUSTER_TRY(DirectoryLock lock, DirectoryLock::acquire(path));
  BackupPlace place{path, std::move(lock)};
  MUSTER_CHECKED(make_directory(path / "files"));
  return place;
}

std::optional<BackupManifest> BackupPlace::newest() const {
  const auto note = read_manifest_note(path_);
  if (!note) {
    return std::nullopt;
  }
  auto manifest = manifest_in(*note);
  return manifest ? std::optional{std::move(*manifest)} : std::nullopt;
}

bool BackupPlace::has(const BackupFile& file) const {
  std::error_code error;
  const auto bytes = fs::file_size(path_ / file.stored(), error);
  return !error && bytes == file.bytes;
}

Result<fs::path> BackupPlace::draft_for(const std::string& path) {
  fs::path draft = path_ / "files" / path;
  fs::path made = path_ / "files";
  for (const auto& step : fs::path{path}.parent_path()) {
    touched_.insert(made);
    made /= step;
    MUSTER_CHECKED(make_directory(made));
  }
  touched_.insert(draft.parent_path());
  draft += kDraftEnd;
  return draft;
}

Result<void> BackupPlace::settle(const fs::path& draft, const BackupFile& file) {
  if (std::rename(draft.c_str(), (path_ / file.stored()).c_str()) != 0) {
    return io_failure(errno, "replace", path_ / file.stored());
  }
  return {};
}

Result<BackupFile> BackupPlace::add(BackupPart part,
                                    const std::string& path,
                                    const fs::path& from,
                                    const CopyPorts& ports) {
  MUSTER_TRY(const fs::path draft, draft_for(path));
  MUSTER_TRY(const FileSums sums, copy_file(from, draft, ports));
  BackupFile file{part, path, sums.bytes, sums.sha256, sums.crc32c};
  MUSTER_CHECKED(settle(draft, file));
  return file;
}

Result<BackupFile> BackupPlace::add_bytes(BackupPart part,
                                          const std::string& path,
                                          std::string_view bytes) {
  MUSTER_TRY(const fs::path draft, draft_for(path));
  BackupFile file{part, path, bytes.size(), sha256(bytes), crc32c(bytes)};
  {
    MUSTER_TRY(const FileHandle target, FileHandle::open(draft, O_WRONLY | O_CREAT | O_TRUNC));
    MUSTER_CHECKED(target.write(bytes, draft));
    MUSTER_CHECKED(target.sync(draft));
  }
  MUSTER_CHECKED(settle(draft, file));
  return file;
}

Result<void> BackupPlace::finish(std::string_view note) {
  for (const auto& directory : touched_) {
    MUSTER_CHECKED(sync_directory(directory));
  }
  MUSTER_CHECKED(sync_directory(path_));
  return write_file_atomically(path_ / "MANIFEST", note);
}

void BackupPlace::sweep(const BackupManifest& manifest) const {
  std::set<fs::path> named;
  for (const BackupFile& file : manifest.files) {
    named.insert(path_ / file.stored());
  }
  std::error_code error;
  std::vector<fs::path> unnamed;
  fs::recursive_directory_iterator entry{path_ / "files", error};
  for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
    if (entry->is_regular_file(error) && !named.contains(entry->path())) {
      unnamed.push_back(entry->path());
    }
  }
  for (const auto& file : unnamed) {
    fs::remove(file, error);
  }
}

}  // namespace muster
