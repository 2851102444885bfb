#include "storage/erasure/forget_files.h"

namespace muster {
namespace {

constexpr std::chrono::milliseconds kLook{20};

Failure stopped() {
  return failure(
      Errc::kUnavailable, "erasing_stopped", "the process stops; the next start goes on");
}

Result<void> wait_for_readers(const Kv& kv, const Forgetting& what) {
  bool cut = false;
  const auto begin = std::chrono::steady_clock::now();
  while (kv.oldest_snapshot() < what.snapshot) {
    const auto waited = std::chrono::steady_clock::now() - begin;
    if (waited > kReadersWaitMax && !cut) {
      cut = true;
      what.cut_readers();
    }
    if (waited > 4 * kReadersWaitMax) {
      return failure(Errc::kUnavailable,
                     "reader_too_slow",
                     "a reader goes on with what was there before the erasure");
    }
    if (!what.sleep(kLook)) {
      return stopped();
    }
  }
  return {};
}

/// Files that iterators hold go when these do; the others in a moment, by another thread.
Result<void> wait_for_files(const Kv& kv, const Forgetting& what) {
  const auto begin = std::chrono::steady_clock::now();
  while (true) {
    MUSTER_TRY(const bool old, kv.has_old_files());
    if (!old) {
      return {};
    }
    if (std::chrono::steady_clock::now() - begin > 4 * kReadersWaitMax) {
      return failure(
          Errc::kUnavailable, "reader_too_slow", "a reader holds files of before the erasure");
    }
    if (!what.sleep(kLook)) {
      return stopped();
    }
  }
}

}  // namespace

Result<void> forget_files(Kv& kv, const Forgetting& what) {
  MUSTER_CHECKED(wait_for_readers(kv, what));
  MUSTER_CHECKED(kv.flush_all());
  for (const ForgottenRange& range : what.ranges) {
    if (!what.sleep(std::chrono::milliseconds{0})) {
      return stopped();
    }
    const auto done = kv.compact(range.family, range.range, true);
    if (!done) {
      return what.sleep(std::chrono::milliseconds{0}) ? done : Result<void>{stopped()};
    }
  }
  // The change that took the last table out of the MANIFEST follows a list that still has it; this
  // one follows a list without. The family of meta rows is never empty and always small.
  MUSTER_CHECKED(kv.compact(Family::kMeta, KvRange::all(), true));
  return wait_for_files(kv, what);
}

}  // namespace muster
