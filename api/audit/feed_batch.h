/// Batches of a feed: what they hold, and what proves that they are whole.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/audit/reader.h"
#include "api/server/followed_stretch.h"
#include "projections/history/event_search.h"
#include "storage/log/kv_tree_nodes.h"

namespace muster {

/// What a consumer asked for.
struct FeedQuestion {
  EventFilter filter;
  bool with_open = false;  // the bytes that leaf hashes are of
};

/// Events that were chosen, of those from `from` on, below `next`. All others do not match.
struct FeedBatch {
  std::uint64_t from = 0;
  std::uint64_t next = 0;
  std::vector<std::uint64_t> positions;
  std::string events;  // as JSON, separated by commas
  std::set<StreamId> persons;
  bool notable = false;  // shows more than the traces of reading
};

/// How much a batch holds: as many persons as one trace may name, and about what one write to a
/// socket takes. One event is taken whatever its size.
inline constexpr std::size_t kBatchEventsMax = 256;
inline constexpr std::size_t kBatchBytesMax = std::size_t{256} * 1024;

/// False when nothing in the stretch can match.
bool may_match(const EventFilter& filter, const FollowedStretch& stretch);

/// Looks at the stretch from `batch.next` on, until the batch is full or the stretch ends.
Result<void> collect(FeedBatch& batch,
                     const Context& context,
                     const FeedQuestion& question,
                     FollowedStretch& stretch);

/// The batch as JSON: epoch, from, to, next, count, log_size, events, and for whoever checks:
/// `root`, the Merkle root of the first `next` events, and `nodes`, the hashes of the fewest
/// subtrees that cover what was left out, in order.
Result<std::string> batch_document(const FeedBatch& batch,
                                   const ReadPoint& point,
                                   KvTreeNodes& nodes,
                                   LogId log);

}  // namespace muster
