#include "storage/backup/check_backup.h"

#include <system_error>

#include "storage/seal/signed_note.h"

namespace muster {
namespace {

std::filesystem::path place_of(const BackupCheck& backup, const BackupFile& file) {
  return (file.part == BackupPart::kKeys ? backup.keys.value_or("") : backup.from) / file.stored();
}

}  // namespace

Result<CheckedBackup> open_backup(const BackupCheck& backup) {
  CheckedBackup checked;
  MUSTER_TRY(checked.note, read_manifest_note(backup.from));
  MUSTER_TRY(checked.manifest, manifest_in(checked.note));
  const auto text = open_note(checked.note, backup.verifier.value_or(checked.manifest.verifier));
  if (!text) {
    const bool forged = text.error().rule == "note_forged";
    return failure(forged ? Errc::kCorrupt : Errc::kUnauthorized,
                   forged ? "manifest_forged" : "manifest_not_signed",
                   (backup.from / "MANIFEST").string() +
                       (forged ? " is not what was signed" : " is not signed by the key given"));
  }
  return checked;
}

Result<void> check_backup_file(const BackupCheck& backup,
                               const BackupFile& file,
                               const std::filesystem::path& to,
                               const CopyPorts& ports,
                               std::vector<BackupFinding>& findings) {
  const auto path = place_of(backup, file);
  const auto sums = copy_file(path, to, ports);
  if (!sums && sums.error().code == Errc::kNotFound) {
    findings.push_back({"backup_file_missing", path.string() + " is missing"});
    return {};
  }
  if (!sums && sums.error().rule == "storage_io") {
    findings.push_back({"backup_file_unreadable", sums.error().reason});
    return {};
  }
  MUSTER_CHECKED(sums);
  if (sums->bytes != file.bytes || sums->sha256 != file.sha256) {
    findings.push_back(
        {"backup_file_damaged",
         path.string() + " is damaged: it is not what was backed up as " + file.path});
  }
  return {};
}

Result<CheckedBackup> check_backup(const BackupCheck& backup, const CopyPorts& ports) {
  MUSTER_TRY(CheckedBackup checked, open_backup(backup));
  for (const BackupFile& file : checked.manifest.files) {
    if (file.part == BackupPart::kKeys && !backup.keys) {
      continue;
    }
    MUSTER_CHECKED(check_backup_file(backup, file, {}, ports, checked.findings));
    ++checked.files;
  }
  return checked;
}

}  // namespace muster
