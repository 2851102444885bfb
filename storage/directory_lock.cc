#include "storage/directory_lock.h"

#include <cerrno>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace muster {

static Failure in_use(const std::filesystem::path& directory, std::string_view content) {
  const auto owner = content.substr(0, content.find('\n'));
  // Between taking the lock and writing its id the owner cannot be named.
  const bool named = !owner.empty() && owner.find_first_not_of("0123456789") == std::string::npos;
  return failure(Errc::kConflict,
                 "directory_in_use",
                 directory.string() + " is in use by " +
                     (named ? "process " + std::string{owner} : std::string{"another process"}) +
                     "; stop it, or choose another directory");
}

Result<DirectoryLock> DirectoryLock::acquire(const std::filesystem::path& directory,
                                             bool for_reading) {
  const auto path = directory / "LOCK";
  auto opened = FileHandle::open(path, O_RDWR | O_CREAT);
  const bool cannot_write = !opened && opened.error().rule == "read_only_filesystem";
  if (cannot_write && for_reading) {
    opened = FileHandle::open(path, O_RDONLY);
    if (!opened) {
      return DirectoryLock{FileHandle{}};  // nobody can write here, so nobody needs to be kept out
    }
  }
  MUSTER_TRY(FileHandle file, std::move(opened));
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return io_failure(errno, "lock", path);
    }
    const auto owner = read_file(path, 64);
    return in_use(directory, owner.has_value() ? *owner : std::string{});
  }
  if (cannot_write) {
    return DirectoryLock{std::move(file)};
  }
  if (::ftruncate(file.descriptor(), 0) != 0) {
    return io_failure(errno, "write", path);
  }
  MUSTER_CHECKED(file.write(std::to_string(::getpid()) + "\n", path));
  return DirectoryLock{std::move(file)};
}

}  // namespace muster
