/// Where a fold puts what follows from the log, and what it finds wrong with the log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "engine/core/result.h"
#include "storage/kv.h"

namespace muster {

/// A row as the fold derives it. The views last until put() returns.
struct FoldedRow {
  Family family{};
  std::string_view key;
  std::string_view value;
  StreamId stream;  // whose it is; nil for rows of the tree, counts and outcomes
};

/// Takes rows in no order. Calls with one `lane` never overlap, calls with different lanes do.
class RowSink {
 public:
  RowSink() = default;
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;
  virtual ~RowSink() = default;

  virtual Result<void> put(std::size_t lane, const FoldedRow& row) = 0;

  /// After all rows of `log`: of its idempotency rows only those from `oldest_hour` on are certain
  /// to be kept by the log that wrote them (EventLog drops older ones when it sees fit). No put()
  /// runs at the same time.
  virtual void end_log(LogId log, std::int64_t oldest_hour) = 0;
};

/// Something in the log, or beside it, that cannot be.
struct Finding {
  std::string_view rule;  // static
  LogId log{};
  std::optional<Position> position{};
  std::optional<StreamId> stream{};
  std::string text;  // never holds a personal value
};

class FindingSink {
 public:
  FindingSink() = default;
  FindingSink(const FindingSink&) = delete;
  FindingSink& operator=(const FindingSink&) = delete;
  virtual ~FindingSink() = default;

  /// Any thread.
  virtual void found(Finding finding) = 0;
};

}  // namespace muster
