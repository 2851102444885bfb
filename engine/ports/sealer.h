/// Sealer: encrypts what is personal under a key of the person's own, so that destroying the key
/// erases every copy of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/core/bytes.h"
#include "engine/core/ids.h"
#include "engine/core/result.h"

namespace muster {

/// Where a segment belongs. A segment opens only in the very place it was sealed for. Neither
/// position nor time is part of it, so that sealing can happen before the order is decided.
struct SegmentContext {
  LogId log{};
  StreamId stream;
  std::string_view type;      // name of the event type
  std::uint32_t version = 0;  // of the event type
  std::uint32_t number = 0;   // place among the segments of the event
};

/// The longest plaintext of one segment: a group record (design 4: 900 KiB) never holds more.
inline constexpr std::size_t kSegmentPlaintextBytesMax = std::size_t{1024} * 1024;

/// Any thread may call any function.
class Sealer {
 public:
  Sealer() = default;
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  virtual ~Sealer() = default;

  /// A fresh subject key of `log`, durable already; every slot is given out once. Usually touches
  /// no disk. kUnavailable when keys cannot be written, after at most ten seconds, or when this
  /// directory is open for reading only.
  virtual Result<Slot> reserve_slot(LogId log) = 0;

  /// Whether reserve_slot() would return without waiting for a disk, now and for the next few
  /// callers.
  [[nodiscard]] virtual bool has_ready_slots(LogId /*log*/) const { return true; }

  /// The bytes of a segment. Sealing the same text twice gives different bytes of equal length.
  /// kTooLarge beyond kSegmentPlaintextBytesMax; otherwise fails as open() does for its slot.
  virtual Result<std::string> seal(Slot slot,
                                   const SegmentContext& context,
                                   std::string_view plaintext) = 0;

  /// The plaintext. kGone "erased" when the key was destroyed; kCorrupt "segment_damaged" when the
  /// bytes or the context are not what was sealed; kCorrupt "key_missing" when the slot is empty
  /// or unreadable or its KEK unknown.
  virtual Result<std::string> open(const SegmentContext& context, std::string_view segment) = 0;

  /// SHA-256, the digest by which events name their segments.
  virtual Digest digest(std::string_view bytes) = 0;

  /// Destroys the key: overwritten and synced on return, and no open() that begins later finds it.
  /// Erasing twice is fine, and so is erasing a damaged slot.
  virtual Result<void> erase_slot(Slot slot) = 0;

  /// The same for many, which costs one sync where syncs cost something.
  virtual Result<void> erase_slots(std::span<const Slot> slots) {
    for (const Slot slot : slots) {
      MUSTER_CHECKED(erase_slot(slot));
    }
    return {};
  }
};

}  // namespace muster
