#include "storage/seal/slot_file.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/check.h"

namespace muster {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kSlotsMax = std::numeric_limits<std::uint32_t>::max();

std::uint64_t offset_of(Slot slot) {
  return std::uint64_t{raw(slot)} * kSlotBytes;
}

Failure key_missing(Slot slot, std::string_view why) {
  std::string reason = "Key slot " + std::to_string(raw(slot)) + " at byte " +
                       std::to_string(offset_of(slot)) + " of keys/slots cannot be used: ";
  reason.append(why).append(". Restore keys/slots from a backup.");
  return failure(Errc::kCorrupt, "key_missing", reason);
}

}  // namespace

SlotFile::SlotFile(fs::path path, FileHandle file)
    : path_{std::move(path)}, file_{std::move(file)} {}

Result<std::unique_ptr<SlotFile>> SlotFile::open(const fs::path& path, bool read_only) {
  MUSTER_TRY(auto handle, FileHandle::open(path, read_only ? O_RDONLY : O_RDWR | O_CREAT));
  std::unique_ptr<SlotFile> file{new SlotFile{path, std::move(handle)}};
  MUSTER_CHECKED(file->prepare(read_only));
  return file;
}

Result<void> SlotFile::prepare(bool read_only) {
  struct stat status {};

  if (::fstat(file_.descriptor(), &status) != 0) return io_failure(errno, "read", path_);
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  // A crash may have left less than the header: then no slot was ever made.
  if (bytes < kSlotBytes && !read_only) {
    std::string header;
    append_slot_header(header);
    MUSTER_CHECKED(write_at(0, header));
    MUSTER_CHECKED(sync());
    return sync_directory(path_.parent_path());
  }
  MUSTER_TRY(const std::string header, read_bytes(Slot{0}, 1));
  if (!is_slot_header(header)) {
    return failure(Errc::kCorrupt,
                   "slots_damaged",
                   path_.string() + " does not begin as a file of key slots. Restore it.");
  }
  const std::uint64_t slots = (bytes + kSlotBytes - 1) / kSlotBytes;
  if (slots > kSlotsMax) return failure(Errc::kCorrupt, "slots_damaged", "keys/slots is too long.");
  end_.store(static_cast<std::uint32_t>(slots), std::memory_order_release);
  return {};
}

Result<SlotRecord> SlotFile::read(Slot slot) const {
  if (raw(slot) == 0 || slot >= end()) return key_missing(slot, "there is no such slot");
  MUSTER_TRY(const std::string bytes, read_bytes(slot, 1));
  Result<SlotRecord> record = parse_slot(slot, bytes);
  if (!record.has_value()) return key_missing(slot, record.error().reason);
  return record;
}

Result<std::string> SlotFile::read_bytes(Slot first, std::uint32_t count) const {
  std::string bytes(std::size_t{count} * kSlotBytes, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::pread(file_.descriptor(),
                                bytes.data() + filled,
                                bytes.size() - filled,
                                static_cast<off_t>(offset_of(first) + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_failure(errno, "read", path_);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

Result<void> SlotFile::write_at(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(file_.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return io_failure(errno, "write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<void> SlotFile::overwrite(const SlotRecord& record) {
  if (raw(record.slot) == 0 || record.slot >= end()) {
    return key_missing(record.slot, "there is no such slot");
  }
  std::string bytes;
  append_slot(bytes, record);
  return write_at(offset_of(record.slot), bytes);
}

Result<void> SlotFile::append(std::string_view block) {
  check(block.size() % kSlotBytes == 0, "half a slot");
  const std::uint64_t slots = block.size() / kSlotBytes;
  if (raw(end()) + slots > kSlotsMax) {
    return failure(Errc::kUnavailable, "key_slots_exhausted", "All key slots have been used.");
  }
  // A failed sync leaves the end where it is: the next attempt writes the same place anew.
  MUSTER_CHECKED(write_at(offset_of(end()), block));
  MUSTER_CHECKED(sync());
  end_.fetch_add(static_cast<std::uint32_t>(slots), std::memory_order_release);
  return {};
}

Result<void> SlotFile::sync() {
  if (::fdatasync(file_.descriptor()) != 0) return io_failure(errno, "sync", path_);
  return {};
}

}  // namespace muster
