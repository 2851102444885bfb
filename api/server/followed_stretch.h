/// A stretch of a log, read once for all who follow it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/events/open_part.h"
#include "projections/published.h"
#include "storage/log/log_reader.h"

namespace muster {

/// An event as a document, made for one reader and good for every other who may see as much.
struct FollowedDocument {
  std::string json;  // empty: not made yet
  bool shows_personal = false;
};

struct FollowedEvent {
  EventHeader header;
  std::string open_part;
  /// By what may be shown: whoever makes documents numbers their kinds.
  std::array<FollowedDocument, 4> documents;
};

/// Used by one thread. Lives for one look at the log: what an event shows may change, by an
/// erasure, so documents are not kept longer.
class FollowedStretch {
 public:
  static constexpr std::size_t kEventsMax = 1024;
  static constexpr std::size_t kBytesMax = std::size_t{4} * 1024 * 1024;
  static constexpr std::size_t kDocumentBytesMax = std::size_t{16} * 1024 * 1024;

  FollowedStretch(std::shared_ptr<const ReadPoint> point, LogId log, std::uint64_t begin)
      : point_{std::move(point)}, log_{log}, begin_{begin} {}

  /// Reads from `begin` on what is published, up to the bounds; at least one event if there is any.
  Result<void> read(const LogReader& reader);

  [[nodiscard]] const ReadPoint& point() const { return *point_; }

  [[nodiscard]] LogId log() const { return log_; }

  [[nodiscard]] std::uint64_t begin() const { return begin_; }

  [[nodiscard]] std::uint64_t end() const { return begin_ + events_.size(); }

  /// `position` lies in the stretch.
  [[nodiscard]] FollowedEvent& at(std::uint64_t position) { return events_[position - begin_]; }

  /// The types that occur: there are few, so that a filter that asks for another one is done.
  [[nodiscard]] const std::vector<std::string>& types() const { return types_; }

  [[nodiscard]] bool has_stream(StreamId stream) const { return streams_.contains(stream); }

  /// Keeps a document for other readers, while there is room.
  void keep(std::uint64_t position, std::size_t kind, FollowedDocument document);

 private:
  Result<void> take(std::string_view open_part);

  std::shared_ptr<const ReadPoint> point_;
  LogId log_;
  std::uint64_t begin_;
  std::size_t bytes_ = 0;
  std::size_t document_bytes_ = 0;
  std::vector<FollowedEvent> events_;
  std::vector<std::string> types_;
  std::unordered_set<StreamId> streams_;
};

}  // namespace muster
