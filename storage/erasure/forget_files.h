/// Making a store's files forget what was deleted: deleted and overwritten rows stay in the
/// write-ahead log, in tables and, as first and last keys of tables, in the MANIFEST, until
/// somebody makes them go.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "storage/kv.h"

namespace muster {

struct ForgottenRange {
  Family family{};
  KvRange range;
};

/// How long readers may go on with what they see.
inline constexpr std::chrono::seconds kReadersWaitMax{30};

struct Forgetting {
  /// Rows were deleted before the snapshot of this number was taken.
  std::uint64_t snapshot = 0;
  std::vector<ForgottenRange> ranges;
  /// Sleeps; false when it is to end.
  std::function<bool(std::chrono::milliseconds)> sleep;
  /// Called when readers of older snapshots are still there after kReadersWaitMax.
  std::function<void()> cut_readers = [] {
  };
};

/// Afterwards no file of the store holds keys or values of the ranges that were deleted or
/// overwritten before that snapshot. Readers may go on; others may write. kUnavailable
/// "erasing_stopped" when it was to end, "reader_too_slow" when an older reader is not gone after
/// four times kReadersWaitMax: try again.
Result<void> forget_files(Kv& kv, const Forgetting& what);

}  // namespace muster
