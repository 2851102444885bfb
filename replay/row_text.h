/// Names a stored row for people without telling what it holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.h"
#include "storage/kv.h"

namespace muster::replay {

/// What is said of one row. The stream is nil when nobody knows it.
struct RowName {
  Family family{};
  std::string_view key;
  StreamId stream;
  /// Also the key as it is, which may hold identifiers of people.
  bool show_key = false;
};

/// "users.1 log 1 pool 0190... stream 0190... key 5f3a...": the last is the beginning of the
/// SHA-256 of the key.
std::string text_of(const RowName& row);

/// The stream in the value of a unique row; nil for other values.
StreamId stream_in(Family family, std::string_view value);

}  // namespace muster::replay
