/// The file `DIR/keys/slots`, opened: reading, appending and overwriting slots in place.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/file_io.h"
#include "storage/seal/slot_record.h"

namespace muster {

/// Any thread may call, but appends come from one thread.
class SlotFile {
 public:
  /// Created with nothing but its header unless `read_only` or there already. kCorrupt
  /// "slots_damaged" when the header is not ours.
  static Result<std::unique_ptr<SlotFile>> open(const std::filesystem::path& path, bool read_only);
  SlotFile(const SlotFile&) = delete;
  SlotFile& operator=(const SlotFile&) = delete;

  /// The first slot that is not in the file.
  [[nodiscard]] Slot end() const { return Slot{end_.load(std::memory_order_acquire)}; }

  /// kCorrupt "key_missing" with number and offset when there is no such slot or it is damaged.
  [[nodiscard]] Result<SlotRecord> read(Slot slot) const;
  /// The bytes of `count` slots from `first` on; fewer at the end of the file, where the last slot
  /// may be cut off.
  [[nodiscard]] Result<std::string> read_bytes(Slot first, std::uint32_t count) const;
  /// Without sync.
  Result<void> overwrite(const SlotRecord& record);
  /// Whole slots, which belong at end(); synced on return, and only then is end() moved.
  Result<void> append(std::string_view block);
  Result<void> sync();

 private:
  SlotFile(std::filesystem::path path, FileHandle file);

  Result<void> prepare(bool read_only);
  Result<void> write_at(std::uint64_t offset, std::string_view bytes);

  std::filesystem::path path_;
  FileHandle file_;
  std::atomic<std::uint32_t> end_{1};
};

}  // namespace muster
