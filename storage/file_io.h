/// Small files and directories on a POSIX system, written so that a power cut leaves the old
/// content or the new, never a mixture. Everything is made for the owner alone: files 0600,
/// directories 0700.
///
/// Failures: kNotFound "file_missing", kTooLarge "file_too_large", kUnavailable "disk_full" or
/// "read_only_filesystem", kIo "storage_io". Reasons name the path.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"

namespace muster {

/// The failure for a value of errno. `action` reads as "write" or "open".
Failure io_failure(int error_number, std::string_view action, const std::filesystem::path& path);

/// An open file, closed at the end of its life.
class FileHandle {
 public:
  FileHandle() = default;

  FileHandle(FileHandle&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

  FileHandle& operator=(FileHandle&& other) noexcept;

  ~FileHandle() { close(); }

  /// `flags` and `mode` as open(2) takes them; O_CLOEXEC is added.
  static Result<FileHandle> open(const std::filesystem::path& path,
                                 int flags,
                                 unsigned mode = 0600);

  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Writes all of `bytes` at the file's offset.
  [[nodiscard]] Result<void> write(std::string_view bytes, const std::filesystem::path& path) const;
  [[nodiscard]] Result<void> sync(const std::filesystem::path& path) const;

 private:
  explicit FileHandle(int descriptor) : descriptor_{descriptor} {}

  void close();

  int descriptor_ = -1;
};

/// The whole file, at most `bytes_max` of it: a longer one is a failure.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);

/// Replaces the file durably. On failure the old content stays.
Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Makes earlier creations, renames and removals inside the directory durable.
Result<void> sync_directory(const std::filesystem::path& path);

/// The paths of what is in the directory, in no order.
Result<std::vector<std::filesystem::path>> list_directory(const std::filesystem::path& path);

/// Makes one directory, durably. An existing one is fine.
Result<void> make_directory(const std::filesystem::path& path);

}  // namespace muster
