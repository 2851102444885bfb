/// MANIFEST of a backup: a signed note (storage/seal/signed_note.h) that says what the backup
/// holds, so that every byte of it can be checked on a machine that has neither the directory nor
/// its keys.
///
///   muster-backup 1
///   taken <RFC 3339, to the millisecond>
///   server <version>
///   directory <microseconds of FORMAT's created> format <number> epoch <number>
///   group <number of the newest group>
///   master <id of the master key that wraps the keys>
///   verifier <the key that has signed this, as tree heads have it>
///   erasures <bytes of DIR/erasures when the backup began>
///   log <number> origin <origin> size <events> root <base64>
///   ...
///   file <data or keys> <bytes> <SHA-256, hexadecimal> <CRC-32C, hexadecimal> <path>
///   ...
///   end <number of files>
///
/// It is signed by the tree head key of log 0. A path is the file's below the data directory. The
/// file lies in the backup below `files/`, under its path, `@` and the first 16 digits of its
/// SHA-256: a later backup into the same place never touches what an earlier one names, and the new
/// MANIFEST, which is renamed into place last, is what makes it the backup. Files of the part
/// `keys` lie in the place for keys, which has the same MANIFEST.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

enum class BackupPart : std::uint8_t { kData, kKeys };

struct BackupFile {
  BackupPart part{};
  std::string path;  // below the data directory
  std::uint64_t bytes = 0;
  Digest sha256{};
  std::uint32_t crc32c = 0;

  bool operator==(const BackupFile&) const = default;

  /// Where it lies in its place.
  [[nodiscard]] std::filesystem::path stored() const;
};

struct BackedUpLog {
  std::string origin;
  std::uint64_t size = 0;
  Digest root{};

  bool operator==(const BackedUpLog&) const = default;
};

struct BackupManifest {
  Micros taken{};  // to the millisecond
  std::string server;
  Micros directory{};
  std::uint32_t format = 0;
  Epoch epoch{1};
  std::uint64_t group = 0;
  std::string master;
  std::string verifier;
  std::uint64_t erasures_bytes = 0;
  std::map<LogId, BackedUpLog> logs;
  std::vector<BackupFile> files;

  bool operator==(const BackupManifest&) const = default;

  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] const BackupFile* find(std::string_view path) const;
};

/// Whether a path may stand in a manifest: below the directory, plain letters.
bool is_backup_path(std::string_view path);

/// The text that is signed.
std::string write_manifest(const BackupManifest& manifest);
/// kCorrupt "manifest_damaged".
Result<BackupManifest> parse_manifest(std::string_view text);

inline constexpr std::size_t kManifestBytesMax = std::size_t{256} * 1024 * 1024;

}  // namespace muster
