#include "storage/file_io.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace muster {

Failure io_failure(int error_number, std::string_view action, const std::filesystem::path& path) {
  const std::string reason = "cannot " + std::string{action} + " " + path.string() + ": " +
                             std::generic_category().message(error_number);
  switch (error_number) {
    case ENOENT:
      return failure(Errc::kNotFound, "file_missing", reason);
    case ENOSPC:
    case EDQUOT:
      return failure(Errc::kUnavailable, "disk_full", reason);
    case EROFS:
      return failure(Errc::kUnavailable, "read_only_filesystem", reason);
    default:
      return failure(Errc::kIo, "storage_io", reason);
  }
}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void FileHandle::close() {
  if (descriptor_ >= 0) {
    ::close(std::exchange(descriptor_, -1));
  }
}

Result<FileHandle> FileHandle::open(const std::filesystem::path& path, int flags, unsigned mode) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode));
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) {
    return io_failure(errno, "open", path);
  }
  return FileHandle{descriptor};
}

Result<void> FileHandle::write(std::string_view bytes, const std::filesystem::path& path) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return io_failure(errno, "write", path);
    }
    bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  return {};
}

Result<void> FileHandle::sync(const std::filesystem::path& path) const {
  // Never repeated: after a failed fsync the kernel may have dropped the dirty pages, and a
  // second call would report success for bytes that are gone.
  if (::fsync(descriptor_) != 0) {
    return io_failure(errno, "sync", path);
  }
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  MUSTER_TRY(const auto file, FileHandle::open(path, O_RDONLY));

  struct stat status {};

  if (::fstat(file.descriptor(), &status) != 0) {
    return io_failure(errno, "examine", path);
  }
  // One byte more than the file is said to have, so that reading to its end takes no second buffer.
  std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t filled = 0;
  while (true) {
    if (filled > bytes_max) {
      return failure(Errc::kTooLarge, "file_too_large", path.string() + " is larger than expected");
    }
    if (filled == content.size()) {
      content.resize(content.size() + std::size_t{64} * 1024);
    }
    const ssize_t got = ::read(file.descriptor(), content.data() + filled, content.size() - filled);
    if (got == 0) {
      content.resize(filled);
      return content;
    }
    if (got < 0 && errno != EINTR) {
      return io_failure(errno, "read", path);
    }
    filled += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
}

static Result<void> write_durably(const std::filesystem::path& path, std::string_view content) {
  MUSTER_TRY(const auto file, FileHandle::open(path, O_WRONLY | O_CREAT | O_TRUNC));
  MUSTER_CHECKED(file.write(content, path));
  return file.sync(path);
}

Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path draft = path;
  draft += ".draft";
  auto written = write_durably(draft, content);
  if (!written) {
    ::unlink(draft.c_str());
    return written;
  }
  if (std::rename(draft.c_str(), path.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(draft.c_str());
    return io_failure(error_number, "replace", path);
  }
  return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

Result<void> sync_directory(const std::filesystem::path& path) {
  MUSTER_TRY(const auto directory, FileHandle::open(path, O_RDONLY | O_DIRECTORY));
  return directory.sync(path);
}

Result<std::vector<std::filesystem::path>> list_directory(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  std::filesystem::directory_iterator entry{path, error};
  for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    paths.push_back(entry->path());
  }
  if (error) {
    return io_failure(error.value(), "list", path);
  }
  return paths;
}

Result<void> make_directory(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    std::error_code ignored;
    if (errno == EEXIST && std::filesystem::is_directory(path, ignored)) {
      return {};
    }
    return io_failure(errno, "make directory", path);
  }
  return sync_directory(path.has_parent_path() ? path.parent_path() : ".");
}

}  // namespace muster
