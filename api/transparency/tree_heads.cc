#include "api/transparency/tree_heads.h"

#include "storage/tree/proofs.h"

namespace muster {

TreeHeads::Newest& TreeHeads::newest_of(LogId log) {
  const std::lock_guard lock{mutex_};
  std::unique_ptr<Newest>& newest = logs_[log];
  if (!newest) {
    newest = std::make_unique<Newest>();
  }
  return *newest;
}

Result<TreeHeads::HeadPtr> TreeHeads::head(LogId log, std::uint64_t size_min) {
  Newest& newest = newest_of(log);
  const std::lock_guard lock{newest.mutex};
  const auto now = SteadyClock::now();
  const bool is_fresh = newest.head && now - newest.made < kHeadAge;
  if (!is_fresh || newest.head->size < size_min) {
    MUSTER_TRY(newest.head, sign(log, newest));
    newest.made = now;
  }
  if (newest.head->size < size_min) {
    return failure(Errc::kNotFound, "no_such_position", "the log has not reached that position");
  }
  return newest.head;
}

Result<TreeHeads::HeadPtr> TreeHeads::sign(LogId log, Newest& newest) {
  const auto point = published_.now();
  const std::uint64_t size = point->size_of(log);
  // Two threads may see two points; the newer one wins, whoever comes last.
  if (newest.head && size <= newest.head->size) {
    return newest.head;
  }
  if (!newest.head && size < directory_.kept_tree_size(log)) {
    return failure(Errc::kCorrupt,
                   "log_behind_tree_head",
                   "the log is shorter than a tree head that was given out");
  }
  KvTreeNodes stored = nodes(log, *point);
  auto head = std::make_shared<SignedHead>();
  head->size = size;
  MUSTER_TRY(head->root, tree_root(stored, size));
  MUSTER_TRY(head->checkpoint, directory_.sign_tree_head(log, {size, head->root}));
  return HeadPtr{std::move(head)};
}

}  // namespace muster
