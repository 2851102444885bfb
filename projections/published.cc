#include "projections/published.h"

#include <algorithm>

#include "engine/core/check.h"
#include "projections/document_cache.h"
#include "storage/epoch_history.h"

namespace muster {
namespace {

/// The sizes after `group`. A copy: readers keep the old ones. Flat, so that copying thousands of
/// logs is one small memcpy.
std::shared_ptr<const std::vector<LogSize>> sizes_after(const ReadPoint& before,
                                                        const Group& group) {
  auto sizes = before.sizes ? std::make_shared<std::vector<LogSize>>(*before.sizes)
                            : std::make_shared<std::vector<LogSize>>();
  for (const RecordedEvent& event : group.events) {
    auto place = std::ranges::lower_bound(*sizes, event.log, {}, &LogSize::log);
    if (place == sizes->end() || place->log != event.log) {
      place = sizes->insert(place, {event.log, 0});
    }
    place->size = raw(event.position) + 1;
  }
  return sizes;
}

}  // namespace

std::uint64_t ReadPoint::size_of(LogId log) const {
  if (!sizes) {
    return 0;
  }
  const auto place = std::ranges::lower_bound(*sizes, log, {}, &LogSize::log);
  return place != sizes->end() && place->log == log ? place->size : 0;
}

bool ReadPoint::has_kept(Epoch past, LogId log, std::uint64_t size) const {
  if (past == epoch) {
    return true;
  }
  const auto end = epochs ? epochs->size_at_end(past, log) : std::nullopt;
  return past < epoch && end && size <= *end;
}

Published::Published(const ReadPoint& first, DocumentCache* cache) : cache_{cache}, newest_{first} {
  check(first.snapshot != nullptr, "readers need a snapshot");
  show(newest_);
}

std::shared_ptr<const ReadPoint> Published::now() const {
  return points_.with_mine([](const Point& point) { return point; });
}

void Published::publish(const Group& group, GroupLog::Snapshot snapshot) {
  check(group.number > newest_.group, "groups are published in order");
  // Before any reader can be at this group: the cache answers for every group it was told of.
  if (cache_ != nullptr) {
    cache_->apply(group);
  }
  newest_.snapshot = std::static_pointer_cast<const KvSnapshot>(std::move(snapshot));
  newest_.group = group.number;
  newest_.sizes = sizes_after(newest_, group);
  if (std::ranges::any_of(group.rows,
                          [](const RowChange& row) { return row.view == View::kStates; })) {
    newest_.states_version = group.number;
  }
  show(newest_);
}

void Published::show(const ReadPoint& point) {
  // One object, and so one reference count, per slot.
  points_.with_each([&](Point& shown) { shown = std::make_shared<const ReadPoint>(point); });
}

}  // namespace muster
