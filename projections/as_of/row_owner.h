/// From a row of a view to the state it follows from.
#pragma once

#include <optional>
#include <string_view>

#include "engine/ports/views.h"
#include "storage/kv.h"

namespace muster {

/// The view of a family; nothing for one whose rows have no past.
std::optional<View> view_with_past(Family family);

struct RowOwner {
  /// The row that holds the state; the same row when that is it.
  RowKey primary;
  /// Of the stream of the state.
  Position first{};
};

/// Nothing for a row that is not spelled as its view spells them.
std::optional<RowOwner> owner_of(View view, std::string_view key, std::string_view value);

}  // namespace muster
