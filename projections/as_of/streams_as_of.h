/// States and rows of streams as they were after the first events of a log.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "projections/history/log_places.h"

namespace muster {

/// One request; keeps what it has folded.
class StreamsAsOf {
 public:
  /// `view.size` is how many events there were. What is borrowed outlives this object.
  StreamsAsOf(const LogView& view, const Views& views, std::string_view tenant_id)
      : view_{view}, views_{views}, tenant_id_{tenant_id} {}

  [[nodiscard]] const LogView& view() const { return view_; }

  /// The value that a row of the stream had then; nothing when it had no such row. A user who is
  /// erased by now has only what says nothing personal, under the text of its stream, and is
  /// marked. kInvalid "history_too_long" as walk_stream() says.
  Result<std::optional<std::string>> row(StreamId stream, const RowKey& place);

 private:
  struct Folded {
    AnyState state;
    RowSet rows;
  };

  Result<const Folded*> folded(StreamId stream);
  Result<AnyState> fold(StreamId stream);

  LogView view_;
  const Views& views_;
  std::string tenant_id_;
  std::unordered_map<StreamId, Folded> folded_;
};

}  // namespace muster
