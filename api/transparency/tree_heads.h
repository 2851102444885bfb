/// TreeHeads: signs the trees of logs for whoever asks, and reads what proves something about them.
///
/// A head is signed only over what is published, which is durable: no restart can bring a log below
/// a head that was given out, whether or not that very head was kept in `DIR/tree-heads`.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "projections/published.h"
#include "storage/directory/data_directory.h"
#include "storage/log/kv_tree_nodes.h"
#include "storage/seal/checkpoint.h"

namespace muster {

/// A tree and the note that says so.
struct SignedHead {
  std::uint64_t size = 0;
  Digest root{};
  std::string checkpoint;  // C2SP tlog-checkpoint
};

/// Any thread. Both references outlive it.
class TreeHeads {
 public:
  /// How old a head may be when it is given out again although the log has grown.
  static constexpr std::chrono::milliseconds kHeadAge{100};

  TreeHeads(DataDirectory& directory, const Published& published)
      : directory_{directory}, published_{published} {}

  using HeadPtr = std::shared_ptr<const SignedHead>;

  /// The newest head: signed now, or up to kHeadAge ago. Never smaller than an earlier one.
  Result<HeadPtr> newest(LogId log) { return head(log, 0); }

  /// A head over `position`: the newest, or one signed now. kNotFound "no_such_position" while the
  /// position is not published.
  Result<HeadPtr> covering(LogId log, std::uint64_t position) { return head(log, position + 1); }

  /// What a verifier needs, in the form of signed-note.
  Result<std::string> verifier(LogId log) { return directory_.verifier(log); }

  /// The hashes of a log's tree as `point` shows it.
  [[nodiscard]] KvTreeNodes nodes(LogId log, const ReadPoint& point) const {
    return KvTreeNodes{directory_.kv(), log, point.snapshot};
  }

  [[nodiscard]] const Published& published() const { return published_; }

 private:
  using SteadyClock = std::chrono::steady_clock;

  /// Of one log.
  struct Newest {
    std::mutex mutex;
    HeadPtr head;                  // guarded by mutex, as the rest; null until somebody asks
    SteadyClock::time_point made;  // when it was seen to be the newest
  };

  Result<HeadPtr> head(LogId log, std::uint64_t size_min);
  Result<HeadPtr> sign(LogId log, Newest& newest);
  Newest& newest_of(LogId log);

  DataDirectory& directory_;
  const Published& published_;
  std::mutex mutex_;
  std::unordered_map<LogId, std::unique_ptr<Newest>> logs_;  // guarded by mutex_; never shrinks
};

}  // namespace muster
