#include "storage/backup/slow_reader.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "engine/core/check.h"

namespace muster {
namespace {

constexpr std::size_t kAlignment = 4096;  // what O_DIRECT asks of buffers, offsets and sizes

Result<FileHandle> open_past_cache(const std::filesystem::path& path) {
  auto direct = FileHandle::open(path, O_RDONLY | O_DIRECT);
  if (direct || direct.error().code == Errc::kNotFound) {
    return direct;
  }
  return FileHandle::open(path, O_RDONLY);  // a file system that has no such thing
}

/// Fewer bytes than there is room for only at the end.
Result<std::size_t> read_piece(const FileHandle& file,
                               char* buffer,
                               std::uint64_t offset,
                               const std::filesystem::path& path) {
  std::size_t filled = 0;
  while (filled < SlowReader::kPieceBytes) {
    const ssize_t got = ::pread(file.descriptor(),
                                buffer + filled,
                                SlowReader::kPieceBytes - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return io_failure(errno, "read", path);
    }
    filled += static_cast<std::size_t>(got);
    // A short read of O_DIRECT is the end of the file: going on would not be aligned.
    if (got == 0 || filled % kAlignment != 0) {
      break;
    }
  }
  return filled;
}

}  // namespace

SlowReader::SlowReader(FileHandle file, std::filesystem::path path, bool with_sha256)
    : file_{std::move(file)},
      path_{std::move(path)},
      with_sha256_{with_sha256},
      buffer_{static_cast<char*>(std::aligned_alloc(kAlignment, kPieceBytes))} {
  check(buffer_ != nullptr, "no memory for a buffer");
}

Result<SlowReader> SlowReader::open(const std::filesystem::path& path, bool with_sha256) {
  MUSTER_TRY(FileHandle file, open_past_cache(path));
  return SlowReader{std::move(file), path, with_sha256};
}

Result<std::size_t> SlowReader::next() {
  MUSTER_TRY(const std::size_t got, read_piece(file_, buffer_.get(), sums_.bytes, path_));
  piece_ = {buffer_.get(), got};
  sums_.bytes += got;
  sums_.crc32c = crc32c(piece_, sums_.crc32c);
  if (with_sha256_) {
    hash_.add(piece_);
  }
  if (got < kPieceBytes) {
    ended_ = true;
    if (with_sha256_) {
      sums_.sha256 = hash_.finish();
    }
  }
  return got;
}

}  // namespace muster
