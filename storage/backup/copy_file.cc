#include "storage/backup/copy_file.h"

#include <fcntl.h>

namespace muster {

Result<FileSums> copy_file(const std::filesystem::path& from,
                           const std::filesystem::path& to,
                           const CopyPorts& ports) {
  MUSTER_TRY(SlowReader source, SlowReader::open(from, true));
  FileHandle target;
  if (!to.empty()) {
    MUSTER_TRY(target, FileHandle::open(to, O_WRONLY | O_CREAT | O_TRUNC));
  }
  while (!source.ended()) {
    MUSTER_TRY(const std::size_t got, source.next());
    if (!to.empty()) {
      MUSTER_CHECKED(target.write(source.piece(), to));
    }
    ports.on_bytes(got);
    if (!ports.pace.after(got)) {
      return failure(Errc::kUnavailable, "stopped", "the work was ended before it was done");
    }
  }
  if (!to.empty()) {
    MUSTER_CHECKED(target.sync(to));
  }
  return source.sums();
}

}  // namespace muster
