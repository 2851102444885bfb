/// What follows from the order of a log, whatever its events say: the Merkle tree, the head, and
/// that times ascend and commands lie whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/fold/log_chunk.h"
#include "projections/fold/row_sink.h"
#include "storage/tree/frontier.h"

namespace muster {

/// One thread at a time.
class OrderFold {
 public:
  /// `kept_size`: a size at which the root is wanted beside that at the end.
  OrderFold(LogId log, std::uint64_t kept_size, FindingSink& findings)
      : log_{log}, kept_size_{kept_size}, findings_{findings} {}

  /// The next chunk of the log, all of whose events were scanned; its rows go to `lane`.
  Result<void> add(const LogChunk& chunk, RowSink& sink, std::size_t lane);
  /// After the last chunk.
  Result<void> finish(RowSink& sink, std::size_t lane);

  [[nodiscard]] const Frontier& frontier() const { return frontier_; }

  [[nodiscard]] Micros newest_time() const { return newest_time_; }

  [[nodiscard]] std::uint64_t newest_group() const { return newest_group_; }

  /// Nothing when the log is shorter than that.
  [[nodiscard]] const std::optional<Digest>& kept_root() const { return kept_root_; }

 private:
  void check_order(const RawEvent& event, bool ends_group);
  void report(Position position, std::string_view rule, std::string text);

  LogId log_;
  std::uint64_t kept_size_;
  FindingSink& findings_;
  Frontier frontier_;
  Micros newest_time_{};
  std::uint64_t newest_group_ = 0;
  std::optional<Digest> kept_root_;
  std::vector<TreeNode> nodes_;
  std::string leaves_;
  // Of the event before: where its command began, and how much of it has been seen.
  Position command_{};
  std::uint32_t part_ = 0;
  std::uint32_t parts_ = 0;
};

}  // namespace muster
